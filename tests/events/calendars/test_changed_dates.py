"""A date of a series that became otherwise: everybody with a seat gets it alone, as Outlook reads it."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from icalendar import Calendar

from events.calendars.checking import check_file
from events.calendars.components import uid_of
from events.calendars.invitations import write_invitation
from events.calendars.telling import AT_ONCE, tell_changes
from events.models import EventPage, Letter, Registration
from hub.env import env
from hub.instants import zone_of
from tests.factories.events import add_desk, add_event, add_participant, add_seat

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2029, 3, 1, 9, tzinfo=dt.UTC)
RULE = "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;COUNT=5"


def berlin(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=zone_of("Europe/Berlin"))


def moved(day, starts, ends, location=""):
    value = {"day": day, "starts": starts, "ends": ends, "location": location}
    return {"type": "moved", "value": value}


def cancelled(day):
    return {"type": "cancelled", "value": {"day": day}}


MOVED = moved("2029-03-13", "2029-03-14T10:00:00+01:00", "2029-03-14T11:00:00+01:00", "Werkstatt")


@pytest.fixture
def desk(section):
    first = berlin(2029, 3, 6, 10)
    times = {"starts": first, "ends": first + dt.timedelta(hours=1)}
    return add_desk(add_event(section, "Austausch", recurrence_rule=RULE, **times))


@pytest.fixture
def registration(desk):
    registration = add_seat(add_participant(desk))
    write_invitation(registration)
    return registration


def publish(desk, *exceptions, **fields):
    page = EventPage.objects.get(pk=desk.event_id)
    page.recurrence_exceptions = json.dumps(exceptions)
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()


def tell(now=NOW):
    """The letters that telling wrote, in their order."""
    known = set(Letter.objects.values_list("pk", flat=True))
    number = tell_changes(now)
    written = list(Letter.objects.exclude(pk__in=known).order_by("pk"))
    assert len(written) == number
    return written


def only_event(letter):
    [event] = Calendar.from_ical(letter.calendar).walk("VEVENT")
    return event


def test_a_moved_date_is_sent_alone(desk, registration):
    publish(desk, MOVED)
    [letter] = tell()
    assert (letter.name, letter.method) == ("date_changed", "REQUEST")
    assert letter.subject == "Ein Termin ist geändert: Austausch"
    assert "Jetzt: Mi, 14. März 2029, 10:00–11:00 Uhr\nWo: Werkstatt\n" in letter.text
    assert "Bisher: Di, 13. März 2029, 10:00–11:00 Uhr\n" in letter.text
    assert letter.not_after == berlin(2029, 3, 14, 11)
    event = only_event(letter)
    assert str(event["uid"]) == uid_of(str(desk.event.translation_key), env.origin)
    assert event["recurrence-id"].dt == berlin(2029, 3, 13, 10)
    assert (event.start, event.end) == (berlin(2029, 3, 14, 10), berlin(2029, 3, 14, 11))
    assert "rrule" not in event
    assert event["sequence"] >= 1
    assert str(event["attendee"]) == "mailto:kim@stadt.demo.invalid"
    assert check_file(letter.calendar.encode()).faults == []
    assert tell() == []


def test_a_date_that_does_not_take_place_is_cancelled_alone(desk, registration):
    publish(desk, cancelled("2029-03-20"))
    [letter] = tell()
    assert (letter.method, letter.subject) == ("CANCEL", "Ein Termin fällt aus: Austausch")
    assert "Di, 20. März 2029, 10:00–11:00" in letter.text
    event = only_event(letter)
    assert event["recurrence-id"].dt == event.start == berlin(2029, 3, 20, 10)
    assert str(event["status"]) == "CANCELLED"
    assert check_file(letter.calendar.encode()).faults == []


def test_back_and_forth_the_sequence_rises_each_time(desk, registration):
    letters = []
    for exceptions in ([MOVED], [cancelled("2029-03-13")], [], [cancelled("2029-03-13")]):
        publish(desk, *exceptions)
        letters += tell()
    assert [letter.method for letter in letters] == ["REQUEST", "CANCEL", "REQUEST", "CANCEL"]
    assert letters[2].subject == "Ein Termin findet doch statt: Austausch"
    assert only_event(letters[2]).start == berlin(2029, 3, 13, 10)
    numbers = [int(only_event(letter)["sequence"]) for letter in letters]
    assert numbers == sorted(set(numbers))


def test_each_of_several_dates_has_a_letter_of_its_own(desk, registration):
    publish(desk, MOVED, cancelled("2029-03-20"))
    letters = tell()
    assert [letter.method for letter in letters] == ["REQUEST", "CANCEL"]
    first, second = (int(only_event(letter)["sequence"]) for letter in letters)
    assert first < second


def test_a_change_of_the_series_is_sent_whole_and_the_date_alone_as_well(desk, registration):
    publish(desk, MOVED, location="Rathaus")
    whole, alone = tell()
    assert (whole.name, alone.name) == ("event_changed", "date_changed")
    assert len(Calendar.from_ical(whole.calendar).walk("VEVENT")) == 2
    assert only_event(alone)["recurrence-id"].dt == berlin(2029, 3, 13, 10)


def test_who_was_told_by_an_earlier_version_gets_the_series_whole(desk, registration):
    Registration.objects.update(told_facts=None)
    publish(desk, MOVED)
    [letter] = tell()
    assert letter.name == "event_changed"


def test_what_is_over_is_told_to_nobody_and_noted(desk, registration, monkeypatch):
    monkeypatch.setattr("events.calendars.telling.AT_ONCE", 1)
    assert AT_ONCE > 1
    publish(desk, cancelled("2029-03-06"))
    assert tell(berlin(2029, 3, 7, 9)) == []
    registration.refresh_from_db()
    assert registration.told_schedule == EventPage.objects.get(pk=desk.event_id).digest_meeting()


def test_who_comes_later_gets_the_series_with_its_moved_dates(desk):
    publish(desk, MOVED)
    desk.event.refresh_from_db()
    invitation = write_invitation(add_seat(add_participant(desk)))
    assert len(Calendar.from_ical(invitation.calendar).walk("VEVENT")) == 2
    assert tell() == []


def test_a_cancelled_series_is_cancelled_whole(desk, registration):
    publish(desk, cancelled("2029-03-20"), status="cancelled")
    [letter] = tell()
    assert (letter.name, letter.method) == ("event_cancelled", "CANCEL")
    assert "rrule" in only_event(letter)
