"""The dates of an event entry: a repeated one is listed by the next that is to come."""

from __future__ import annotations

import datetime as dt
from itertools import islice
from typing import NamedTuple

from django.db.models import DateTimeField, F, Func, Value
from django.db.models.functions import Coalesce

from hub.catalogue.models import CatalogueEntry
from hub.documents import Event
from hub.documents.series import list_dates, rule_of

MOST_KEPT = 120
"""Dates of a series that its card keeps: ten years of months, two of weeks."""
OF_SERIES = """(
    SELECT COALESCE(
        MIN((d ->> 0)::timestamptz) FILTER (WHERE (d ->> 1)::timestamptz > now_),
        MAX((d ->> 0)::timestamptz)
    )
    FROM (VALUES (%(expressions)s)) AS given(card_, now_), jsonb_array_elements(card_ -> 'dates') AS d
)"""
"""The dates of a card are pairs of instants in text; a card without any gives NULL."""


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


def next_start(now: dt.datetime) -> Coalesce:
    """Where :func:`next_span` begins, for the database: events are ordered by it before they are cut."""
    of_series = Func(
        F("card"), Value(now, output_field=DateTimeField()), template=OF_SERIES, output_field=DateTimeField()
    )
    return Coalesce(of_series, F("starts"))
