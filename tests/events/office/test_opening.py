"""Opening the office of an event, its first page, and the next edition."""

from __future__ import annotations

import datetime as dt
import threading
import uuid

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.models import Availability, Band, EventDesk, EventPage, Placement, Plan, Room
from events.office.opening import NextEdition, copy_event
from events.office.overview import list_phases
from events.phases import Phase, is_open
from events.planning.releases import release_programme
from events.registering.line import lock_desk
from hub.accounts.models import Role, User
from hub.accounts.roles import set_role
from hub.instants import localise
from tests.events.office.conftest import address, text_of
from tests.factories.events import (
    add_desk,
    add_event,
    add_participant,
    add_plan,
    add_seat,
    add_session,
    at,
    put,
)

QUERIES = 12


def opening(event):
    return f"/veranstaltungen/{event.translation_key}/tagung/eroeffnen/"


def test_the_office_is_opened_once_with_its_plan(browser, event):
    assert "Tagungsbüro eröffnen" in text_of(browser.get(opening(event)))
    for _ in range(2):
        response = browser.post(opening(event), follow=True)
        assert response.redirect_chain[-1][0] == f"/veranstaltungen/{event.translation_key}/tagung/"
    desk = EventDesk.objects.get()
    assert desk.event == event
    assert Plan.objects.filter(desk=desk).count() == 1
    assert desk.registration_opens is None


def test_an_event_without_times_has_none_yet(browser, section):
    event = add_event(section, "Ohne Tag", live=False, starts=None, ends=None)
    assert "weder" not in text_of(browser.get(opening(event)))
    assert "noch keinen Beginn und kein Ende" in text_of(browser.post(opening(event)))
    assert not EventDesk.objects.exists()


def test_others_are_sent_to_sign_in_or_refused(client, event, section):
    assert client.get(opening(event)).status_code == 302
    author = User.objects.create_user("autor@mainz.demo.invalid", "geheim-und-lang")
    set_role(author, section.body, Role.AUTHOR)
    client.force_login(author)
    assert client.post(opening(event)).status_code == 403
    assert not EventDesk.objects.exists()


def test_the_first_page_says_what_is_open_and_what_is_next(browser, desk):
    add_seat(add_participant(desk, "Ada"))
    add_seat(add_participant(desk, "Bea"), "waiting")
    text = text_of(browser.get(address(desk)))
    assert "Anmeldung offen bis" in text
    assert "Die Räume einrichten offen" in text
    assert "Die Seite der Veranstaltung veröffentlichen erledigt" in text
    assert "Plätze vergeben 1" in text
    assert "Auf der Warteliste 1" in text


def test_everything_about_the_event_is_found_from_the_first_page(browser, desk, organiser):
    plan = add_plan(desk)
    put(add_session(plan), plan.rooms.first(), 9, 10)
    release_programme(plan, "Eins", "", organiser, timezone.now())
    html = browser.get(address(desk)).content.decode()
    key = desk.event.translation_key
    for name in (
        *("review", "grid", "releases", "history", "office_people", "office_news", "printing"),
        *("register", "proposals", "board", "calendar_event"),
        *("print_programme", "schedule_xml", "schedule_json"),
    ):
        link = reverse(f"events:{name}", args=[key])
        assert f'<li><a href="{link}">' in html, name
        assert browser.get(link).status_code == 200, name


def test_before_the_release_no_link_leads_nowhere(browser, desk):
    response = browser.get(address(desk))
    assert "schedule.xml und schedule.json stehen hier, sobald" in text_of(response)
    assert reverse("events:schedule_xml", args=[desk.event.translation_key]) not in response.content.decode()


def test_nothing_of_a_cancelled_event_is_open(browser, desk):
    EventPage.objects.filter(pk=desk.event_id).update(status=EventPage.Status.CANCELLED)
    text = text_of(browser.get(address(desk)))
    assert "Die Veranstaltung ist abgesagt. Keine Phase ist offen" in text
    assert text.count("abgesagt") >= 1 + len(Phase)
    assert "offen bis" not in text
    for days in (-1, 1, 30, 60):
        now = timezone.now() + dt.timedelta(days=days)
        held = EventDesk.objects.select_related("event").get()
        assert {row.state for row in list_phases(held, now)} == {"cancelled"}
        assert not [phase for phase in Phase if is_open(held, phase, now)]


def test_each_phase_has_its_time(desk):
    event, now = desk.event, timezone.now()
    published = now - dt.timedelta(days=10)
    EventPage.objects.filter(pk=event.pk).update(first_published_at=published)
    held = EventDesk.objects.select_related("event").get()
    held.proposals_open, held.registration_opens = now, now + dt.timedelta(days=1)
    held.votes_open = now + dt.timedelta(days=2)

    def open_at(moment):
        return {phase for phase in Phase if is_open(held, phase, moment)}

    assert open_at(published - dt.timedelta(seconds=1)) == set()
    assert open_at(published) == {Phase.ANNOUNCEMENT}
    assert open_at(now) == {Phase.PROPOSALS}
    assert open_at(now + dt.timedelta(days=2)) == {Phase.PROPOSALS, Phase.REGISTRATION, Phase.VOTE}
    assert open_at(event.starts) == {Phase.ON_SITE}
    assert open_at(event.ends) == {Phase.RESULTS}
    held.event.live = False
    assert open_at(published) == set()


@pytest.mark.parametrize("number", [1, 3])
def test_the_first_page_costs_the_same_queries(browser, desk, number, django_assert_num_queries):
    plan = add_plan(desk, rooms=number)
    for n in range(number):
        add_seat(add_participant(desk, f"Person{n}"))
        put(add_session(plan, f"Session {n}"), Room.objects.filter(plan=plan)[n], 9, 10)
    browser.get(address(desk))
    with django_assert_num_queries(QUERIES):
        browser.get(address(desk))


def test_an_unused_office_can_be_closed_and_a_used_one_not(browser, desk):
    add_participant(desk)
    assert "bleibt das Tagungsbüro" in text_of(browser.post(address(desk), {"close": "1"}, follow=True))
    desk.people.all().delete()
    assert browser.post(address(desk), {"close": "1"}).status_code == 302
    assert not EventDesk.objects.exists()


def test_the_next_edition_has_all_that_was_set_up_and_nobody_in_it(desk, organiser):
    plan = add_plan(desk)
    room = plan.rooms.get(name="Raum 1")
    Availability.objects.create(room=room, during=(at(9), at(12)))
    put(add_session(plan), room, 9, 10)
    plan.rooms.filter(name="Raum 2").update(hidden=True)
    add_seat(add_participant(desk))
    desk.questions.create(label="Essen?", kind="line")
    desk.questions.create(label="Alt?", kind="line", retired=True)
    desk.consent_texts.create(purpose="photos", text="Fotos sind in Ordnung.")
    day = localise(desk.event.starts, "Europe/Berlin").date() + dt.timedelta(days=364)
    copied = copy_event(desk, NextEdition("Barcamp 2027", day), organiser)
    event = copied.event
    assert (event.live, event.title, event.slug, event.sequence) == (False, "Barcamp 2027", "barcamp-2027", 0)
    assert event.translation_key != desk.event.translation_key
    assert localise(event.starts, "Europe/Berlin").hour == 9
    assert localise(event.starts, "Europe/Berlin").date() == day
    assert event.ends - event.starts == desk.event.ends - desk.event.starts
    assert not copied.people.exists()
    assert not Placement.objects.filter(room__plan__desk=copied).exists()
    assert [question.label for question in copied.questions.all()] == ["Essen?"]
    assert copied.consent_texts.get().text == "Fotos sind in Ordnung."
    assert [room.name for room in copied.plan.rooms.all()] == ["Raum 1"]
    assert copied.plan.bands.count() == plan.bands.count()
    first = copied.plan.bands.order_by("during").first()
    assert localise(first.during.lower, "Europe/Berlin").hour == 9
    assert copied.plan.rooms.get().availabilities.get().during.lower == event.starts
    assert EventPage.objects.get(pk=desk.event_id).live


def test_the_next_edition_keeps_its_hours_across_the_change_of_the_clock(section, organiser):
    winter = dt.datetime(2027, 2, 26, 9, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    event = add_event(section, "Winter", starts=winter, ends=winter + dt.timedelta(hours=8))
    desk = add_desk(event, registration_opens=winter - dt.timedelta(days=20))
    copied = copy_event(desk, NextEdition("Sommer", dt.date(2027, 6, 25)), organiser)
    assert copied.event.starts.utcoffset() == dt.timedelta(0)
    assert copied.event.starts.hour == 7  # nine o'clock in summer
    assert localise(copied.registration_opens, "Europe/Berlin").hour == 9


def test_copying_by_the_page_leads_to_the_new_office(browser, desk):
    page = text_of(browser.get(address(desk, "naechste/")))
    assert "Die nächste Ausgabe vorbereiten" in page
    same = localise(desk.event.starts, "Europe/Berlin").date()
    data = {"title": "Barcamp 2027", "day": same.isoformat(), "key": str(uuid.uuid4())}
    assert "Das ist der Tag der Veranstaltung selbst" in text_of(
        browser.post(address(desk, "naechste/"), data)
    )
    data["day"] = (same + dt.timedelta(days=364)).isoformat()
    response = browser.post(address(desk, "naechste/"), data, follow=True)
    assert "Barcamp 2027" in text_of(response)
    assert EventDesk.objects.count() == 2
    again = browser.post(address(desk, "naechste/"), data, follow=True)
    assert again.redirect_chain[-1] == response.redirect_chain[-1], "sent twice, it is the same draft"
    assert EventDesk.objects.count() == 2


def test_the_key_that_is_sent_names_no_document(browser, desk, section):
    """Else whoever sends the key of another page or hub would name the new document after that."""
    for key in (section.translation_key, add_event(section, "Ohne Büro").translation_key, uuid.uuid4()):
        data = {"title": "Nächste", "day": "2031-03-12", "key": str(key)}
        assert browser.post(address(desk, "naechste/"), data).status_code == 302
        assert not EventDesk.objects.filter(event__translation_key=key).exists()
    assert EventDesk.objects.count() == 4
    other = add_desk(add_event(section, "Andere"))
    assert browser.post(address(other, "naechste/"), data).status_code == 302
    assert EventDesk.objects.count() == 6, "the same key at another event is another edition"


def test_an_edition_whose_office_was_closed_is_not_made_again(browser, desk):
    data = {"title": "Nächste", "day": "2031-03-12", "key": str(uuid.uuid4())}
    browser.post(address(desk, "naechste/"), data)
    EventDesk.objects.exclude(pk=desk.pk).delete()
    assert browser.post(address(desk, "naechste/"), data).status_code == 403
    assert EventDesk.objects.count() == 1


def test_a_copy_has_a_slug_of_its_own(desk, organiser):
    days = [timezone.localdate() + dt.timedelta(days=n) for n in (400, 500)]
    slugs = [copy_event(desk, NextEdition("Barcamp 2026", day), organiser).event.slug for day in days]
    assert len({*slugs, desk.event.slug}) == 3
    assert Band.objects.count() == 0


def test_guests_see_nothing_of_the_office(client, desk):
    for tail in ("", "personen/", "raeume/", "zeiten/", "rundmail/", "einstellungen/phasen/"):
        response = Client().get(address(desk, tail))
        assert response.status_code == 302
        assert response["Location"].startswith("/konto/login/")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_whoever_registers_while_an_office_is_closed_is_not_lost(browser, desk):
    """Closing waits for the one who holds the desk, and then sees what they did."""
    held, go = threading.Event(), threading.Event()

    def register() -> None:
        try:
            with transaction.atomic():
                lock_desk(desk.pk)
                held.set()
                go.wait(10)
                add_participant(desk, "Kim")
        finally:
            connection.close()

    registering = threading.Thread(target=register)
    registering.start()
    assert held.wait(10)
    threading.Timer(0.5, go.set).start()
    said = text_of(browser.post(address(desk), {"close": "1"}, follow=True))
    registering.join()
    assert "Es gibt schon Personen oder Vorschläge" in said
    assert desk.people.count() == 1
