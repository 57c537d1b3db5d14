"""Which date of a series somebody comes to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from events.dates import EventDate, list_held_dates
from events.models import EventPage

FIRST = ""
"""The key of the first date, and of an event that takes place once."""


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
        """What check-ins of that moment have noted as their date."""
        found = self.nearest(at)
        return FIRST if found is None or found.date.at == self.event.starts else found.stamp


def _distance(each: EventDate, at: dt.datetime) -> dt.timedelta:
    return max(each.date.starts - at, at - each.date.ends, dt.timedelta())
