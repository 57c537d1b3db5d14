"""Who runs sessions hears that the event is cancelled, and that it takes place after all."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from icalendar import Calendar

from events.calendars.checking import check_file
from events.calendars.components import uid_of
from events.calendars.telling import tell_changes
from events.calendars.telling_hosts import OFF, ON
from events.models import EventPage, Letter, Registration, Session
from events.planning.releases import release_programme
from hub.env import env
from tests.factories.events import (
    add_desk,
    add_event,
    add_host,
    add_participant,
    add_plan,
    add_seat,
    add_session,
    at,
    put,
)

pytestmark = pytest.mark.django_db
ALEX = "alex@verein.demo.invalid"


@pytest.fixture
def desk(section):
    return add_desk(add_event(section))


@pytest.fixture
def plan(desk):
    return add_plan(desk)


@pytest.fixture
def kim(desk):
    return add_participant(desk, "Kim")


@pytest.fixture
def hosted(plan, kim):
    """Kim and Alex, who takes no part, run a session in the released programme."""
    hosts = add_host(plan, "Kim Beispiel", person=kim), add_host(plan, "Alex", email=ALEX)
    session = add_session(plan, "Eins", *hosts, proposer=kim)
    put(session, plan.rooms.first(), 9, 10)
    release_programme(plan, "Fassung 1", "", None, timezone.now())
    return session


def publish(desk, **fields):
    page = EventPage.objects.get(pk=desk.event_id)
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()


def told(address, *names):
    return list(Letter.objects.filter(address=address, name__in=names or (OFF, ON)).order_by("pk"))


def event_of(letter):
    [event] = Calendar.from_ical(letter.calendar).walk("VEVENT")
    return event


@pytest.mark.parametrize("has_seat", [True, False])
def test_a_cancelled_event_takes_sessions_out_of_calendars_and_back(desk, hosted, kim, has_seat):
    if has_seat:
        add_seat(kim)
    publish(desk, status="cancelled")
    tell_changes(timezone.now())
    publish(desk, status="confirmed")
    tell_changes(timezone.now())
    for address in (kim.email, ALEX):
        letters = told(address, "programme_host", OFF, ON)
        assert [(each.name, each.method) for each in letters] == [
            ("programme_host", "REQUEST"),
            (OFF, "CANCEL"),
            (ON, "REQUEST"),
        ]
        events = [event_of(each) for each in letters]
        assert {str(event["uid"]) for event in events} == {uid_of(str(hosted.pk), env.origin)}
        numbers = [int(event["sequence"]) for event in events]
        assert numbers == sorted(set(numbers)), "programs drop what is not higher"
        assert [str(event["status"]) for event in events] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]
        assert str(events[1]["attendee"]) == f"mailto:{address}"
        assert all(check_file(each.calendar.encode()).faults == [] for each in letters)
        assert letters[1].subject == "Fällt aus: Barcamp"
        assert "Ihre Session „Eins“" in letters[1].text
        assert letters[2].subject == "Findet doch statt: Barcamp"
    assert ("/teilnahme/" in told(kim.email)[0].text, "/teilnahme/" in told(ALEX)[0].text) == (True, False)
    assert told(ALEX)[0].text.startswith("Guten Tag Alex,\n\nleider")


def test_nobody_is_told_twice_or_without_need(desk, hosted, kim):
    tell_changes(timezone.now())
    assert told(ALEX) == []
    publish(desk, status="cancelled")
    for _ in range(2):
        tell_changes(timezone.now())
    publish(desk, summary="Anders.")
    tell_changes(timezone.now())
    assert [each.name for each in told(ALEX)] == [OFF]
    for _ in range(2):
        publish(desk, status="confirmed")
        tell_changes(timezone.now())
    assert [each.name for each in told(ALEX)] == [OFF, ON]
    publish(desk, status="cancelled")
    tell_changes(timezone.now())
    assert [each.name for each in told(ALEX)] == [OFF, ON, OFF]


def test_cancelled_and_back_before_the_job_runs_is_nothing(desk, hosted):
    publish(desk, status="cancelled")
    publish(desk, status="confirmed")
    tell_changes(timezone.now())
    assert told(ALEX) == []


def test_each_session_leaves_by_a_letter_of_its_own(desk, plan, hosted, kim):
    second = add_session(plan, "Zwei", hosted.hosts.get(person=kim))
    put(second, plan.rooms.first(), 10, 11)
    release_programme(plan, "Fassung 2", "", None, timezone.now())
    publish(desk, status="cancelled")
    tell_changes(timezone.now())
    uids = {str(event_of(letter)["uid"]) for letter in told(kim.email)}
    assert uids == {uid_of(str(each.pk), env.origin) for each in (hosted, second)}
    assert len(told(kim.email)) == 2


@pytest.mark.parametrize("state", [Session.State.PROPOSED, Session.State.ACCEPTED])
def test_who_proposed_without_a_seat_hears_of_it_without_a_calendar(desk, plan, state):
    lea = add_participant(desk, "Lea")
    add_session(plan, "Offen", proposer=lea, state=state)
    publish(desk, status="cancelled")
    tell_changes(timezone.now())
    publish(desk, status="confirmed")
    tell_changes(timezone.now())
    letters = told(lea.email)
    assert [(each.name, each.calendar) for each in letters] == [(OFF, ""), (ON, "")]
    assert "Die beigefügte Absage" not in letters[0].text
    assert "wie zuvor" in letters[1].text


def test_others_hear_nothing_here(desk, plan):
    seated, declined = add_participant(desk, "Ben"), add_participant(desk, "Cem")
    unproven = add_participant(desk, "Dea", confirmed=None)
    add_seat(seated, Registration.State.WAITING)
    add_session(plan, "Wartend", proposer=seated, state="proposed")
    add_session(plan, "Abgelehnt", proposer=declined, state="declined")
    add_session(plan, "Unbestätigt", proposer=unproven, state="proposed")
    publish(desk, status="cancelled")
    tell_changes(timezone.now())
    assert not Letter.objects.filter(name=OFF).exists()
    assert Letter.objects.get().name == "event_cancelled", "who waits is told as one who waits"


def test_what_is_long_known_or_over_is_not_told(desk, hosted):
    publish(desk, status="cancelled")
    tell_changes(timezone.now() + dt.timedelta(days=8))
    tell_changes(at(18))
    assert told(ALEX) == []


def test_many_are_told_in_several_steps(desk, plan, monkeypatch):
    monkeypatch.setattr("events.calendars.telling_hosts.AT_ONCE", 2)
    for number in range(5):
        add_session(plan, f"Session {number}", proposer=add_participant(desk, f"Kim{number}"))
    publish(desk, status="cancelled")
    assert tell_changes(timezone.now()) == 5
