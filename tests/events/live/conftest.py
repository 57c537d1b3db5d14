"""A barcamp that is going on right now, with two rooms."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from events.models import Band, EventDesk, Placement, Plan, Room, Session
from hub.catalogue.settling import settle
from hub.instants import localise
from tests.content.kinds import editor_of
from tests.factories.events import add_desk, add_event


def soon(minutes: int) -> dt.datetime:
    """So many minutes from now, to the full minute."""
    return (timezone.now() + dt.timedelta(minutes=minutes)).replace(second=0, microsecond=0)


def place(session: Session, room: Room, minutes: int, length: int = 45) -> Placement:
    """The session in that room, so many minutes from now."""
    return Placement.objects.create(
        session=session, room=room, during=(soon(minutes), soon(minutes + length))
    )


def open_day(section: Any, title: str = "Barcamp", **fields: Any) -> EventDesk:
    """An event that began an hour ago and goes on for eight."""
    # In one of the two zones it is never so late that the next hour is tomorrow's.
    zone = "UTC" if localise(timezone.now(), "Europe/Berlin").hour >= 20 else "Europe/Berlin"
    values = {"starts": soon(-60), "ends": soon(480), "time_zone": zone, **fields}
    desk = add_desk(add_event(section, title, **values))
    settle()
    return desk


def open_plan(desk: EventDesk) -> Plan:
    """A plan of two rooms with a break in two hours."""
    plan = Plan.objects.create(desk=desk)
    for number in (1, 2):
        Room.objects.create(plan=plan, name=f"Raum {number}", position=number)
    Band.objects.create(plan=plan, during=(soon(120), soon(150)), label="Mittagspause", is_break=True)
    return plan


@pytest.fixture
def desk(section):
    return open_day(section)


@pytest.fixture
def plan(desk):
    return open_plan(desk)


@pytest.fixture
def rooms(plan):
    return list(Room.objects.filter(plan=plan))


@pytest.fixture
def base(desk) -> str:
    return f"/veranstaltungen/{desk.event.translation_key}/"


@pytest.fixture
def guest() -> Client:
    return Client(headers={"accept-language": "de"})


@pytest.fixture
def organiser(section) -> Client:
    return editor_of(section)
