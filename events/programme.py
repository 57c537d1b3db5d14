"""A programme in the order people read it: by day, time and room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hub.documents import Event, Slot

Moment = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True)
class Band:
    """What happens at the same time, by room."""

    starts: dt.datetime
    ends: dt.datetime
    slots: tuple[Slot, ...]


@dataclass(frozen=True)
class Day:
    """One day of the programme."""

    date: dt.date
    bands: tuple[Band, ...]


def group_programme(event: Event) -> list[Day]:
    """The programme in the event's own time zone; an unknown zone is read as UTC."""
    zone = zone_of(event.timezone)

    def moment(slot: Slot) -> Moment:
        return slot.starts.astimezone(zone), slot.ends.astimezone(zone)

    ordered = sorted(event.slots, key=lambda slot: (*moment(slot), slot.room, slot.uid))
    bands = [Band(starts, ends, tuple(slots)) for (starts, ends), slots in groupby(ordered, key=moment)]
    return [Day(date, tuple(same)) for date, same in groupby(bands, key=lambda band: band.starts.date())]


def list_rooms(slots: Iterable[Slot]) -> list[str]:
    """The rooms that are used, by name."""
    return sorted({slot.room for slot in slots if slot.room})


def zone_of(name: str) -> dt.tzinfo:
    """The time zone of that IANA name, else UTC."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return dt.UTC
