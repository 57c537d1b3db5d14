"""Figures, sizes and times as people read them."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hub.instants import localise

Given = int | Literal[""] | None
"""A number from a document. Where its path leads nowhere, Django hands an empty string to filters."""

NO_BREAK = "\u00a0"
LARGEST_SIZE = 10**18
"""Bytes beyond which a stated size is nonsense; any number of digits may be received."""


def format_euro(amount: float | None, decimals: int = 0) -> str:
    """An amount in euros; None is the visible value „unbekannt“."""
    if amount is None:
        return _("unknown")
    return number_format(round(amount, decimals), decimals, force_grouping=True) + NO_BREAK + "€"


def per_inhabitant(amount: int | None, population: int | None) -> str:
    """An amount divided by inhabitants, with cents; empty if either is not known, or nothing is divided."""
    if not amount or not population:
        return ""
    try:
        return format_euro(amount / population, 2)
    except OverflowError:  # a received amount may have any number of digits
        return ""


def format_days(days: int | None) -> str:
    """Person-days; None is „unbekannt“."""
    if days is None:
        return _("unknown")
    text = ngettext("%(count)s person-day", "%(count)s person-days", days)
    return text % {"count": number_format(days, force_grouping=True)}


def format_count(number: int | None) -> str:
    """A number with its thousands grouped; None is „unbekannt“."""
    return _("unknown") if number is None else number_format(number, force_grouping=True)


def format_size(size: int) -> str:
    """Bytes in the unit that fits, decimal (1 kB = 1000 bytes)."""
    amount = float(min(size, LARGEST_SIZE))
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            break
        amount /= 1000
    decimals = 0 if unit == "B" or amount >= 100 else 1
    return number_format(round(amount, decimals), decimals, force_grouping=True) + NO_BREAK + unit


def format_span(starts: dt.datetime, ends: dt.datetime, zone: str = "Europe/Berlin") -> str:
    """When an event takes place, in its own time zone; the date once if it ends the same day."""
    first, last = _local(starts, zone), _local(ends, zone)
    first_day = date_format(first, "D, j. F Y")
    if first.date() == last.date():
        return _("%(day)s, %(start)s–%(end)s") % {
            "day": first_day,
            "start": date_format(first, "H:i"),
            "end": date_format(last, "H:i"),
        }
    return _("%(first)s to %(last)s") % {"first": first_day, "last": date_format(last, "D, j. F Y")}


def local_day(moment: dt.datetime, zone: str = "Europe/Berlin") -> dt.date:
    """The day on which a moment falls in ``zone``."""
    return _local(moment, zone).date()


def _local(moment: dt.datetime, zone: str) -> dt.datetime:
    return localise(moment, zone, default=timezone.get_current_timezone())
