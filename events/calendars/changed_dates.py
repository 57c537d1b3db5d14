"""Which dates of a series are otherwise than somebody was told."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from hub.documents import Event
from hub.documents.series import Date, list_dates
from theme.figures import format_span


@dataclass(frozen=True)
class ChangedDate:
    """One date as it was told and as it is now; both have the same time by the rule."""

    before: Date
    date: Date
    facts: Event

    @property
    def was(self) -> str:
        """When it was, in the language that is spoken when it is asked."""
        return format_span(self.before.starts, self.before.ends, self.facts.timezone)

    @property
    def when(self) -> str:
        """The same of when it is."""
        return format_span(self.date.starts, self.date.ends, self.facts.timezone)

    @property
    def where(self) -> str:
        """Its place: one of its own, or that of the series with the address."""
        own = self.date.exception.location if self.date.exception else ""
        return own or ", ".join(filter(None, (self.facts.location, self.facts.address)))

    @property
    def is_over_at(self) -> dt.datetime:
        """From then on nobody needs to know: the later of both is over."""
        return max(self.before.ends, self.date.ends)


def list_changed(told: Event, facts: Event) -> list[ChangedDate]:
    """The dates whose exception is another one, or none any more, or new, in the order of the rule."""
    before = {date.at: date for date in list_dates(told)}
    return [
        ChangedDate(before[date.at], date, facts)
        for date in list_dates(facts)
        if date.at in before and before[date.at].exception != date.exception
    ]
