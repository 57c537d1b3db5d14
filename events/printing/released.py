"""The released programme, as it is printed and handed to programme apps. Only reading."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from content.identity import document_id
from events.models import EventDesk, EventPage, Release, Room, Session
from hub.documents import Slot
from hub.env import env
from hub.instants import localise, zone_of

DAY_CHANGE = dt.timedelta(hours=4)
"""What begins before four in the morning belongs to the evening before, as programme apps have it."""


@dataclass(frozen=True)
class ReleasedDay:
    """A day of the programme: from four in the morning to four in the next, in the event's time zone."""

    date: dt.date
    starts: dt.datetime
    ends: dt.datetime
    slots: tuple[Slot, ...]


@dataclass(frozen=True)
class Released:
    """A release with what is around it. ``rooms`` are those in use, in the order of the plan.

    Every session has a room: one without is given a place of its own, since apps drop it otherwise. What is
    in no room and is no session is a break.
    """

    event: EventPage
    release: Release
    slots: tuple[Slot, ...]
    rooms: tuple[str, ...]
    about_rooms: dict[str, Room]
    breaks: tuple[Slot, ...]

    @property
    def zone(self) -> str:
        """The event's time zone."""
        return str(self.event.time_zone)

    @property
    def address(self) -> str:
        """The permanent address of the event's page."""
        return document_id(self.event)

    @property
    def days(self) -> tuple[ReleasedDay, ...]:
        """The days on which there is something, in order."""
        days: dict[dt.date, list[Slot]] = {}
        for slot in self.slots:
            days.setdefault(day_of(slot, self.zone), []).append(slot)
        return tuple(
            ReleasedDay(date, *_frame(date, self.zone), tuple(slots)) for date, slots in sorted(days.items())
        )

    def session_address(self, slot: Slot) -> str:
        """The permanent address of a session: its place on the event's page."""
        return f"{self.address}#slot-{slot.uid}"

    def card_address(self, slot: Slot) -> str:
        """Where the code on a session's card leads: what it is about, and its place for those at the wall."""
        return env.origin + reverse("events:card", args=[self.event.translation_key, slot.uid])


def find_released(desk: EventDesk) -> Released | None:
    """The newest release of an event; None while there is none. Three queries."""
    release = Release.objects.filter(plan__desk=desk).order_by("-number").first()
    if release is None:
        return None
    known = {room.name: room for room in Room.objects.filter(plan=release.plan_id)}
    sessions = {str(key) for key in Session.objects.filter(plan=release.plan_id).values_list("pk", flat=True)}
    read = list(map(Slot.model_validate, release.slots))
    breaks = [slot for slot in read if not slot.room and slot.uid not in sessions]
    nowhere = _("Online") if desk.event.online_url else _("Without a room")
    slots = tuple(_give_rooms([slot for slot in read if slot not in breaks], nowhere))
    used = {slot.room for slot in slots}
    order = [name for name in known if name in used]
    rooms = (*order, *sorted(used - set(order)))
    return Released(desk.event, release, slots, rooms, known, tuple(breaks))


def day_of(slot: Slot, zone: str) -> dt.date:
    """The day of the programme to which a slot belongs."""
    return (localise(slot.starts, zone).replace(tzinfo=None) - DAY_CHANGE).date()


def _frame(date: dt.date, zone: str) -> tuple[dt.datetime, dt.datetime]:
    """Four in the morning of a day and of the next, by the clock on the wall: on two days not 24 hours."""
    first, last = (
        dt.datetime.combine(each, dt.time(), zone_of(zone)) + DAY_CHANGE
        for each in (date, date + dt.timedelta(days=1))
    )
    return first, last


def _give_rooms(slots: list[Slot], name: str) -> list[Slot]:
    """Each slot with a room: those without get one in which nothing else happens meanwhile."""
    placed: list[Slot] = [slot for slot in slots if slot.room]
    for slot in sorted((slot for slot in slots if not slot.room), key=_place):
        number, room = 1, name
        while any(each.room == room and _meet(each, slot) for each in placed):
            number += 1
            room = f"{name} {number}"
        placed.append(slot.model_copy(update={"room": room}))
    return sorted(placed, key=_place)


def _place(slot: Slot) -> tuple[dt.datetime, dt.datetime, str]:
    return slot.starts, slot.ends, slot.uid


def _meet(one: Slot, other: Slot) -> bool:
    return one.starts < other.ends and other.starts < one.ends
