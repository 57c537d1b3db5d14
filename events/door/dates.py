"""Which date of a series somebody comes to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from events.dates import EventDate, list_held_dates
from events.models import EventPage
from hub.instants import localise

ALONE = ""
"""What is noted for the one date of an event; once it is a series, that is its first one."""
DAY = "%Y%m%d"


@dataclass(frozen=True)
class DoorDates:
    """The dates of an event that take place; of one that takes place once there is nothing to tell apart."""

    event: EventPage
    held: tuple[EventDate, ...]

    @classmethod
    def of(cls, event: EventPage) -> DoorDates:
        """No query."""
        return cls(event, tuple(list_held_dates(event)) if event.recurrence_rule else ())

    def nearest(self, at: dt.datetime) -> EventDate | None:
        """The date that is on at that moment, else the one next to it; None where there is one alone."""
        return min(self.held, key=lambda each: _distance(each, at), default=None)

    def key(self, at: dt.datetime) -> str:
        """What check-ins of that moment note as their date: its day by the rule, whatever its hour is now."""
        found = self.nearest(at)
        return ALONE if found is None else self._name(found.date.at)

    def noted(self, key: str) -> tuple[str, ...]:
        """All that check-ins of the date with that key may have noted."""
        return (key, ALONE) if key and key == self._first else (key,)

    def read(self, noted: str) -> str:
        """The key of the date that a check-in has noted."""
        return noted or self._first

    @property
    def _first(self) -> str:
        starts = self.event.starts
        return self._name(starts) if self.held and starts else ALONE

    def _name(self, at: dt.datetime) -> str:
        return localise(at, self.event.time_zone).strftime(DAY)


def _distance(each: EventDate, at: dt.datetime) -> dt.timedelta:
    return max(each.date.starts - at, at - each.date.ends, dt.timedelta())
