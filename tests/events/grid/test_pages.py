"""The editor, the history and the releases as pages."""

from __future__ import annotations

import re
import uuid

import pytest
from django.utils import timezone

from events.models import Band, Letter, Release
from events.planning import services
from events.planning.orders import Place
from events.planning.wording import Clock
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
    data = {"name": "Erste Fassung", "note": "Los geht’s."}
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
    organiser.post(f"{base}freigaben/", data)
    place(plan, session, rooms[0], 10)
    response = organiser.post(f"{base}freigaben/", data)
    assert response.status_code == 409
    assert response.context["form"].errors["name"]
    assert "Neu: alles." in text_of(response)
    assert Release.objects.count() == 1


def test_a_second_click_releases_nothing(organiser, base, plan, rooms):
    place(plan, add_session(plan, "Eins"), rooms[0], 9)
    data = {"name": "Fassung", "confirm": "on"}
    organiser.post(f"{base}freigaben/", data)
    assert organiser.post(f"{base}freigaben/", {**data, "name": "Noch eine"}).status_code == 409
    assert Release.objects.count() == 1
