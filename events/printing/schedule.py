"""What programme apps are told, in either form (:mod:`events.printing.formats`).

The format is that of c3voc's ``schedule.xml`` and ``schedule.json``, which Giggity, EventFahrplan and others
read. All of it follows from the release alone: the same release gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from events.models import EventPage
from events.printing.released import Released
from hub.documents import DEFAULT_LANGUAGE, Slot
from hub.instants import localise
from hub.municipalities.names import normalise_name

SHORTEST_NAME = 4
FIRST_NUMBER, NUMBERS = 1_000_000, 2**31 - 1_000_000
"""Numbers of sessions and persons are 32 bits wide, as apps keep them, and have four digits at least."""


@dataclass(frozen=True)
class Speaker:
    """A host, by the name the programme says; the same name in one event is the same person."""

    key: uuid.UUID
    number: int
    name: str


@dataclass(frozen=True)
class Talk:
    """A session. ``key`` is that of its calendar entry, ``number`` derives from it and so stays."""

    key: uuid.UUID
    number: int
    slug: str
    address: str
    title: str
    abstract: str
    online: str
    room: str
    starts: dt.datetime
    ends: dt.datetime
    speakers: tuple[Speaker, ...]

    @property
    def duration(self) -> str:
        """Hours and minutes between the two instants: on two days of the year not those on the clock."""
        minutes = round((self.ends.astimezone(dt.UTC) - self.starts.astimezone(dt.UTC)).total_seconds() / 60)
        return f"{minutes // 60:02}:{minutes % 60:02}"


@dataclass(frozen=True)
class ScheduleDay:
    """A day with all rooms in use, those that stay empty on it too, so that each day has the same columns."""

    index: int
    date: dt.date
    starts: dt.datetime
    ends: dt.datetime
    rooms: tuple[tuple[str, tuple[Talk, ...]], ...]


@dataclass(frozen=True)
class Schedule:
    """A released programme as apps understand it. ``rooms`` are their keys by name."""

    acronym: str
    title: str
    version: str
    zone: str
    first: dt.date
    last: dt.date
    address: str
    language: str
    rooms: dict[str, uuid.UUID]
    capacities: dict[str, int | None]
    days: tuple[ScheduleDay, ...]


def build_schedule(released: Released) -> Schedule:
    """The schedule of a release with sessions. One query."""
    event, zone = released.event, released.zone
    acronym = make_acronym(event, released.days[0].date.year)
    base = event.translation_key
    days = tuple(
        ScheduleDay(
            index=index,
            date=day.date,
            starts=day.starts,
            ends=day.ends,
            rooms=tuple(
                (room, tuple(_talk(released, acronym, slot) for slot in day.slots if slot.room == room))
                for room in released.rooms
            ),
        )
        for index, day in enumerate(released.days, 1)
    )
    return Schedule(
        acronym=acronym,
        title=event.title,
        version=released.release.name,
        zone=zone,
        first=days[0].date,
        last=days[-1].date,
        address=released.address,
        language=str(event.locale.language_code).split("-")[0] or DEFAULT_LANGUAGE,
        rooms={name: uuid.uuid5(base, f"room {name}") for name in released.rooms},
        capacities={name: room.capacity for name, room in released.about_rooms.items()},
        days=days,
    )


def make_acronym(event: EventPage, year: int) -> str:
    """A short name of at least four of the signs ``a-z0-9_``, from the address of the event's page."""
    name = normalise_name(event.slug).replace(" ", "_")
    plain = "".join(sign for sign in name if sign.isascii() and (sign.isalnum() or sign == "_")).strip("_")
    return plain if len(plain) >= SHORTEST_NAME else f"{plain or 'event'}_{year}"


def number_of(key: uuid.UUID) -> int:
    """A number that stays with a key; two of a programme share one less often than once in ten thousand."""
    return FIRST_NUMBER + key.int % NUMBERS


def _talk(released: Released, acronym: str, slot: Slot) -> Talk:
    key = _key_of(released.event, slot)
    number, base = number_of(key), released.event.translation_key
    words = normalise_name(slot.title).encode("ascii", "ignore").decode().split()
    speakers = ((uuid.uuid5(base, f"host {name}"), name) for name in slot.hosts)
    return Talk(
        key=key,
        number=number,
        slug="-".join([acronym, str(number), *words]),
        address=released.session_address(slot),
        title=slot.title,
        abstract=slot.summary,
        online=slot.online_url,
        room=slot.room,
        starts=localise(slot.starts, released.zone),
        ends=localise(slot.ends, released.zone),
        speakers=tuple(Speaker(key, number_of(key), name) for key, name in speakers),
    )


def _key_of(event: EventPage, slot: Slot) -> uuid.UUID:
    """The slot's own key; a name of another kind is made into one."""
    try:
        return uuid.UUID(slot.uid)
    except ValueError:
        return uuid.uuid5(event.translation_key, f"slot {slot.uid}")
