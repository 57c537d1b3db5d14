"""What the address of a search may ask for: parameters, their values, and what these are called.

Names, order and labels are those of the list of contributions (:mod:`hub.site.listing.filters`), so that
one habit serves both pages.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from search.engines.base import Sort
from theme.bands import COSTS, UNKNOWN
from theme.labels import KINDS_PLURAL
from theme.parameters import GRADES, SIZES, Parameter, YearParameter

SINCE, UNTIL, SORTING, PAGE, TEXT = "von", "bis", "sortierung", "seite", "q"
PART = "teil"
"""Asks for a piece of the page; never stands in the address that people see."""

_DAY = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", re.ASCII)
_GERMAN_DAY = re.compile(r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})", re.ASCII)

SORTS: Mapping[str, tuple[str | Promise, Sort]] = {
    "relevanz": (_("Best match first"), Sort.RELEVANCE),
    "neu": (_("Newest first"), Sort.NEWEST),
    "titel": (_("By title"), Sort.TITLE),
}


TOPIC = Parameter("thema", "topics", _("Topic"))
REGION = Parameter("region", "districts", _("Region"))
BODY = Parameter("kommune", "publishers", _("Municipality"))
SOURCE = Parameter("instanz", "source", _("Instance"), folded=True)
YEAR = YearParameter("jahr", "year", _("Year"), in_order=True, folded=True)
PARAMETERS = (
    TOPIC,
    Parameter("art", "kind", _("Kind"), KINDS_PLURAL),
    REGION,
    Parameter("groesse", "sizes", _("Size of the municipality"), SIZES, closed=True, in_order=True),
    BODY,
    Parameter("reife", "maturity", _("Maturity"), GRADES, in_order=True),
    Parameter("kosten", "costs", _("Costs in the first year"), COSTS, closed=True, in_order=True),
    Parameter("lizenz", "licence", _("Licence"), {UNKNOWN: _("unknown")}, folded=True),
    YEAR,
    Parameter("sprache", "languages", _("Language"), dict(settings.LANGUAGES), folded=True),
    SOURCE,
)


@dataclass(frozen=True)
class Period:
    """The first and the last day asked for. ``turned`` says that they came in the wrong order, ``unread``
    that something was given that is no day."""

    since: dt.date | None = None
    until: dt.date | None = None
    turned: bool = False
    unread: bool = False

    @classmethod
    def read(cls, since: str, until: str) -> Period:
        """From what stands in the address."""
        first, last = read_day(since), read_day(until)
        unread = any(given.strip() and day is None for given, day in ((since, first), (until, last)))
        if first and last and last < first:
            return cls(last, first, turned=True, unread=unread)
        return cls(first, last, unread=unread)

    def __bool__(self) -> bool:
        return bool(self.since or self.until)

    @property
    def label(self) -> str:
        """What it is called."""
        days = [date_format(day, "SHORT_DATE_FORMAT") if day else "" for day in (self.since, self.until)]
        if all(days):
            return gettext("%(since)s to %(until)s") % {"since": days[0], "until": days[1]}
        return (gettext("from %(day)s") if self.since else gettext("until %(day)s")) % {"day": "".join(days)}

    @property
    def params(self) -> dict[str, str]:
        """Its parameters, those that are empty left out."""
        days = {SINCE: self.since, UNTIL: self.until}
        return {name: day.isoformat() for name, day in days.items() if day}


def read_day(text: str) -> dt.date | None:
    """A day as browsers send it (``2026-11-22``) or as people write it (``22.11.2026``); None for others."""
    text = text.strip()
    found = _DAY.fullmatch(text) or _GERMAN_DAY.fullmatch(text)
    if found is None:
        return None
    try:
        return dt.date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return None


def read_page(text: str) -> int:
    """The number of a page, 1 where it is none."""
    return int(text[:18]) if text.isascii() and text.isdigit() else 1


def clean(text: str) -> str:
    """``text`` without what PostgreSQL cannot store: NUL and lone surrogates."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")
