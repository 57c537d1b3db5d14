"""Series go on for years: who gave up their place is forgotten before they end."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from events.models import EventPage, Letter, Person, Registration
from events.office.forgetting import forget_leavers, forget_people, overdue
from tests.factories.events import add_host, add_participant, add_plan, add_seat, add_session, at

State = Registration.State
WEEKDAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[at(9).weekday()]
ENDLESS = f"FREQ=WEEKLY;INTERVAL=1;BYDAY={WEEKDAY}"
DAYS = 90


@pytest.fixture
def series(desk):
    EventPage.objects.filter(pk=desk.event_id).update(recurrence_rule=ENDLESS)
    return desk


def later(days, minutes=1):
    return timezone.now() + dt.timedelta(days=days, minutes=minutes)


def add_letter(desk, person, **fields):
    return Letter.objects.create(
        desk=desk,
        address=person.email if person else "alex@verein.demo.invalid",
        person=person,
        name="registered",
        occasion="1",
        subject="a",
        text="b",
        **fields,
    )


@pytest.mark.parametrize("state", [State.CANCELLED, State.EXPIRED])
def test_who_gave_up_their_place_goes_after_the_retention(series, state):
    person = add_participant(series, "Kim")
    add_seat(person, state)
    add_letter(series, person, sent=timezone.now())
    assert forget_leavers(later(DAYS, -1)) == 0
    assert forget_leavers(later(DAYS)) == 1
    assert not Person.objects.exists()
    assert not Letter.objects.exists()
    assert forget_leavers(later(DAYS)) == 0
    series.refresh_from_db()
    assert (series.tally, series.forgotten) == ({state: 1}, None)


@pytest.mark.parametrize("state", [State.CONFIRMED, State.WAITING, State.UNCONFIRMED])
def test_who_has_or_waits_for_a_seat_stays(series, state):
    add_seat(add_participant(series, "Kim"), state)
    assert forget_leavers(later(9999)) == 0
    assert Person.objects.exists()


def test_who_hosts_or_proposed_stays_and_who_never_registered(series):
    plan = add_plan(series)
    host, proposer, voter = (add_participant(series, name) for name in ("Kim", "Toni", "Lou"))
    for person in (host, proposer):
        add_seat(person, State.CANCELLED)
    add_session(plan, "Eins", add_host(plan, person=host))
    add_session(plan, "Zwei", proposer=proposer)
    assert forget_leavers(later(9999)) == 0
    assert set(Person.objects.all()) == {host, proposer, voter}


def test_mails_go_once_they_are_old_unless_they_wait_to_be_sent(series):
    person = add_participant(series, "Kim")
    add_seat(person)
    add_letter(series, person, sent=timezone.now())
    waiting = add_letter(series, None)
    assert forget_leavers(later(DAYS, -1)) == 0
    assert Letter.objects.count() == 2
    forget_leavers(later(DAYS))
    assert list(Letter.objects.all()) == [waiting]


def test_an_event_that_happens_once_keeps_all_until_it_is_over(desk):
    add_seat(add_participant(desk, "Kim"), State.CANCELLED)
    assert forget_leavers(later(9999)) == 0


def test_the_numbers_of_a_series_that_ends_hold_those_who_left(series):
    add_seat(add_participant(series, "Kim"), State.CANCELLED)
    forget_leavers(later(DAYS))
    add_seat(add_participant(series, "Toni"))
    add_seat(add_participant(series, "Lou"), State.CANCELLED)
    EventPage.objects.filter(pk=series.event_id).update(recurrence_rule=f"{ENDLESS};COUNT=2")
    assert forget_people(series.event.ends + dt.timedelta(days=7 + DAYS, minutes=1)) == 1
    series.refresh_from_db()
    assert series.tally == {"cancelled": 2, "confirmed": 1}
    assert not Person.objects.exists()


def test_a_series_without_an_end_is_never_over_until_it_is_cancelled(series):
    add_seat(add_participant(series, "Kim"))
    assert overdue(later(20 * 365)) == []
    since = EventPage.objects.get(pk=series.event_id).last_published_at
    EventPage.objects.filter(pk=series.event_id).update(status="cancelled")
    assert overdue(since + dt.timedelta(days=DAYS)) == []
    assert overdue(since + dt.timedelta(days=DAYS, minutes=1)) == [series]
