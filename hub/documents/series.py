"""The dates of an event that repeats.

Rules are written as RFC 5545 has them (section 3.3.10). Of all it allows, documents use weeks and months
with one weekday each: what calendars of towns need, and what every program reads alike. A rule of a newer
version is not read here: such an event has its first date alone.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice
from typing import NamedTuple

from hub.documents.facts import Event, Occurrence
from hub.instants import LAST_YEAR, localise, zone_of

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WEEKLY, MONTHLY = "WEEKLY", "MONTHLY"
MOST_DATES = 500
"""Dates of one event that are read; a rule without an end has as many."""
ZONES = frozenset({"Europe/Berlin", "UTC"})
"""Zones whose rules calendars are given, so that a time of the day stays what it is."""
CHANGING_HOUR = 2
"""The hour that is left out in March and comes twice in October (directive 2000/84/EC)."""
RULE = re.compile(
    r"FREQ=(?P<frequency>WEEKLY|MONTHLY);INTERVAL=(?P<interval>[1-9]\d?);"
    r"BYDAY=(?P<week>-1|[1-4])?(?P<weekday>MO|TU|WE|TH|FR|SA|SU)"
    r"(?:;COUNT=(?P<count>[1-9]\d{0,2})|;UNTIL=(?P<until>\d{8}T\d{6}Z))?",
    re.ASCII,
)
UNTIL = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Rule:
    """Every so many weeks or months on a weekday, ``week`` saying which of the month (-1: the last).

    It ends after ``count`` dates or with the last one that begins until ``until``, or never.
    """

    frequency: str
    weekday: int
    week: int | None = None
    interval: int = 1
    count: int | None = None
    until: dt.datetime | None = None

    def __str__(self) -> str:
        end = ""
        if self.count is not None:
            end = f";COUNT={self.count}"
        elif self.until is not None:
            end = f";UNTIL={self.until.astimezone(dt.UTC).strftime(UNTIL)}"
        day = f"{self.week or ''}{WEEKDAYS[self.weekday]}"
        return f"FREQ={self.frequency};INTERVAL={self.interval};BYDAY={day}{end}"

    def fits(self, day: dt.date) -> bool:
        """Whether it is such a weekday of the month, or of the week."""
        return day.weekday() == self.weekday and (
            self.week is None or day == _find_weekday(day.year, day.month, self.weekday, self.week)
        )


class Date(NamedTuple):
    """One date of an event: ``at`` is when it begins by the rule, ``exception`` what is otherwise."""

    at: dt.datetime
    starts: dt.datetime
    ends: dt.datetime
    exception: Occurrence | None = None

    @property
    def is_cancelled(self) -> bool:
        """Whether this one does not take place."""
        return self.exception is not None and self.exception.cancelled


def read_rule(text: str) -> Rule | None:
    """The rule; None if it is another than this version knows."""
    found = RULE.fullmatch(text)
    if found is None or (found["frequency"] == MONTHLY) != bool(found["week"]):
        return None
    until = None
    if found["until"]:
        try:
            until = dt.datetime.strptime(found["until"], UNTIL).replace(tzinfo=dt.UTC)
        except ValueError:
            return None
    return Rule(
        frequency=found["frequency"],
        weekday=WEEKDAYS.index(found["weekday"]),
        week=int(found["week"]) if found["week"] else None,
        interval=int(found["interval"]),
        count=int(found["count"]) if found["count"] else None,
        until=until,
    )


def rule_of(event: Event) -> Rule | None:
    """The rule by which an event repeats: it is readable, and the event's own date is the first."""
    rule = read_rule(event.recurrence.rule) if event.recurrence else None
    if rule is None or event.timezone not in ZONES or begins_while_clocks_change(event):
        return None
    return rule if rule.fits(localise(event.starts, event.timezone).date()) else None


def begins_while_clocks_change(event: Event) -> bool:
    """Whether it begins at a time of the day that does not exist once a year, and exists twice."""
    local = localise(event.starts, event.timezone)
    return event.timezone != "UTC" and local.hour == CHANGING_HOUR


def list_dates(event: Event) -> Iterator[Date]:
    """All dates, cancelled ones included, in the order of the rule; that of the event if it has none."""
    rule = rule_of(event)
    if rule is None or event.recurrence is None:
        yield Date(event.starts, event.starts, event.ends)
        return
    exceptions = {exception.at: exception for exception in event.recurrence.exceptions}
    for at in islice(_list_starts(event, rule), MOST_DATES):
        exception = exceptions.get(at)
        starts = (exception and exception.starts) or at
        ends = (exception and exception.ends) or starts + (event.ends - event.starts)
        yield Date(at, starts, ends, exception)


def next_dates(event: Event, now: dt.datetime, most: int) -> list[Date]:
    """The dates of an event that repeats which are not over, in the order they come; at most so many."""
    if rule_of(event) is None:
        return []
    return sorted((date for date in list_dates(event) if date.ends > now), key=lambda date: date.starts)[
        :most
    ]


def last_end(event: Event) -> dt.datetime:
    """When the last date of an event is over."""
    return max(date.ends for date in list_dates(event))


def _list_starts(event: Event, rule: Rule) -> Iterator[dt.datetime]:
    first, zone = localise(event.starts, event.timezone), zone_of(event.timezone)
    for day in islice(_list_days(rule, first.date()), rule.count):
        at = dt.datetime.combine(day, first.time(), zone).astimezone(dt.UTC)
        if rule.until is not None and at > rule.until:
            return
        yield at


def _list_days(rule: Rule, first: dt.date) -> Iterator[dt.date]:
    """Every day of the rule from ``first``, which is one of them."""
    for step in count():
        if rule.week is None:
            day = first + dt.timedelta(weeks=rule.interval * step)
        else:
            year, month = divmod(first.year * 12 + first.month - 1 + rule.interval * step, 12)
            day = _find_weekday(year, month + 1, rule.weekday, rule.week)
        if day.year > LAST_YEAR:
            return
        yield day


def _find_weekday(year: int, month: int, weekday: int, week: int) -> dt.date:
    if week > 0:
        first = dt.date(year, month, 1)
        return first + dt.timedelta(days=(weekday - first.weekday()) % 7 + 7 * (week - 1))
    last = dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)
    return last - dt.timedelta(days=(last.weekday() - weekday) % 7)
