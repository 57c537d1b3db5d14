"""Formats for visitors: series of events from all hubs, their dates, recordings and what came of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, QuerySet, Value, When

from events.dates import EventDate
from hub.catalogue.dates import next_start
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import cards, entries, find_entries
from hub.documents import Document, Event, Recording, Viewer
from hub.documents.series import next_dates
from hub.errors import UnreadableDocument

COMING = 3
"""Dates of a series that are named."""

MOST_RECORDINGS = 200
"""Read for one page of the list, newest first."""

OTHERS = 6
TRANSCRIPT = "transkript"
LED_TO = "led_to"


@dataclass(frozen=True)
class Kept:
    """The page of a date: its recording, whether it can be read as well, and what it led to."""

    entry: CatalogueEntry
    recording: Recording
    has_transcript: bool
    led_to: list[CatalogueEntry]


@dataclass(frozen=True)
class Format:
    """A series, its next dates and what is kept of those that were, newest first."""

    entry: CatalogueEntry
    event: Event
    coming: list[EventDate]
    kept: list[Kept]


def find_series(viewer: Viewer, now: dt.datetime) -> QuerySet[CatalogueEntry]:
    """Events that repeat, those of which a date is next before those that are over.

    Meetings that are part of a focus group stand on its page.
    """
    groups = CatalogueEntry.objects.filter(kind="focus_group").order_by().values("object_id")
    is_over = Case(When(ends__lt=now, then=Value(1)), default=Value(0))
    series = entries(viewer).filter(kind="event", card__dates__0__isnull=False)
    return series.exclude(related__overlap=ArraySubquery(groups)).order_by(is_over, next_start(now), "pk")


def read_formats(found: Iterable[CatalogueEntry], viewer: Viewer, now: dt.datetime) -> list[Format]:
    """These with what is kept of them; two queries, and one more where something was led to."""
    series = {entry.object_id: (entry, document.event) for entry in found if (document := _read(entry))}
    kept = _read_kept(list(series), viewer)
    return [
        Format(
            entry,
            event,
            [EventDate(date, event) for date in next_dates(event, now, COMING)],
            kept.get(key, []),
        )
        for key, (entry, event) in series.items()
        if event is not None
    ]


def find_others(viewer: Viewer) -> list[CatalogueEntry]:
    """The newest recordings that belong to no series; one query."""
    series = CatalogueEntry.objects.filter(kind="event", card__dates__0__isnull=False).order_by()
    alone = (
        cards(viewer)
        .filter(kind="format")
        .exclude(related__overlap=ArraySubquery(series.values("object_id")))
    )
    return list(alone.order_by("-changed", "pk")[:OTHERS])


def _read_kept(series: list[str], viewer: Viewer) -> dict[str, list[Kept]]:
    pages = entries(viewer).filter(kind="format", related__overlap=series).order_by("-changed", "pk")
    read = [(page, document) for page in pages[:MOST_RECORDINGS] if (document := _read(page))]
    targets = {target for _page, document in read for target in _led_to(document)}
    known = find_entries(targets, viewer) if targets else {}
    kept = [_describe(page, document, known) for page, document in read if document.recording]
    kept.sort(key=lambda each: each.recording.held or dt.date.min, reverse=True)
    return {key: [each for each in kept if key in each.entry.related] for key in series}


def _describe(page: CatalogueEntry, document: Document, known: Mapping[str, CatalogueEntry]) -> Kept:
    anchors = {section.anchor for text in document.texts.values() for section in text.sections}
    led_to = [known[target] for target in _led_to(document) if target in known]
    return Kept(page, document.recording or Recording(), TRANSCRIPT in anchors, led_to)


def _led_to(document: Document) -> list[str]:
    return [relation.target for relation in document.relations if relation.type == LED_TO]


def _read(entry: CatalogueEntry) -> Document | None:
    try:
        return entry.document
    except UnreadableDocument:
        return None
