"""The dates of a group's meetings, read from the events that repeat.

A date that its series has no more (it was called off with all that follow, or the rule was changed) is still
one of the group while something is kept of it: nothing that was prepared or written is out of reach.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from events.dates import STAMP, EventDate, read_event_dates
from events.models import (
    AgendaItem,
    Circle,
    CircleSeries,
    Decision,
    EventPage,
    Meeting,
    Note,
    OpenQuestion,
    Task,
)
from hub.catalogue.queries import entries
from hub.documents import Occurrence, Viewer
from hub.documents.series import Date
from hub.instants import localise

Key = tuple[int, dt.datetime]
"""The event of a date, and when it begins by the rule."""


@dataclass(frozen=True)
class MeetingDate(EventDate):
    """One date of a group, and what is kept of it (``meeting``). ``in_rule``: its series still has it."""

    series: CircleSeries
    meeting: Meeting | None = None
    in_rule: bool = True

    @property
    def title(self) -> str:
        """What the series is called."""
        return str(self.series.event.title)

    @property
    def name(self) -> str:
        """Names it in forms and the query of addresses."""
        return f"{self.series.pk}-{self.stamp}"

    @property
    def is_moved(self) -> bool:
        """Whether it begins at another time than by the rule."""
        return not self.date.is_cancelled and self.date.starts != self.date.at

    @property
    def by_rule(self) -> str:
        """The day it would be by the rule."""
        return localise(self.date.at, self.facts.timezone).strftime("%d.%m.%Y, %H:%M")

    @property
    def is_called_off(self) -> bool:
        """Whether it was cancelled together with all that follow."""
        return self.meeting is not None and self.meeting.held is False

    @property
    def is_replaced(self) -> bool:
        """Whether the whole series ended because another took its place, or was cancelled by its editors."""
        return self._is_ended and not self.is_called_off

    @property
    def is_gone(self) -> bool:
        """Whether its series has it no more, or ended as a whole."""
        return not self.in_rule or self._is_ended

    @property
    def may_be_restored(self) -> bool:
        """Whether it can take place as planned after all; a series that was replaced does not come back."""
        if self._is_ended:
            return self.in_rule and self.is_called_off
        return self.is_called_off if not self.in_rule else self.is_cancelled or self.is_moved

    @property
    def _is_ended(self) -> bool:
        return self.repeats and self.facts.status == EventPage.Status.CANCELLED


def list_dates(circle: Circle, viewer: Viewer, *, inside: bool) -> list[MeetingDate]:
    """All dates of a group, cancelled ones too, in their order; at most four queries.

    ``inside``: for those who take part. Others see those whose event they may read.
    """
    readable = _readable(circle, viewer, inside=inside)
    kept = {(each.event_id, each.at): each for each in circle.meetings.select_related("page")}
    found = [
        MeetingDate(each.date, each.facts, each.series, kept.pop(key_of(each), None))
        for series in readable
        for each in read_dates(series)
    ]
    found += _list_fallen(readable, kept.values())
    return sorted(found, key=lambda each: (each.date.starts, each.series.pk))


def list_year(circle: Circle, year: int, viewer: Viewer, *, inside: bool) -> list[MeetingDate]:
    """Those of one year; see :func:`list_dates`."""
    return choose_year(list_dates(circle, viewer, inside=inside), year)


def choose_year(dates: Iterable[MeetingDate], year: int) -> list[MeetingDate]:
    """Those that take place in it."""
    return [each for each in dates if localise(each.date.starts, each.facts.timezone).year == year]


def read_dates(series: CircleSeries) -> Iterator[MeetingDate]:
    """All dates of a series, without what is kept of them; none while it has no times. No query."""
    for each in read_event_dates(series.event.build_schedule()):
        yield MeetingDate(each.date, each.facts, series)


def find_date(circle: Circle, series: int, stamp: str) -> MeetingDate | None:
    """The date with that stamp and what is kept of it, also if its series has it no more; two queries."""
    held = circle.series.select_related("event").filter(pk=series, event__live=True).first()
    found = next((each for each in read_dates(held) if each.stamp == stamp), None) if held else None
    at = found.date.at if found else _read_stamp(stamp)
    if held is None or at is None:
        return None
    meeting = Meeting.objects.select_related("page").filter(event=held.event_id, at=at).first()
    if found is not None:
        return MeetingDate(found.date, found.facts, held, meeting)
    return _build_fallen(held, meeting) if meeting else None


def keep_meeting(found: MeetingDate) -> Meeting:
    """The row on which agenda, minutes and decisions of a date hang; made when it is first needed."""
    meeting, _ = Meeting.objects.get_or_create(
        event=found.series.event, at=found.date.at, defaults={"circle": found.series.circle}
    )
    return meeting


def key_of(found: MeetingDate) -> Key:
    """That of a date; the row that is kept of it has the same."""
    return found.series.event_id, found.date.at


def _list_fallen(readable: list[CircleSeries], kept: Iterable[Meeting]) -> Iterator[MeetingDate]:
    """Dates that are in no rule any more, but were called off or have something that is kept."""
    series = {each.event_id: each for each in readable}
    meetings = [each for each in kept if each.event_id in series]
    used = set(_used(meetings)) if meetings else set()
    for meeting in meetings:
        if meeting.held is False or meeting.pk in used:
            found = _build_fallen(series[meeting.event_id], meeting)
            if found is not None:
                yield found


def _used(meetings: list[Meeting]) -> QuerySet[Meeting, uuid.UUID]:
    """Those of them on which something hangs; one query."""
    own = {"meeting": OuterRef("pk")}
    hangs = Q(page__isnull=False) | Q(Exists(Note.objects.filter(**own).exclude(text="")))
    for rows in (AgendaItem.objects, Decision.objects, OpenQuestion.objects, Task.objects):
        hangs |= Q(Exists(rows.filter(**own)))
    return Meeting.objects.filter(hangs, pk__in=[each.pk for each in meetings]).values_list("pk", flat=True)


def _build_fallen(series: CircleSeries, meeting: Meeting) -> MeetingDate | None:
    facts = series.event.build_schedule()
    if facts is None:
        return None
    gone = Occurrence(at=meeting.at, cancelled=True)
    date = Date(meeting.at, meeting.at, meeting.at + (facts.ends - facts.starts), gone)
    return MeetingDate(date, facts, series, meeting, in_rule=False)


def _read_stamp(stamp: str) -> dt.datetime | None:
    try:
        return dt.datetime.strptime(stamp, STAMP).replace(tzinfo=dt.UTC)
    except ValueError:
        return None


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
