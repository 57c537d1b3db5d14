"""The editor, the history and the releases as pages."""

from __future__ import annotations

import re
import uuid

import pytest
from django.utils import timezone

from events.models import Availability, Band, EventPage, Letter, Placement, Release, Session
from events.planning import services
from events.planning.orders import Place
from events.planning.releases import preview_release
from events.planning.wording import Clock
from events.proposing import host_merging, reviewing
from events.proposing.services import Wording
from tests.events.grid.conftest import text_of
from tests.factories.events import (
    add_desk,
    add_event,
    add_host,
    add_plan,
    add_session,
    at,
    put,
)

pytestmark = pytest.mark.django_db


def place(plan, session, room, hour, user=None):
    session.refresh_from_db()
    order = Place(uuid.uuid4(), session.pk, room.pk, at(hour), session.version)
    return services.place(plan.pk, order, user, timezone.now())


def digest(plan):
    """What stands for the changes that the page of releases shows now."""
    return preview_release(plan).digest


def test_the_table_holds_what_is_placed_and_the_tray_the_rest(organiser, base, plan, rooms):
    put(add_session(plan, "Eins", add_host(plan, "Alex Beispiel")), rooms[0], 9, 10)
    add_session(plan, "Zwei")
    response = organiser.get(f"{base}planen/")
    table = response.context["table"]
    assert [room["name"] for room in table.rooms] == ["Raum 1", "Raum 2"]
    assert [row.time for row in table.rows][:4] == [
        "09:00–10:00",
        "10:00–11:00",
        "11:00–12:00",
        "12:00–13:00",
    ]
    assert [[s.title for s in cell] for cell in table.rows[0].cells] == [["Eins"], []]
    assert table.rows[3].is_break
    assert [session.title for session in table.tray] == ["Zwei"]
    assert "<script>" not in text_of(response)


def test_a_hidden_room_has_a_column_while_something_is_in_it(organiser, base, plan, rooms):
    put(add_session(plan, "Eins"), rooms[0], 9, 10)
    plan.rooms.update(hidden=True)
    assert [room["name"] for room in organiser.get(f"{base}planen/").context["table"].rooms] == ["Raum 1"]


def test_a_session_outside_every_band_lies_in_the_tray(organiser, base, plan, rooms):
    put(add_session(plan, "Eins"), rooms[0], 9, 10)
    Band.objects.filter(during=(at(9), at(10))).delete()
    assert [each.title for each in organiser.get(f"{base}planen/").context["table"].tray] == ["Eins"]


def test_days_are_named_where_there_are_several(organiser, section):
    event = add_event(section, "Zwei Tage", ends=at(17, days=31))
    plan = add_plan(add_desk(event))
    Band.objects.create(plan=plan, during=(at(9, days=31), at(10, days=31)))
    rows = organiser.get(f"/veranstaltungen/{event.translation_key}/programm/planen/").context["table"].rows
    assert [bool(row.day) for row in rows] == [True, *[False] * 6, True]


def test_without_rooms_the_page_leads_to_them(organiser, base, desk):
    body = text_of(organiser.get(f"{base}planen/"))
    assert "Der Plan braucht zuerst Räume und Zeiten" in body
    assert "/tagung/raeume/" in body


@pytest.mark.parametrize(("name", "queries"), [("planen/", 18), ("verlauf/", 12), ("?ansicht=entwurf", 13)])
def test_no_page_asks_more_for_more_sessions(
    organiser, base, plan, rooms, name, queries, django_assert_num_queries
):
    for number in range(3):
        place(plan, add_session(plan, f"S{number}", add_host(plan, f"H{number}")), rooms[0], 9 + number)
        if number == 0:
            organiser.get(f"{base}{name}")  # what is remembered for all pages is read once
        if number != 1:
            with django_assert_num_queries(queries):
                text_of(organiser.get(f"{base}{name}"))


def test_the_history_is_paged_and_says_who(organiser, base, plan, rooms):
    session = add_session(plan, "Eins")
    for hour in [9, 10] * 14:
        place(plan, session, rooms[0], hour)
    first, second = (organiser.get(f"{base}verlauf/", {"seite": page}) for page in (1, 2))
    assert (len(first.context["changes"]), len(second.context["changes"])) == (25, 3)
    assert "„Eins“" in text_of(first)
    assert first.context["changes"][0]["number"] > second.context["changes"][0]["number"]


def test_the_page_says_what_a_release_changes_before_it_is_confirmed(organiser, base, plan, rooms):
    session = add_session(plan, "Eins", add_host(plan, email="alex@stadt.demo.invalid"))
    place(plan, session, rooms[0], 9)
    page = organiser.get(f"{base}freigaben/")
    assert "Eins: Raum 1" in text_of(page)
    assert "1 Mail geht an eine gastgebende Person" in text_of(page)
    data = {"name": "Erste Fassung", "note": "Los geht’s.", "seen": digest(plan)}
    unconfirmed = organiser.post(f"{base}freigaben/", data)
    assert "Erste Fassung" in text_of(unconfirmed)
    assert not Release.objects.exists()
    assert not Letter.objects.exists()
    response = organiser.post(f"{base}freigaben/", {**data, "confirm": "on"}, follow=True)
    assert [(one.name, one.note) for one in Release.objects.all()] == [("Erste Fassung", "Los geht’s.")]
    assert Letter.objects.count() == 1
    assert "Nichts hat sich geändert" in text_of(response)
    place(plan, session, rooms[1], 10)
    assert re.search(r"Eins: Raum 1.* → Raum 2", text_of(organiser.get(f"{base}freigaben/")))


def test_a_diff_names_the_day_where_there_are_several(organiser, section):
    plan = add_plan(add_desk(add_event(section, "Zwei Tage", ends=at(17, days=31))))
    session, room = add_session(plan, "Eins"), plan.rooms.first()
    place(plan, session, room, 9)
    body = text_of(organiser.get(f"/veranstaltungen/{plan.desk.event.translation_key}/programm/freigaben/"))
    day = Clock.of(plan.desk.event).tell_day(at(9))
    assert day
    assert f"Eins: Raum 1, {day}09:00 bis 10:00" in body


def test_a_name_that_was_used_is_refused_at_its_field_and_the_rest_stays(organiser, base, plan, rooms):
    session = add_session(plan, "Eins")
    place(plan, session, rooms[0], 9)
    data = {"name": "Fassung", "note": "Neu: alles.", "confirm": "on"}
    organiser.post(f"{base}freigaben/", {**data, "seen": digest(plan)})
    place(plan, session, rooms[0], 10)
    response = organiser.post(f"{base}freigaben/", {**data, "seen": digest(plan)})
    assert response.status_code == 409
    assert response.context["form"].errors["name"]
    assert "Neu: alles." in text_of(response)
    assert Release.objects.count() == 1


def test_a_second_click_releases_nothing(organiser, base, plan, rooms):
    place(plan, add_session(plan, "Eins"), rooms[0], 9)
    data = {"name": "Fassung", "confirm": "on", "seen": digest(plan)}
    organiser.post(f"{base}freigaben/", data)
    assert organiser.post(f"{base}freigaben/", {**data, "name": "Noch eine"}).status_code == 409
    assert Release.objects.count() == 1


def test_what_was_moved_since_it_was_read_is_read_first(organiser, base, plan, rooms):
    session = add_session(plan, "Eins", add_host(plan, email="alex@stadt.demo.invalid"))
    place(plan, session, rooms[0], 9)
    page = organiser.get(f"{base}freigaben/")
    seen = re.search(r'name="seen" value="(\w+)"', text_of(page))[1]
    data = {"name": "Erste Fassung", "note": "Los geht’s.", "confirm": "on", "seen": seen}
    place(plan, session, rooms[1], 10)
    refused = organiser.post(f"{base}freigaben/", data)
    body = text_of(refused)
    assert refused.status_code == 409
    assert "Der Plan wurde inzwischen geändert" in body
    assert "Eins: Raum 2, 10:00 bis 11:00" in body
    assert 'value="Erste Fassung"' in body
    assert "Los geht’s." in body
    assert refused.context["form"]["confirm"].value() is False
    assert not Release.objects.exists()
    assert not Letter.objects.exists()
    again = {**data, "seen": refused.context["form"]["seen"].value()}
    assert organiser.post(f"{base}freigaben/", again).status_code == 302
    assert Release.objects.get().slots[0]["room"] == "Raum 2"


def test_what_others_do_meanwhile_hinders_no_release_unless_it_changes_what_is_told(
    organiser, base, plan, rooms
):
    host = add_host(plan, email="alex@stadt.demo.invalid")
    place(plan, add_session(plan, "Eins", host), rooms[0], 9)
    data = {"name": "Fassung", "confirm": "on", "seen": digest(plan)}
    host_merging.set_address(plan.desk, host.pk, "anders@stadt.demo.invalid")
    assert organiser.post(f"{base}freigaben/", data).status_code == 409, "a mail goes elsewhere"
    data["seen"] = digest(plan)
    reviewing.add(plan.desk, uuid.uuid4(), Wording("Noch ohne Platz", co_hosts="Lou, Worms"))
    assert organiser.post(f"{base}freigaben/", data).status_code == 302
    assert Letter.objects.get(name="programme_host").address == "anders@stadt.demo.invalid"


@pytest.mark.parametrize("seen", [None, "", "x", "-1", "99999999999"])
def test_a_form_without_what_was_read_releases_nothing_and_is_mended(organiser, base, plan, rooms, seen):
    place(plan, add_session(plan, "Eins"), rooms[0], 9)
    data = {"name": "Fassung", "confirm": "on", **({} if seen is None else {"seen": seen})}
    response = organiser.post(f"{base}freigaben/", data)
    assert "Bitte lesen Sie, was sich ändert" in text_of(response)
    assert not Release.objects.exists()
    again = {**data, "seen": response.context["form"]["seen"].value()}
    assert organiser.post(f"{base}freigaben/", again).status_code == 302


def test_what_is_odd_is_told_before_a_release_and_above_the_table(organiser, base, plan, rooms):
    host = add_host(plan, "Alex Beispiel")
    away, closed, short, long = (
        add_session(plan, title, *hosts)
        for title, hosts in (("Fort", [host]), ("Zu", []), ("Kurz", []), ("Lang", []))
    )
    for session, room, hour in ((away, rooms[0], 9), (closed, rooms[1], 9), (short, rooms[0], 10)):
        place(plan, session, room, hour)
    put(long, rooms[1], 13, 15)
    Session.objects.filter(pk=short.pk).update(minutes=90)
    Availability.objects.create(host=host, during=(at(10), at(17)))
    Availability.objects.create(room=rooms[1], during=(at(10), at(17)))
    add_session(plan, "Ohne Platz")
    add_session(plan, "Nur vorgeschlagen", state="proposed")
    day = Clock.of(plan.desk.event).tell_with_day(at(10), at(17))
    wanted = [
        f"„Fort“: Alex Beispiel ist nur zu diesen Zeiten da: {day}.",
        f"„Zu“: Raum 2 ist nur zu diesen Zeiten offen: {day}.",
        "„Kurz“ dauert 90 Minuten, der Platz aber nur 60.",
        "„Lang“ dauert 45 Minuten, der Platz aber 120.",
    ]
    for name in ("freigaben/", "planen/"):
        body = text_of(organiser.get(f"{base}{name}"))
        assert [text for text in wanted if text not in body] == [], name
    page = organiser.get(f"{base}freigaben/")
    assert len(page.context["warnings"]) == 4
    assert "1 angenommene Session hat noch keinen Platz." in text_of(page)


def test_a_place_as_long_as_its_band_is_not_odd(organiser, base, plan, rooms):
    place(plan, add_session(plan, "Eins", minutes=45), rooms[0], 9)
    page = organiser.get(f"{base}freigaben/")
    assert (page.context["warnings"], page.context["waiting"], page.context["outside"]) == ([], 0, 0)
    assert "Bitte sehen Sie sich das an" not in text_of(page)


def test_what_is_outside_the_event_is_not_released(organiser, base, plan, rooms):
    place(plan, add_session(plan, "Früh"), rooms[0], 9)
    EventPage.objects.filter(pk=plan.desk.event_id).update(starts=at(10))
    page = organiser.get(f"{base}freigaben/")
    assert "„Früh“ liegt außerhalb der Veranstaltung:" in text_of(page)
    assert "1 Session liegt außerhalb der Veranstaltung. So lässt sich" in text_of(page)
    data = {"name": "Fassung", "note": "Neu.", "confirm": "on", "seen": digest(plan)}
    refused = organiser.post(f"{base}freigaben/", data)
    assert refused.status_code == 409
    assert "Verschieben Sie die Session, oder berichtigen Sie" in text_of(refused)
    assert "Neu." in text_of(refused)
    assert not Release.objects.exists()
    Placement.objects.all().delete()
    place(plan, Session.objects.get(), rooms[0], 10)
    assert organiser.post(f"{base}freigaben/", {**data, "seen": digest(plan)}).status_code == 302


@pytest.mark.parametrize("number", [1, 3])
def test_the_release_page_asks_as_much_whatever_is_odd(
    organiser, base, plan, rooms, number, django_assert_num_queries
):
    organiser.get(f"{base}freigaben/")  # what is remembered for all pages is read once
    for index in range(number):
        host = add_host(plan, f"H{index}", email=f"h{index}@stadt.demo.invalid")
        put(add_session(plan, f"S{index}", host, minutes=90), rooms[0], 9 + index, 10 + index)
        Availability.objects.create(host=host, during=(at(16), at(17)))
        Availability.objects.create(room=rooms[0], during=(at(16), at(17)))
    # 14 of the account, the desk and the preview as before; what waits; sessions, hosts, bands and who is
    # there when; the releases so far, and what every page has.
    with django_assert_num_queries(23):
        page = organiser.get(f"{base}freigaben/")
    assert len(page.context["warnings"]) == 3 * number
