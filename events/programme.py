"""A programme in the order people read it: by day, time and room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from hub.documents import Event, Slot
from hub.instants import localise

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

    def moment(slot: Slot) -> Moment:
        return localise(slot.starts, event.timezone), localise(slot.ends, event.timezone)

    ordered = sorted(event.slots, key=lambda slot: (*moment(slot), slot.room, slot.uid))
    bands = [Band(starts, ends, tuple(slots)) for (starts, ends), slots in groupby(ordered, key=moment)]
    return [Day(date, tuple(same)) for date, same in groupby(bands, key=lambda band: band.starts.date())]


def list_rooms(slots: Iterable[Slot]) -> list[str]:
    """The rooms that are used, by name."""
    return sorted({slot.room for slot in slots if slot.room})
