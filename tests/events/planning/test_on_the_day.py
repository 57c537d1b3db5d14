"""On the day calendars follow the plan itself, and hosts hear of each move; before and after, of releases."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from events.calendars.checking import check_file
from events.calendars.components import uid_of
from events.calendars.telling import tell_changes
from events.calendars.telling_hosts import OFF, ON
from events.models import EventPage, Interest, Letter, Session
from events.people import FEED, write_token
from events.planning.live_letters import tell_moves
from events.planning.releases import release_programme
from events.proposing import reviewing
from hub.catalogue.settling import settle
from hub.env import env
from hub.instants import localise
from tests.events.planning import conftest
from tests.factories.events import add_host, add_participant, add_session

MINUTE = dt.timedelta(minutes=1)
ALEX = "alex@verein.demo.invalid"


@pytest.fixture
def at(desk, monkeypatch):
    """That time on the day of the event, whatever the clock says."""
    day = localise(desk.event.starts, "Europe/Berlin")

    def tell(hour: int, minute: int = 0) -> dt.datetime:
        return day.replace(hour=hour, minute=minute)

    monkeypatch.setattr(conftest, "at", tell)
    return tell


@pytest.fixture
def clock(monkeypatch):
    """Sets what Django says the time is."""

    def set_clock(moment: dt.datetime) -> dt.datetime:
        monkeypatch.setattr(timezone, "now", lambda: moment)
        return moment

    return set_clock


@pytest.fixture
def kim(desk):
    return add_participant(desk, "Kim")


@pytest.fixture
def session(plan, rooms, give, kim, at):
    """A released session of Kim and Alex, who takes no part, in the first room at two."""
    hosts = add_host(plan, "Kim", person=kim, email=kim.email), add_host(plan, "Alex", email=ALEX)
    session = add_session(plan, "Eins", *hosts)
    give.place(session, rooms[0], 14)
    release_programme(plan, "Fassung 1", "", None, timezone.now())
    settle()
    Letter.objects.all().delete()
    return session


def note_live_changes():
    """What is numbered at commit is numbered now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.fixture(params=["person", "event"])
def read(request, desk, kim, session):
    """Reads the session in the calendar of Kim, and in that of the event: the answer, and the VEVENT."""
    address = {
        "person": f"/kalender/meine/{write_token(kim, FEED)}.ics",
        "event": f"/kalender/{desk.event.translation_key}.ics",
    }[request.param]

    def fetch(**headers: str):
        note_live_changes()
        response = Client().get(address, headers=headers)
        if response.status_code == 304:
            return response, None
        assert check_file(response.content).faults == []
        events = Calendar.from_ical(response.content).walk("VEVENT")
        uid = uid_of(str(session.pk), env.origin)
        return response, next((event for event in events if str(event["uid"]) == uid), None)

    return fetch


def where(event):
    return str(event["location"]).partition(",")[0], event["dtstart"].dt


def test_calendars_follow_each_move_on_the_day(read, plan, rooms, give, session, clock, at):
    give.place(session, rooms[1], 14)
    _response, before = read()
    assert where(before) == ("Raum 1", at(14)), "a draft is no promise"
    clock(at(9, 30))
    first, moved = read()
    assert where(moved) == ("Raum 2", at(14))
    assert moved["sequence"] > before["sequence"]
    assert moved["last-modified"].dt >= before["last-modified"].dt
    assert read(**{"if-none-match": first["ETag"]})[0].status_code == 304
    give.place(session, rooms[1], 15)
    later, again = read(**{"if-none-match": first["ETag"]})
    assert (later.status_code, where(again)) == (200, ("Raum 2", at(15)))
    assert again["sequence"] > moved["sequence"]
    give.remove(session)
    _response, gone = read()
    assert str(gone["status"]) == "CANCELLED"
    assert gone["sequence"] > again["sequence"]
    give.place(session, rooms[0], 15)
    _response, back = read()
    assert (str(back["status"]), where(back)) == ("CONFIRMED", ("Raum 1", at(15)))
    assert back["sequence"] > gone["sequence"]
    clock(at(17, 5))
    release_programme(plan, "Am Ende", "", None, timezone.now(), tells=False)
    settle()
    _response, final = read()
    assert where(final) == ("Raum 1", at(15))
    assert final["sequence"] > back["sequence"]


def test_what_nobody_moved_stays_as_it_was_told(read, clock, plan, rooms, give, at):
    _response, before = read()
    clock(at(10))
    give.place(add_session(plan, "Andere"), rooms[1], 15)
    _response, after = read()
    assert after == before


@pytest.mark.parametrize("state", ["draft", "cancelled"])
def test_a_plan_that_is_not_public_is_in_no_calendar(desk, kim, plan, rooms, give, session, clock, state, at):
    give.place(session, rooms[1], 14)
    fields = {"live": False} if state == "draft" else {"status": "cancelled"}
    EventPage.objects.filter(pk=desk.event_id).update(**fields)
    clock(at(10))
    body = Client().get(f"/kalender/meine/{write_token(kim, FEED)}.ics").content
    assert b"Raum 2" not in body
    assert (b"Raum 1" in body) is (state == "cancelled")


@pytest.mark.parametrize("by", ["interest", "host"])
def test_a_session_declined_on_the_day_is_cancelled_in_their_calendars(desk, kim, session, clock, by, at):
    person = kim
    if by == "interest":
        person = add_participant(desk, "Toni")
        Interest.objects.create(person=person, session=session)
    clock(at(10))
    reviewing.decline(Session.objects.get(pk=session.pk), "Fällt aus.", None, timezone.now())
    body = Client().get(f"/kalender/meine/{write_token(person, FEED)}.ics").content
    [event] = Calendar.from_ical(body).walk("VEVENT")
    assert (str(event["summary"]), str(event["status"])) == ("Eins", "CANCELLED")
    stranger = add_participant(desk, "Robin")
    body = Client().get(f"/kalender/meine/{write_token(stranger, FEED)}.ics").content
    assert not Calendar.from_ical(body).walk("VEVENT")


# Letters -----------------------------------------------------------------------------------------------


def told():
    return {letter.address: letter for letter in Letter.objects.filter(name="session_moved")}


def test_hosts_hear_of_a_move_on_the_day_once_it_lies_still(kim, session, rooms, give, clock, at):
    now = clock(at(10))
    for hour in (15, 10, 11, 14, 15):
        give.place(session, rooms[1], hour)
    assert tell_moves(now + MINUTE / 2) == 0, "it may be moved again"
    assert tell_moves(now + MINUTE) == 2
    assert tell_moves(now + 2 * MINUTE) == 0
    letters = told()
    assert set(letters) == {kim.email, ALEX}
    letter = letters[kim.email]
    assert letter.subject == "Eben geändert: Ihre Session „Eins“ (Barcamp)"
    assert "jetzt Raum 2, 15:00 bis 16:00\n  bisher Raum 1, 14:00 bis 15:00" in letter.text
    assert "/programm/" in letter.text
    assert (letter.not_after, letter.method, letter.person) == (at(15), "REQUEST", kim)
    assert check_file(letter.calendar.encode()).faults == []


def test_the_calendar_of_a_host_takes_each_letter_for_a_newer_one(plan, session, rooms, give, clock, at):
    now, sequences = clock(at(10)), []
    for change in (
        lambda: give.place(session, rooms[1], 14),
        lambda: give.remove(session),
        lambda: give.place(session, rooms[0], 15),
        lambda: release_programme(plan, "Fassung 2", "", None, timezone.now()),
    ):
        Letter.objects.exclude(name="session_moved").delete()
        known = set(Letter.objects.values_list("pk", flat=True))
        change()
        now = clock(now + 2 * MINUTE)
        tell_moves(now)
        [letter] = Letter.objects.filter(address=ALEX).exclude(pk__in=known)
        [event] = Calendar.from_ical(letter.calendar).walk("VEVENT")
        sequences.append((int(event["sequence"]), letter.method))
    assert [method for _number, method in sequences] == ["REQUEST", "CANCEL", "REQUEST", "REQUEST"]
    assert sequences == sorted(sequences)
    assert len({number for number, _method in sequences}) == 4


def test_what_is_back_where_it_was_is_no_news(session, rooms, give, clock, at):
    now = clock(at(10))
    number = give.place(session, rooms[1], 14).number
    give.undo(number)
    assert tell_moves(now + MINUTE) == 0
    give.remove(session)
    assert tell_moves(now + MINUTE) == 2
    give.place(session, rooms[0], 14)
    assert tell_moves(now + MINUTE) == 2
    assert Letter.objects.filter(address=ALEX, text__contains="Neu: „Eins“").count() == 1


def test_who_is_out_of_the_programme_by_a_decision_hears_of_it(session, clock, at):
    now = clock(at(10))
    reviewing.decline(Session.objects.get(pk=session.pk), "Fällt aus.", None, now)
    assert tell_moves(now + MINUTE) == 2
    assert {letter.method for letter in told().values()} == {"CANCEL"}


@pytest.mark.parametrize("when", ["before", "begun", "after", "cancelled"])
def test_nobody_hears_of_a_move_that_is_not_public_or_too_late(desk, session, rooms, give, clock, when, at):
    clock(at(10))
    give.place(session, rooms[1], 14)
    now = {"before": at(8), "begun": at(14), "after": at(17), "cancelled": at(11)}[when]
    if when == "before":
        session.plan.changes.update(at=at(7))
    if when == "cancelled":
        EventPage.objects.filter(pk=desk.event_id).update(status="cancelled")
    assert tell_moves(now) == 0


def publish(desk, status):
    page = EventPage.objects.get(pk=desk.event_id)
    page.status = status
    page.save_revision().publish()


def read_calendar(letter):
    [event] = Calendar.from_ical(letter.calendar).walk("VEVENT")
    return letter.name, letter.method, *where(event)


def test_who_was_told_of_a_move_hears_of_a_cancelled_event_by_it(desk, plan, session, rooms, give, clock, at):
    new, gone = (
        add_session(plan, title, add_host(plan, title, email=f"{title}@verein.demo.invalid"))
        for title in ("neu", "fort")
    )
    give.place(gone, rooms[1], 13)
    release_programme(plan, "Fassung 2", "", None, timezone.now())
    Letter.objects.all().delete()
    clock(at(9))
    give.place(session, rooms[1], 15)
    give.place(new, rooms[0], 11)
    give.remove(gone)
    now = clock(at(9, 5))
    assert tell_moves(now) == 4
    for status in ("cancelled", "confirmed"):
        publish(desk, status)
        tell_changes(now)
    letters: dict[str, list] = {}
    for letter in Letter.objects.order_by("pk"):
        letters.setdefault(letter.address, []).append(read_calendar(letter))
    spots = {ALEX: ("Raum 2", at(15)), "neu@verein.demo.invalid": ("Raum 1", at(11))}
    for address, spot in spots.items():
        assert letters[address] == [
            ("session_moved", "REQUEST", *spot),
            (OFF, "CANCEL", *spot),
            (ON, "REQUEST", *spot),
        ]
    assert [each[:2] for each in letters["fort@verein.demo.invalid"]] == [("session_moved", "CANCEL")]


def test_without_a_released_programme_nobody_is_told(plan, rooms, give, clock, at):
    now = clock(at(10))
    give.place(add_session(plan, "Eins", add_host(plan, email=ALEX)), rooms[0], 14)
    assert tell_moves(now + MINUTE) == 0


@pytest.mark.parametrize("number", [1, 3])
def test_telling_takes_as_many_queries_whatever_was_moved(
    plan, rooms, give, session, clock, number, django_assert_num_queries, at
):
    now = clock(at(10))
    for index in range(number):
        other = add_session(plan, f"Nummer {index}", add_host(plan, f"Ohne Adresse {index}"))
        give.place(other, rooms[1], (13, 14, 15)[index])
    # Events that go on; the plan, locked between two savepoints, its newest release, moves, sessions, who ran
    # what was taken out and who runs the rest, what was told, rooms.
    with django_assert_num_queries(11):
        assert tell_moves(now + MINUTE) == 0
