"""A series at the door: one comes anew on each of its dates."""

from __future__ import annotations

import datetime as dt
import json
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from events.door import queries
from events.door.badges import digest_badge
from events.door.dates import ALONE, DoorDates
from events.door.services import check_in, undo
from events.door.walk_ins import NotNow, WalkIn, add_walk_in
from events.models import CheckIn, EventPage, Registration
from hub.instants import localise
from tests.events.door.conftest import NOON, add_guest, address, at_entrance, scan

HOUR, DAY, WEEK = dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(days=7)
LOU = WalkIn("Lou", "Beispiel", "lou@stadt.demo.invalid")


@pytest.fixture(autouse=True)
def german():
    with translation.override("de"):
        yield


@pytest.fixture
def series(desk):
    """Four Fridays from 8 to 16 o'clock in Berlin; before the last of them the clocks change."""
    desk.event.starts, desk.event.ends = NOON - 4 * HOUR, NOON + 4 * HOUR
    desk.event.recurrence_rule = "FREQ=WEEKLY;INTERVAL=1;BYDAY=FR;COUNT=4"
    desk.event.save()
    return desk


def cancel(desk, day):
    exceptions = json.dumps([{"type": "cancelled", "value": {"day": day.date().isoformat()}}])
    EventPage.objects.filter(pk=desk.event_id).update(recurrence_exceptions=exceptions)
    desk.event.refresh_from_db()


def take(desk, helper, guest, at):
    once = scan(guest, at=at)
    (answer,) = check_in(desk.pk, at_entrance(helper), [once], at)
    return answer, once


def results(desk, helper, guest, *moments):
    return [take(desk, helper, guest, at)[0].result.value for at in moments]


def walk_in(desk, helper, now, **options):
    return add_walk_in(desk.pk, at_entrance(helper), LOU, uuid.uuid4(), now, **{"may_seat": False, **options})


def test_whoever_came_to_one_date_comes_anew_to_the_next(series, helper) -> None:
    kim = add_guest(series)
    moments = [NOON, NOON + HOUR, NOON + WEEK, NOON + WEEK + HOUR, NOON + 3 * WEEK]
    assert results(series, helper, kim, *moments) == ["in", "again", "in", "again", "in"]
    standing = CheckIn.objects.filter(repeats=False).order_by("at")
    assert list(standing.values_list("date", flat=True)) == ["20270312", "20270319", "20270402"]


def test_what_waited_on_a_device_counts_for_the_date_of_its_scan(series, helper) -> None:
    kim = add_guest(series)
    late = scan(kim, at=NOON + 4 * HOUR)
    (answer,) = check_in(series.pk, at_entrance(helper), [late], NOON + 6 * DAY)
    assert answer.result == "in"
    assert CheckIn.objects.get().date == "20270312"
    assert results(series, helper, kim, NOON + WEEK) == ["in"]


def test_taking_back_one_date_leaves_the_others(series, helper) -> None:
    kim = add_guest(series)
    take(series, helper, kim, NOON)
    _, second = take(series, helper, kim, NOON + WEEK)
    undo(series.pk, second.id, NOON + WEEK)
    assert CheckIn.objects.get(undone=None).date == "20270312"
    assert results(series, helper, kim, NOON + HOUR, NOON + WEEK) == ["again", "in"]


def test_the_list_and_the_numbers_are_those_of_the_date(series, helper) -> None:
    kim = add_guest(series)
    take(series, helper, kim, NOON)

    def read(now):
        (held,) = queries.list_offline(series, now)
        (found,) = queries.search(series, "Kim", now)
        return queries.count_there(series, now).there, held["state"], queries.state_of(found)

    assert read(NOON + 3 * HOUR) == (1, "in", "in")
    assert read(NOON + WEEK - 5 * HOUR) == (0, "seat", "seat")
    assert read(NOON + 3 * WEEK) == (0, "seat", "seat")


def change(desk, **fields):
    EventPage.objects.filter(pk=desk.event_id).update(**fields)
    desk.event.refresh_from_db()


def test_an_hour_put_right_while_a_date_is_on_sends_nobody_out(series, helper) -> None:
    kim = add_guest(series)
    now = NOON + WEEK
    assert results(series, helper, kim, NOON, now) == ["in", "in"]
    change(series, starts=series.event.starts + HOUR / 2)
    assert queries.count_there(series, now).there == 1
    assert results(series, helper, kim, NOON, now) == ["again", "again"]


def test_a_series_that_begins_later_leaves_its_check_ins_where_they_were(series, helper) -> None:
    kim = add_guest(series)
    assert results(series, helper, kim, NOON) == ["in"]
    times = {"starts": series.event.starts + WEEK, "ends": series.event.ends + WEEK}
    change(series, **times)
    assert queries.count_there(series, NOON + WEEK).there == 0
    assert results(series, helper, kim, NOON + WEEK) == ["in"]


def test_whoever_came_before_it_was_a_series_came_to_its_first_date(series, helper) -> None:
    kim = add_guest(series)
    CheckIn.objects.create(registration=kim, at=NOON)
    assert [queries.count_there(series, at).there for at in (NOON, NOON + WEEK)] == [1, 0]
    assert results(series, helper, kim, NOON + HOUR, NOON + WEEK) == ["again", "in"]
    again = CheckIn.objects.get(repeats=True)
    undo(series.pk, again.pk, NOON + HOUR)
    assert [queries.count_there(series, at).there for at in (NOON, NOON + WEEK)] == [0, 1]


def test_each_date_takes_whoever_comes_without_a_registration(series, helper) -> None:
    assert walk_in(series, helper, NOON + WEEK).result == "in"
    assert walk_in(series, helper, NOON + 2 * WEEK).result == "in"
    assert Registration.objects.count() == 1
    assert CheckIn.objects.filter(repeats=False).count() == 2


@pytest.mark.parametrize("away", [DAY, WEEK + 4 * HOUR, 4 * WEEK])
def test_between_the_dates_and_after_the_last_nobody_is_written_down(series, helper, away) -> None:
    with pytest.raises(NotNow):
        walk_in(series, helper, NOON + away)


def test_a_date_that_is_cancelled_has_no_door(series, helper) -> None:
    cancel(series, NOON + WEEK)
    with pytest.raises(NotNow):
        walk_in(series, helper, NOON + WEEK)
    assert walk_in(series, helper, NOON + 2 * WEEK).result == "in"


def test_the_database_keeps_one_check_in_of_each_date(series, helper) -> None:
    kim = add_guest(series)
    CheckIn.objects.create(registration=kim, at=NOON)
    CheckIn.objects.create(registration=kim, at=NOON, date="20270319")
    with pytest.raises(IntegrityError), transaction.atomic():
        CheckIn.objects.create(registration=kim, at=NOON, date="20270319")


def test_an_event_of_one_date_has_no_dates_to_tell_apart(desk) -> None:
    dates = DoorDates.of(desk.event)
    assert dates.nearest(NOON) is None
    assert dates.key(NOON + 99 * WEEK) == ALONE


def test_the_page_says_which_date_it_is_for(desk, phone, helper) -> None:
    kim = add_guest(desk)
    begins = desk.event.starts
    CheckIn.objects.create(registration=kim, at=begins - WEEK)
    weekday = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[localise(begins, "Europe/Berlin").weekday()]
    rule = f"FREQ=WEEKLY;INTERVAL=1;BYDAY={weekday};COUNT=3"
    times = {"starts": begins - WEEK, "ends": desk.event.ends - WEEK, "recurrence_rule": rule}
    EventPage.objects.filter(pk=desk.event_id).update(**times)
    page = phone.get(address(desk))
    assert page.context["counts"].there == 0
    assert str(localise(begins, "Europe/Berlin").day) in page.context["date"]
    assert page.context["date"] in page.content.decode()
    (held,) = phone.get(address(desk, "liste.json")).json()["people"]
    assert held["state"] == "seat"
    # The code of a badge is opened by the phone's own camera.
    assert phone.get(f"/veranstaltungen/b/{kim.badge}/").context["state"] == "seat"
    phone.post(f"/veranstaltungen/b/{kim.badge}/")
    assert phone.get(f"/veranstaltungen/b/{kim.badge}/").context["state"] == "in"
    assert digest_badge(kim.badge) == held["hash"]
