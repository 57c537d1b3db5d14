"""An event page that repeats: its rule and exceptions as facts, and what is wrong with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from hub.documents import Event, Occurrence, Recurrence
from hub.documents.series import begins_while_clocks_change, list_dates, read_rule
from hub.instants import localise, zone_of


def build_recurrence(page: Any) -> Recurrence | None:
    """The repetition of an event page that has its times; None if it happens once."""
    if not page.recurrence_rule:
        return None
    exceptions = sorted(_build_exceptions(page), key=lambda exception: exception.at)
    return Recurrence(rule=page.recurrence_rule, exceptions=tuple(exceptions))


def check_series(page: Any, published: Any) -> dict[str, str]:
    """What is wrong with the series, by field; ``published`` is the page as it is public, or None.

    The start is a date of the rule, exceptions are, each once, and a series that is public goes on at its
    time: programs know the exceptions of a series by the times of its rule.
    """
    if page.starts is None or page.ends is None or not page.recurrence_rule:
        return {}
    event: Event = page.build_schedule()
    rule = read_rule(page.recurrence_rule)
    if rule is None:
        return {"recurrence_rule": gettext("This rule is not known here. Choose the repetition again.")}
    first = localise(event.starts, event.timezone)
    if not rule.fits(first.date()):
        message = gettext(
            "The start, %(day)s, is not a date of the repetition. Set it to the first date of the series, or "
            "change the repetition."
        )
        return {"starts": message % {"day": date_format(first.date(), "l, j. F Y")}}
    if begins_while_clocks_change(event):
        return {"starts": gettext("A series cannot begin between 2 and 3 o'clock: clocks change then.")}
    if published and published.recurrence_rule and published.starts != page.starts:
        message = gettext(
            "The start of a published series stays, else calendars would mix up its dates. Move single "
            "dates as exceptions, or let this series end and create a new event."
        )
        return {"starts": message}
    return _check_exceptions(event)


def _check_exceptions(event: Event) -> dict[str, str]:
    known = {date.at for date in list_dates(event)}
    seen: set[dt.datetime] = set()
    for exception in event.recurrence.exceptions if event.recurrence else ():
        day = date_format(localise(exception.at, event.timezone).date(), "j. F Y")
        if exception.at not in known:
            message = gettext("%(day)s is not a date of the series. Give the day it would be by the rule.")
            return {"recurrence_exceptions": message % {"day": day}}
        if exception.at in seen:
            return {"recurrence_exceptions": gettext("%(day)s is named twice.") % {"day": day}}
        seen.add(exception.at)
    return {}


def _build_exceptions(page: Any) -> Iterator[Occurrence]:
    zone = zone_of(page.time_zone)
    first = localise(page.starts, page.time_zone)
    for child in page.recurrence_exceptions:
        value = child.value
        if not value["day"]:
            continue
        at = dt.datetime.combine(value["day"], first.time(), zone)
        if child.block_type == "cancelled":
            yield Occurrence(at=at, cancelled=True)
        elif value["starts"] and value["ends"]:
            starts, ends = _aware(value["starts"]), _aware(value["ends"])
            yield Occurrence(at=at, starts=starts, ends=ends, location=value["location"] or "")


def _aware(moment: dt.datetime) -> dt.datetime:
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment
