"""The dates of a group's meetings, read from the events that repeat."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from events.dates import EventDate, read_event_dates
from events.models import Circle, CircleSeries, Meeting
from hub.catalogue.queries import entries
from hub.documents import Viewer
from hub.instants import localise


@dataclass(frozen=True)
class MeetingDate(EventDate):
    """One date of a group, and what is kept of it (``meeting``)."""

    series: CircleSeries
    meeting: Meeting | None = None

    @property
    def title(self) -> str:
        """What the series is called."""
        return str(self.series.event.title)

    @property
    def is_moved(self) -> bool:
        """Whether it begins at another time than by the rule."""
        return not self.date.is_cancelled and self.date.starts != self.date.at

    @property
    def by_rule(self) -> str:
        """The day it would be by the rule."""
        return localise(self.date.at, self.facts.timezone).strftime("%d.%m.%Y, %H:%M")


def list_year(circle: Circle, year: int, viewer: Viewer, *, inside: bool) -> list[MeetingDate]:
    """All dates of a year, cancelled ones too, in their order; at most three queries.

    ``inside``: for those who take part. Others see those whose event they may read.
    """
    found = [each for series in _readable(circle, viewer, inside=inside) for each in read_dates(series)]
    in_year = [each for each in found if localise(each.date.starts, each.facts.timezone).year == year]
    kept = {(each.event_id, each.at): each for each in circle.meetings.select_related("page")}
    known = (
        MeetingDate(each.date, each.facts, each.series, kept.get((each.series.event_id, each.date.at)))
        for each in in_year
    )
    return sorted(known, key=lambda each: (each.date.starts, each.series.pk))


def read_dates(series: CircleSeries) -> Iterator[MeetingDate]:
    """All dates of a series, without what is kept of them; none while it has no times. No query."""
    for each in read_event_dates(series.event.build_schedule()):
        yield MeetingDate(each.date, each.facts, series)


def find_date(circle: Circle, series: int, stamp: str) -> MeetingDate | None:
    """The date with that stamp and what is kept of it; two queries."""
    held = circle.series.select_related("event").filter(pk=series, event__live=True).first()
    found = next((each for each in read_dates(held) if each.stamp == stamp), None) if held else None
    if found is None:
        return None
    kept = Meeting.objects.select_related("page").filter(event=found.series.event_id, at=found.date.at)
    return MeetingDate(found.date, found.facts, found.series, kept.first())


def keep_meeting(found: MeetingDate) -> Meeting:
    """The row on which agenda, minutes and decisions of a date hang; made when it is first needed."""
    meeting, _ = Meeting.objects.get_or_create(
        event=found.series.event, at=found.date.at, defaults={"circle": found.series.circle}
    )
    return meeting


def _readable(circle: Circle, viewer: Viewer, *, inside: bool) -> list[CircleSeries]:
    series = list(circle.series.select_related("event").filter(event__live=True))
    for each in series:
        each.circle = circle
    if inside or not series:
        return series
    keys = [each.event.translation_key for each in series]
    seen: set[uuid.UUID] = set(
        entries(viewer).filter(uuid__in=keys, source="").values_list("uuid", flat=True)
    )
    return [each for each in series if each.event.translation_key in seen]
