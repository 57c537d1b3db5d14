"""Spans of days that reports are made of: months, quarters, years, or any two days."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from content.months import add_months

FREE = "frei"
NAMED = re.compile(r"(?P<year>20\d\d)(?:-(?P<month>0[1-9]|1[0-2])|-q(?P<quarter>[1-4]))?", re.ASCII)
MONTHS_OFFERED, QUARTERS_OFFERED, YEARS_OFFERED = 13, 8, 5


@dataclass(frozen=True)
class Period:
    """From ``first`` to ``last``, both included. ``months`` is its length if it is whole months, else 0."""

    first: dt.date
    last: dt.date
    months: int = 0

    @property
    def days(self) -> int:
        """Its length."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Period:
        """The one of the same length that ends where this begins."""
        start = add_months(self.first, -self.months) if self.months else self.first - dt.timedelta(self.days)
        return Period(start, self.first - dt.timedelta(days=1), self.months)

    @property
    def moments(self) -> tuple[dt.datetime, dt.datetime]:
        """Its beginning, and the beginning of the day after it, in local time."""
        ends = (self.first, self.last + dt.timedelta(days=1))
        start, end = (timezone.make_aware(dt.datetime.combine(day, dt.time())) for day in ends)
        return start, end

    @property
    def wording(self) -> str:
        """As people say it: the month, the quarter, the year, or the two days."""
        if self.months == 1:
            return date_format(self.first, "F Y")
        if self.months == 3:
            return _("quarter %(number)s/%(year)s") % {
                "number": (self.first.month + 2) // 3,
                "year": self.first.year,
            }
        if self.months == 12:
            return str(self.first.year)
        days = {name: date_format(day, "SHORT_DATE_FORMAT") for name, day in self.ends.items()}
        return _("%(first)s to %(last)s") % days

    def worded(self, today: dt.date) -> str:
        """The same, with the day up to which it is told as long as it is not over."""
        if not self.first <= today < self.last:
            return self.wording
        day = date_format(today, pgettext("day and month as digits", "d/m"))
        return _("%(period)s (up to %(day)s)") % {"period": self.wording, "day": day}

    @property
    def ends(self) -> dict[str, dt.date]:
        """Both days by name."""
        return {"first": self.first, "last": self.last}

    @property
    def slug(self) -> str:
        """For names of files."""
        return f"{self.first.isoformat()}_{self.last.isoformat()}"


def named_period(code: str) -> Period | None:
    """The period of a code: ``2026``, ``2026-q3``, ``2026-11``; None for any other."""
    found = NAMED.fullmatch(code)
    if found is None:
        return None
    year = int(found["year"])
    if found["month"]:
        return _whole(dt.date(year, int(found["month"]), 1), 1)
    if found["quarter"]:
        return _whole(dt.date(year, int(found["quarter"]) * 3 - 2, 1), 3)
    return _whole(dt.date(year, 1, 1), 12)


def quarter_of(day: dt.date) -> str:
    """The code of the quarter of a day."""
    return f"{day.year}-q{(day.month + 2) // 3}"


def offer_periods(today: dt.date) -> list[tuple[str, list[tuple[str, str]]]]:
    """Codes and names of what can be chosen, newest first, in groups."""
    months = [add_months(today.replace(day=1), -n) for n in range(MONTHS_OFFERED)]
    quarters = [quarter_of(add_months(today.replace(day=1), -3 * n)) for n in range(QUARTERS_OFFERED)]
    years = [str(today.year - n) for n in range(YEARS_OFFERED)]
    groups = (
        (_("Quarter"), quarters),
        (_("Month"), [f"{day.year}-{day.month:02}" for day in months]),
        (_("Year"), years),
    )
    return [(name, [(code, _name(code)) for code in codes]) for name, codes in groups]


def _whole(first: dt.date, months: int) -> Period:
    return Period(first, add_months(first, months) - dt.timedelta(days=1), months)


def _name(code: str) -> str:
    period = named_period(code)
    return period.wording if period else code
