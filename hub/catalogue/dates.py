"""The dates of an event entry: a repeated one is listed by the next that is to come."""

from __future__ import annotations

import datetime as dt
from itertools import islice
from typing import NamedTuple

from hub.catalogue.models import CatalogueEntry
from hub.documents import Event
from hub.documents.series import list_dates, rule_of

MOST_KEPT = 120
"""Dates of a series that its card keeps: ten years of months, two of weeks."""


class Span(NamedTuple):
    """From when until when, in UTC."""

    starts: dt.datetime
    ends: dt.datetime


def card_dates(event: Event) -> list[list[str]]:
    """The dates of a series that take place, as its card keeps them; empty for what happens once."""
    if rule_of(event) is None:
        return []
    held = sorted((date.starts, date.ends) for date in list_dates(event) if not date.is_cancelled)
    return [[starts.isoformat(), ends.isoformat()] for starts, ends in islice(held, MOST_KEPT)]


def next_span(entry: CatalogueEntry, now: dt.datetime) -> Span | None:
    """The date that is next or going on, of a series that is over the last; None if it is no event."""
    if entry.starts is None or entry.ends is None:
        return None
    span = Span(entry.starts, entry.ends)
    for starts, ends in entry.card.get("dates", ()):
        span = Span(dt.datetime.fromisoformat(starts), dt.datetime.fromisoformat(ends))
        if span.ends > now:
            break
    return span


def in_order(found: list[CatalogueEntry], now: dt.datetime) -> list[CatalogueEntry]:
    """Events by the date that is next."""
    return sorted(found, key=lambda entry: (next_span(entry, now) or Span(now, now), entry.pk))
