"""The programme as it is printed: by day and by what happens at the same time, breaks between."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import groupby

from events.printing.released import Released, day_of
from hub.documents import Slot
from hub.instants import localise


@dataclass(frozen=True)
class PrintedBand:
    """What begins and ends together, by room; a break has no sessions but a label."""

    starts: dt.datetime
    ends: dt.datetime
    slots: tuple[Slot, ...] = ()
    label: str = ""


@dataclass(frozen=True)
class PrintedDay:
    """A day with all that happens on it."""

    date: dt.date
    bands: tuple[PrintedBand, ...]


def build_programme(released: Released) -> list[PrintedDay]:
    """The days of a release in the event's time zone. No queries."""
    order = {room: number for number, room in enumerate(released.rooms)}
    days = []
    for day in released.days:
        slots = sorted(day.slots, key=lambda slot: (slot.starts, slot.ends, order[slot.room], slot.uid))
        grouped = groupby(slots, key=lambda slot: (slot.starts, slot.ends))
        bands = [_band(released, *times, slots=tuple(same)) for times, same in grouped]
        pauses = [slot for slot in released.breaks if day_of(slot, released.zone) == day.date]
        bands += [_band(released, slot.starts, slot.ends, label=slot.title) for slot in pauses]
        days.append(PrintedDay(day.date, tuple(sorted(bands, key=_place))))
    return days


def _band(
    released: Released, starts: dt.datetime, ends: dt.datetime, slots: tuple[Slot, ...] = (), label: str = ""
) -> PrintedBand:
    return PrintedBand(localise(starts, released.zone), localise(ends, released.zone), slots, label)


def _place(band: PrintedBand) -> tuple[dt.datetime, dt.datetime]:
    return band.starts, band.ends
