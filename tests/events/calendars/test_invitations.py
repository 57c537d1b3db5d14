"""Invitations: one event in a calendar, whatever happens to it, and everybody told once of each change."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from icalendar import Calendar

from events.calendars.checking import check_file
from events.calendars.components import uid_of
from events.calendars.invitations import write_cancellation, write_invitation
from events.calendars.telling import AT_ONCE, tell_changes
from events.models import EventPage, Letter, Registration
from events.registering.letters import tell_waiting
from hub.env import env
from tests.factories.events import add_desk, add_event, add_participant, add_seat, at

pytestmark = pytest.mark.django_db
State = Registration.State
NOW = at(9, days=1)


@pytest.fixture
def desk(section):
    return add_desk(add_event(section, "Barcamp\n🎉", online_url="https://meet.example/x"))


@pytest.fixture
def registration(desk):
    return add_seat(add_participant(desk, given_name="Kim", family_name='"Q"\nBeispiel'))


def event_of(invitation):
    [event] = Calendar.from_ical(invitation.calendar).walk("VEVENT")
    return event


def again(registration: Registration) -> Registration:
    """The row as another request reads it."""
    return Registration.objects.select_related("person__desk__event").get(pk=registration.pk)


def change(desk, **fields) -> None:
    page = EventPage.objects.get(pk=desk.event_id)
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()


def test_it_names_the_event_and_both_sides(registration):
    invitation = write_invitation(registration)
    calendar = Calendar.from_ical(invitation.calendar)
    assert invitation.method == "REQUEST"
    assert str(calendar["method"]) == "REQUEST"
    event = event_of(invitation)
    page = registration.person.desk.event
    assert str(event["uid"]) == uid_of(str(page.translation_key), env.origin)
    assert str(event["summary"]) == "Barcamp 🎉"
    assert str(event["status"]) == "CONFIRMED"
    assert str(event["conference"]) == "https://meet.example/x"
    assert event["sequence"] == 0
    raw = invitation.calendar.replace(b"\r\n ", b"").decode()
    assert "\r\nORGANIZER:mailto:barcamp@mainz.demo.invalid\r\n" in raw, "bare: Outlook answers no other"
    assert str(event["attendee"]) == "mailto:kim@stadt.demo.invalid"
    assert event["attendee"].params["PARTSTAT"] == "ACCEPTED"
    assert event["attendee"].params["CN"] == "Kim 'Q' Beispiel"
    assert raw.count("BEGIN:VTIMEZONE") == 1
    assert check_file(invitation.calendar).faults == []


def test_who_asks_the_site_if_the_organisers_have_no_mailbox(registration):
    registration.person.desk.contact_email = ""
    raw = write_invitation(registration).calendar
    assert b"ORGANIZER:mailto:wissenshub@localhost\r\n" in raw


def test_uid_stays_and_the_sequence_rises_with_each(registration, desk):
    seen = [event_of(write_invitation(registration))]
    seen.append(event_of(write_cancellation(again(registration))))
    seen.append(event_of(write_invitation(again(registration))))
    change(desk, location="Rathaus")
    seen.append(event_of(write_invitation(again(registration))))
    assert len({str(event["uid"]) for event in seen}) == 1
    numbers = [int(event["sequence"]) for event in seen]
    assert numbers == sorted(set(numbers))
    assert [str(event["status"]) for event in seen] == ["CONFIRMED", "CANCELLED", "CONFIRMED", "CONFIRMED"]


def test_a_cancelled_series_is_one_event(section):
    desk = add_desk(
        add_event(
            section,
            starts=dt.datetime(2029, 3, 6, 9, tzinfo=dt.UTC),
            ends=dt.datetime(2029, 3, 6, 10, tzinfo=dt.UTC),
            recurrence_rule="FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;COUNT=5",
            recurrence_exceptions=(
                '[{"type": "moved", "value": {"day": "2029-03-13", "starts": "2029-03-14T10:00:00+01:00",'
                ' "ends": "2029-03-14T11:00:00+01:00", "location": ""}}]'
            ),
        )
    )  # fmt: skip
    registration = add_seat(add_participant(desk))
    invitation = write_invitation(registration)
    assert len(Calendar.from_ical(invitation.calendar).walk("VEVENT")) == 2
    assert check_file(invitation.calendar).faults == []
    event = event_of(write_cancellation(registration))
    assert "rrule" in event
    assert str(event["status"]) == "CANCELLED"


class TestTelling:
    """What happens when the page is published anew."""

    def told(self, registration: Registration) -> list[Letter]:
        return list(registration.person.letters.order_by("pk"))

    def test_nobody_is_told_while_nothing_changes(self, registration, desk):
        write_invitation(registration)
        assert tell_changes(NOW) == 0
        change(desk, summary="Neu.", slots="[]")
        assert tell_changes(NOW) == 0

    @pytest.mark.parametrize(
        "fields",
        [
            {"location": "Rathaus"},
            {"starts": at(10)},
            {"online_url": "https://meet.example/y"},
            {"status": "tentative"},
        ],
    )
    def test_who_has_a_seat_gets_one_update(self, registration, desk, fields):
        write_invitation(registration)
        change(desk, **fields)
        assert tell_changes(NOW) == 1
        assert tell_changes(NOW) == 0
        [letter] = self.told(registration)
        assert (letter.name, letter.method, letter.not_after) == ("event_changed", "REQUEST", at(17))
        event = event_of(letter)
        assert event["sequence"] >= 1
        if "location" in fields:
            assert str(event["location"]) == "Rathaus"
            assert "Wo: Rathaus" in letter.text

    def test_back_and_forth_is_told_each_time(self, registration, desk):
        write_invitation(registration)
        for place in ("Rathaus", "Digital Hub", "Rathaus"):
            change(desk, location=place)
            assert tell_changes(NOW) == 1
        sequences = [int(event_of(letter)["sequence"]) for letter in self.told(registration)]
        assert sequences == sorted(set(sequences))

    def test_two_changes_before_the_job_runs_are_one_letter(self, registration, desk):
        write_invitation(registration)
        change(desk, location="Rathaus")
        change(desk, location="Werkstatt")
        assert tell_changes(NOW) == 1

    def test_a_cancelled_event_leaves_calendars(self, registration, desk):
        write_invitation(registration)
        change(desk, status="cancelled")
        assert tell_changes(NOW) == 1
        assert tell_changes(NOW) == 0
        [letter] = self.told(registration)
        assert (letter.name, letter.method) == ("event_cancelled", "CANCEL")
        assert letter.subject.startswith("Fällt aus")
        assert str(event_of(letter)["status"]) == "CANCELLED"
        change(desk, status="confirmed")
        assert tell_changes(NOW) == 1
        assert self.told(registration)[1].method == "REQUEST"

    def test_who_waits_hears_of_a_cancelled_event_without_a_calendar(self, desk):
        waiting = add_seat(add_participant(desk), State.WAITING)
        change(desk, location="Rathaus")
        assert tell_changes(NOW) == 0
        change(desk, status="cancelled")
        assert tell_changes(NOW) == 1
        assert tell_changes(NOW) == 0
        [letter] = self.told(waiting)
        assert (letter.name, letter.calendar) == ("event_cancelled", "")
        assert "beigefügte Absage" not in letter.text

    @pytest.mark.parametrize("state", [State.WAITING, State.OFFERED])
    def test_who_waits_hears_that_it_takes_place_after_all(self, desk, state):
        until = {"offered_until": at(8)} if state == State.OFFERED else {}
        waiting = add_seat(add_participant(desk), state, **until)
        change(desk, status="cancelled")
        tell_changes(NOW)
        change(desk, status="confirmed")
        assert tell_changes(NOW) == 1
        assert tell_changes(NOW) == 0
        off, on = self.told(waiting)
        assert (off.name, on.name, on.calendar) == ("event_cancelled", "event_changed", "")
        assert on.subject == "Findet doch statt: Barcamp 🎉"
        assert "Ihr Platz bleibt Ihnen" not in on.text
        assert "beigefügt" not in on.text
        stands = "Sie stehen auf Platz 1 der Warteliste" if state == State.WAITING else "Wir halten ihn"
        assert stands in on.text

    def test_who_waits_hears_of_another_date_and_of_nothing_else(self, desk):
        waiting = add_seat(add_participant(desk), State.WAITING)
        tell_waiting(desk, waiting, ahead=0)
        change(desk, location="Rathaus")
        assert tell_changes(NOW) == 0
        change(desk, starts=at(10))
        assert tell_changes(NOW) == 1
        assert tell_changes(NOW) == 0
        letter = self.told(waiting)[-1]
        assert (letter.name, letter.method, letter.calendar) == ("event_changed", "", "")
        assert "10:00" in letter.text
        assert "Sie stehen auf Platz 1 der Warteliste" in letter.text

    def test_of_whom_nothing_is_known_hears_of_no_date(self, desk):
        add_seat(add_participant(desk), State.WAITING)
        change(desk, starts=at(10))
        assert tell_changes(NOW) == 0

    def test_who_had_a_seat_once_and_waits_gets_no_cancellation_for_the_calendar(self, registration, desk):
        write_invitation(registration)
        write_cancellation(again(registration))
        Registration.objects.update(state=State.WAITING)
        change(desk, status="cancelled")
        assert tell_changes(NOW) == 1
        [letter] = self.told(registration)
        assert (letter.name, letter.calendar) == ("event_cancelled", "")

    def test_who_moves_up_after_a_change_gets_the_invitation_as_it_is(self, desk):
        waiting = add_seat(add_participant(desk), State.WAITING)
        tell_waiting(desk, waiting, ahead=0)
        change(desk, starts=at(10))
        tell_changes(NOW)
        moved = again(waiting)
        Registration.objects.update(state=State.CONFIRMED)
        event = event_of(write_invitation(moved))
        assert event["dtstart"].dt.hour == 10
        assert tell_changes(NOW) == 0

    @pytest.mark.parametrize("state", [State.CANCELLED, State.EXPIRED, State.UNCONFIRMED])
    def test_others_are_left_alone(self, registration, desk, state):
        write_invitation(registration)
        Registration.objects.update(state=state)
        change(desk, location="Rathaus")
        assert tell_changes(NOW) == 0
        change(desk, status="cancelled")
        assert tell_changes(NOW) == 0

    def test_a_draft_and_what_is_over_tell_nothing(self, registration, desk):
        write_invitation(registration)
        page = EventPage.objects.get(pk=desk.event_id)
        page.location = "Rathaus"
        page.save_revision()
        assert tell_changes(NOW) == 0
        page.get_latest_revision().publish()
        assert tell_changes(at(18)) == 0
        assert tell_changes(NOW) == 1

    def test_many_people_are_told_in_several_steps(self, desk, monkeypatch):
        monkeypatch.setattr("events.calendars.telling.AT_ONCE", 2)
        assert AT_ONCE > 2
        for number in range(5):
            write_invitation(add_seat(add_participant(desk, f"Kim{number}")))
        change(desk, location="Rathaus")
        assert tell_changes(NOW) == 5
        assert Letter.objects.filter(name="event_changed").count() == 5


def test_one_event_that_cannot_be_told_does_not_stop_the_others(section):
    broken, whole = (add_desk(add_event(section, title)) for title in ("Kaputt", "Heil"))
    for desk in (broken, whole):
        registration = add_seat(add_participant(desk, f"Kim{desk.pk}"))
        write_invitation(registration)
        registration.save()
        EventPage.objects.filter(pk=desk.event_id).update(location="Anderswo")
    EventPage.objects.filter(pk=broken.event_id).update(time_zone="Nirgends/Nie")
    with pytest.raises(ValueError, match="time zone"):
        EventPage.objects.get(pk=broken.event_id).build_schedule()
    assert tell_changes(timezone.now()) == 1
