"""One date of an event, alone or of a series, as pages, addresses and letters tell it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from events.models import EventPage
from hub.documents import Event
from hub.documents.series import Date, list_dates
from hub.instants import localise
from theme.figures import format_span

STAMP = "%Y%m%dT%H%MZ"


@dataclass(frozen=True)
class EventDate:
    """One date: as the rule has it (``date.at``), and as it is now; ``facts`` are those of the series."""

    date: Date
    facts: Event

    @property
    def stamp(self) -> str:
        """Names it in addresses: when it begins by the rule, in UTC."""
        return self.date.at.astimezone(dt.UTC).strftime(STAMP)

    @property
    def is_cancelled(self) -> bool:
        """Whether it does not take place, alone or with the whole series."""
        return self.date.is_cancelled or self.facts.status == EventPage.Status.CANCELLED

    @property
    def when(self) -> str:
        """The span in words, in the event's own time zone."""
        return format_span(self.date.starts, self.date.ends, self.facts.timezone)

    @property
    def day(self) -> dt.date:
        """The day on which it takes place, in the event's own time zone."""
        return localise(self.date.starts, self.facts.timezone).date()

    @property
    def where(self) -> str:
        """Its place: one of its own, or that of the series."""
        own = self.date.exception.location if self.date.exception else ""
        return own or self.facts.location

    @property
    def repeats(self) -> bool:
        """Whether it is one of several."""
        return self.facts.recurrence is not None


def read_event_dates(facts: Event | None) -> Iterator[EventDate]:
    """All dates of an event, cancelled ones too; none while it has no times. No query."""
    if facts is not None:
        for date in list_dates(facts):
            yield EventDate(date, facts)


def find_event_date(facts: Event | None, stamp: str) -> EventDate | None:
    """The date with that stamp; no query."""
    return next((each for each in read_event_dates(facts) if each.stamp == stamp), None)


def list_held_dates(event: EventPage) -> list[EventDate]:
    """Dates that take place, in the order they come; no query."""
    held = (each for each in read_event_dates(event.build_schedule()) if not each.date.is_cancelled)
    return sorted(held, key=lambda each: each.date.starts)


def last_start(event: EventPage) -> dt.datetime | None:
    """When it begins for the last time: of a series the last date that takes place; None without times."""
    if event.starts is None or not event.recurrence_rule:
        return event.starts
    return max((each.date.starts for each in list_held_dates(event)), default=event.starts)


def last_end(event: EventPage) -> dt.datetime | None:
    """When it is over for good: of a series the last date that takes place; None without times."""
    if event.ends is None or not event.recurrence_rule:
        return event.ends
    return max((each.date.ends for each in list_held_dates(event)), default=event.ends)


def is_on(event: EventPage, now: dt.datetime, before: dt.timedelta = dt.timedelta()) -> bool:
    """Whether it goes on, of a series one of its dates, or begins in no more than ``before``; no query."""
    if event.starts is None or event.ends is None:
        return False
    if not event.recurrence_rule:
        return event.starts - before <= now < event.ends
    return any(each.date.starts - before <= now < each.date.ends for each in list_held_dates(event))


def next_start(event: EventPage, now: dt.datetime) -> dt.datetime | None:
    """When it begins: of a series the next date that takes place; the only one, also once that has begun."""
    if event.starts is None or not event.recurrence_rule:
        return event.starts
    ahead = (each.date.starts for each in list_held_dates(event) if each.date.starts > now)
    return min(ahead, default=event.starts)
