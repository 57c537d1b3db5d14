"""What the page of a group's year and its lists show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TypeVar

from django.db.models import F, QuerySet

from events.circles.dates import MeetingDate
from events.models import Circle, Decision, OpenQuestion, Task
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import entries
from hub.documents import Viewer
from hub.instants import FIRST_YEAR, LAST_YEAR

LED_TO = "led_to"
Row = TypeVar("Row", Decision, OpenQuestion, Task)


def list_decisions(circle: Circle, year: int | None = None) -> QuerySet[Decision]:
    """The log, newest first, of one year if it is given; one query."""
    found = circle.decisions.select_related("replaces", "replaced_by").order_by("-number")
    return found if year is None else found.filter(decided__year=year)


def list_questions(circle: Circle) -> QuerySet[OpenQuestion]:
    """Open ones first, then those answered last; one query."""
    return circle.open_questions.order_by(F("answered").desc(nulls_first=True), "created", "pk")


def list_tasks(circle: Circle) -> QuerySet[Task]:
    """Open ones by the day they are due, then those that are done; one query."""
    found = circle.tasks.select_related("member__user")
    return found.order_by(F("done").asc(nulls_first=True), F("due").asc(nulls_last=True), "pk")


def with_dates(rows: Iterable[Row], dates: Iterable[MeetingDate]) -> list[tuple[Row, MeetingDate | None]]:
    """Each with the date of the meeting it belongs to, as far as ``dates`` has it. No query of its own."""
    by_meeting = {each.meeting.pk: each for each in dates if each.meeting}
    return [(row, by_meeting.get(row.meeting_id) if row.meeting_id else None) for row in rows]


def list_outputs(entry: CatalogueEntry, viewer: Viewer) -> Sequence[CatalogueEntry]:
    """What the group led to, as its page says, in that order; at most one query."""
    targets = [each.target for each in entry.document.relations if each.type == LED_TO]
    if not targets:
        return []
    found = {each.object_id: each for each in entries(viewer).filter(object_id__in=targets)}
    return [found[target] for target in targets if target in found]


def read_year(asked: str, now: dt.datetime) -> int:
    """The year that was asked for; this one if documents hold no such year."""
    year = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) == len("2026") else 0
    return year if FIRST_YEAR <= year <= LAST_YEAR else now.year
