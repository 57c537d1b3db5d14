"""Rooms, times and when people are there: what is in use stays."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from events.models import Availability, Band, PlanChange, Room
from events.office.bands import Grid, cut_day
from hub.instants import localise
from tests.events.office.conftest import address, text_of
from tests.factories.events import add_host, add_plan, add_session, at, put

ROOMS, TIMES, HOSTS = "raeume/", "zeiten/", "gastgebende/"


@pytest.fixture
def plan(desk):
    return add_plan(desk)


@pytest.fixture
def room(plan):
    return plan.rooms.get(name="Raum 1")


def one(desk, room):
    return address(desk, f"{ROOMS}{room.pk}/")


def day_of(desk):
    return localise(desk.event.starts, "Europe/Berlin").date().isoformat()


def typed(moment):
    return localise(moment, "Europe/Berlin").strftime("%Y-%m-%dT%H:%M")


def clock(moment):
    return f"{localise(moment, 'Europe/Berlin'):%H:%M}"


def clocks(desk):
    rows = Band.objects.filter(plan__desk=desk).order_by("during")
    return [(clock(row.during.lower), clock(row.during.upper), row.is_break) for row in rows]


def test_rooms_are_added_in_their_order(browser, desk):
    browser.post(address(desk, ROOMS), {"name": "Saal", "capacity": "120"})
    browser.post(address(desk, ROOMS), {"name": "Küche", "capacity": ""})
    assert list(Room.objects.values_list("name", "capacity")) == [("Saal", 120), ("Küche", None)]
    second = Room.objects.get(name="Küche")
    browser.post(one(desk, second), {"action": "up"})
    assert [room.name for room in Room.objects.all()] == ["Küche", "Saal"]
    assert desk.plan.version == 3


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"name": ""}, "Dieses Feld"),
        ({"name": "Raum 1"}, "gibt es schon"),
        ({"name": "Saal", "capacity": "0"}, "1"),
        ({"name": "Saal", "online_url": "kein"}, "gültige"),
    ],
)
def test_a_room_that_cannot_be_is_refused(browser, desk, plan, data, said):
    assert said in text_of(browser.post(address(desk, ROOMS), data))
    assert Room.objects.count() == 2


def test_a_room_in_use_is_neither_deleted_nor_hidden_and_the_sessions_are_named(browser, desk, plan, room):
    put(add_session(plan, "KI im Amt"), room, 9, 10)
    for action in ("delete", "hide"):
        text = text_of(browser.post(one(desk, room), {"action": action}, follow=True))
        assert "In „Raum 1“ laufen: „KI im Amt“. Verschieben Sie" in text
    room.refresh_from_db()
    assert not room.hidden


def test_an_unused_room_is_deleted_and_one_of_an_earlier_plan_hidden(browser, desk, plan, room):
    browser.post(one(desk, plan.rooms.get(name="Raum 2")), {"action": "delete"})
    assert [each.name for each in plan.rooms.all()] == ["Raum 1"]
    PlanChange.objects.create(plan=plan, number=99, at=timezone.now(), verb="place")
    text = text_of(browser.post(one(desk, room), {"action": "delete"}, follow=True))
    assert "ausgeblendet und nicht gelöscht" in text
    room.refresh_from_db()
    assert room.hidden
    assert "ausgeblendeten Raum dieses Namens" in text_of(
        browser.post(address(desk, ROOMS), {"name": "Raum 1"})
    )
    browser.post(one(desk, room), {"action": "show"})
    room.refresh_from_db()
    assert not room.hidden


def test_a_room_changes_its_name_and_its_hours(browser, desk, room):
    browser.post(one(desk, room), {"name": "Saal", "capacity": "30", "note": "Aufzug"})
    room.refresh_from_db()
    assert (room.name, room.capacity, room.note) == ("Saal", 30, "Aufzug")
    data = {"action": "add_time", "time-starts": typed(at(9)), "time-ends": typed(at(12))}
    browser.post(one(desk, room), data)
    time = Availability.objects.get(room=room)
    assert (time.during.lower, time.during.upper) == (at(9), at(12))
    wrong = {**data, "time-ends": typed(at(8))}
    response = browser.post(one(desk, room), wrong)
    assert "„Bis“ muss nach „Von“ liegen" in text_of(response)
    assert f'value="{typed(at(8))}"' in response.content.decode()
    browser.post(one(desk, room), {"action": "remove_time", "time": str(time.pk)})
    assert not Availability.objects.exists()
    assert browser.post(one(desk, room), {"action": "remove_time", "time": "x"}).status_code == 404


def test_a_day_is_cut_into_sessions_with_time_between_and_lunch(browser, desk):
    data = {
        "action": "grid", "grid-day": day_of(desk), "grid-first": "09:00", "grid-last": "17:00",
        "grid-minutes": "45", "grid-changeover": "15", "grid-pause_from": "12:00",
        "grid-pause_until": "13:00",
        "grid-pause_label": "Mittag",
    }  # fmt: skip
    browser.post(address(desk, TIMES), data)
    assert clocks(desk) == [
        ("09:00", "09:45", False), ("10:00", "10:45", False), ("11:00", "11:45", False),
        ("12:00", "13:00", True),
        ("13:00", "13:45", False), ("14:00", "14:45", False), ("15:00", "15:45", False),
        ("16:00", "16:45", False),
    ]  # fmt: skip
    again = browser.post(address(desk, TIMES), data)
    assert "Von 09:00 bis 09:45 Uhr gibt es schon eine Zeit" in text_of(again)
    browser.post(address(desk, TIMES), {**data, "grid-replace": "on", "grid-minutes": "105"})
    assert clocks(desk)[0] == ("09:00", "10:45", False)
    assert len(clocks(desk)) == 4


def test_bands_never_run_into_the_break():
    day = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
    pause = (day.replace(hour=10, minute=20), day.replace(hour=11))
    grid = Grid(day.replace(hour=9), day.replace(hour=12), 60, 0, pause)
    pieces = [(piece.starts.hour, piece.starts.minute, piece.is_break) for piece in cut_day(grid)]
    assert pieces == [(9, 0, False), (10, 20, True), (11, 0, False)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"grid-last": "22:00"}, "Die Veranstaltung geht von"),
        ({"grid-last": "08:00", "grid-pause_from": "", "grid-pause_until": ""}, "nach „Von“"),
        ({"grid-pause_until": ""}, "beide Zeiten"),
        ({"grid-pause_from": "08:00"}, "im Tag liegen"),
        ({"grid-minutes": "480", "grid-pause_from": "16:00", "grid-pause_until": "17:00"}, "passt nicht"),
        ({"grid-minutes": "10", "grid-changeover": "0"}, "Das wären"),
        ({"grid-day": "2020-01-01"}, "2020-01-01"),
        ({"grid-first": "neun"}, "Uhrzeit"),
    ],
)
def test_a_day_that_cannot_be_cut_is_said(browser, desk, changes, said):
    data = {
        "action": "grid", "grid-day": day_of(desk), "grid-first": "09:00", "grid-last": "17:00",
        "grid-minutes": "45", "grid-changeover": "15", "grid-pause_from": "12:00",
        "grid-pause_until": "13:00", **changes,
    }  # fmt: skip
    assert said in text_of(browser.post(address(desk, TIMES), data))
    assert not Band.objects.exists()


def test_a_band_in_use_keeps_its_time_but_may_change_its_name(browser, desk, plan, room):
    put(add_session(plan, "KI im Amt"), room, 9, 10)
    band = plan.bands.order_by("during").first()
    data = {"action": "save", "band": str(band.pk), "band-starts": typed(at(9)), "band-ends": typed(at(10))}
    browser.post(address(desk, TIMES), {**data, "band-label": "Auftakt"})
    band.refresh_from_db()
    assert band.label == "Auftakt"
    for change in ({"band-ends": typed(at(9, 30))}, {"band-is_break": "on"}):
        text = text_of(browser.post(address(desk, TIMES), {**data, **change}))
        assert "Zu dieser Zeit laufen: „KI im Amt“" in text
    text = text_of(
        browser.post(address(desk, TIMES), {"action": "delete", "band": str(band.pk)}, follow=True)
    )
    assert "Zu dieser Zeit laufen: „KI im Amt“" in text
    band.refresh_from_db()
    assert (band.during.upper, band.is_break) == (at(10), False)
    other = plan.bands.order_by("during").last()
    browser.post(address(desk, TIMES), {"action": "delete", "band": str(other.pk)})
    assert not Band.objects.filter(pk=other.pk).exists()


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [(9, 10, "gibt es schon eine Zeit"), (18, 19, "Die Veranstaltung geht von"), (17, 16, "nach „Von“")],
)
def test_a_single_band_must_fit(browser, desk, plan, first, last, said):
    data = {"action": "save", "band-starts": typed(at(first)), "band-ends": typed(at(last))}
    assert said in text_of(browser.post(address(desk, TIMES), data))
    assert plan.bands.count() == 7


def test_when_a_host_is_there_is_noted(browser, desk, plan):
    host = add_host(plan, "Kim Beispiel")
    add_session(plan, "KI im Amt", host)
    data = {"action": "add_time", "host": str(host.pk), "starts": typed(at(9)), "ends": typed(at(12))}
    assert "Von 9" not in text_of(browser.get(address(desk, HOSTS)))
    browser.post(address(desk, HOSTS), data)
    assert host.availabilities.get().during.upper == at(12)
    assert "„Bis“ muss nach" in text_of(browser.post(address(desk, HOSTS), {**data, "ends": typed(at(8))}))
    time = host.availabilities.get()
    browser.post(address(desk, HOSTS), {"action": "remove_time", "host": str(host.pk), "time": str(time.pk)})
    assert not host.availabilities.exists()
    assert browser.post(address(desk, HOSTS), {**data, "host": "kein"}).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("tail", "queries"), [(ROOMS, 8), (TIMES, 10), (HOSTS, 9)])
def test_the_lists_cost_the_same_queries(browser, desk, number, tail, queries, django_assert_num_queries):
    plan = add_plan(desk, rooms=number)
    for n, room in enumerate(plan.rooms.all()):
        host = add_host(plan, f"Host {n}")
        add_session(plan, f"Session {n}", host)
        Availability.objects.create(room=room, during=(at(9), at(10)))
        Availability.objects.create(host=host, during=(at(9), at(10)))
    browser.get(address(desk, tail))
    with django_assert_num_queries(queries):
        browser.get(address(desk, tail))
