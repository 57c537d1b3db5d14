"""Which rows of events hold something personal, and when each is due to go: the one list of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Q, QuerySet

from events.models import (
    AnnouncedHost,
    Answer,
    CheckIn,
    CircleMember,
    Consent,
    EventDesk,
    EventPage,
    FeedbackGiven,
    Helper,
    Host,
    Interest,
    Letter,
    Note,
    NoteAuthor,
    NoteRevision,
    Person,
    Pitch,
    Registration,
    Session,
    Vote,
)
from hub.documents.series import last_end, rule_of

CIRCLE_DAYS = 365
"""For which who left a focus group, and who wrote its minutes, stays known."""


@dataclass(frozen=True)
class Kept:
    """A table: how its rows lead to their desk, and which of them hold something personal."""

    model: type[Model]
    desk: str
    which: Q = field(default_factory=Q)

    def rows(self, **of: Any) -> QuerySet[Any]:
        """Its personal rows; ``of`` narrows them, by the names of :attr:`desk`."""
        return self.model._default_manager.filter(self.which, **of)


NAMED_MARK = Q(text__regex=r"(?n)^(▼▼▼|◆◆◆) ")
"""Texts of notes in which it says whose version of a line is whose."""

KNOWN_AUTHOR = Q(person__isnull=False) | Q(user__isnull=False) | ~Q(name="")
"""Of whoever agreed and is forgotten stays that they agreed."""

KEPT = (
    Kept(Person, "desk"),
    Kept(Registration, "person__desk"),
    Kept(Answer, "registration__person__desk"),
    Kept(Consent, "person__desk"),
    Kept(CheckIn, "registration__person__desk"),
    Kept(Interest, "person__desk"),
    Kept(Vote, "person__desk"),
    Kept(FeedbackGiven, "person__desk"),
    Kept(Letter, "desk"),
    Kept(Helper, "desk"),
    Kept(Host, "plan__desk", Q(person__isnull=False) | ~Q(email="")),
    Kept(AnnouncedHost, "plan__desk"),
    Kept(
        Session,
        "plan__desk",
        Q(proposer__isnull=False) | ~Q(co_hosts="") | ~Q(remark="") | ~Q(reason="") | ~Q(away=[]),
    ),
    Kept(Pitch, "plan__desk", Q(person__isnull=False) | ~Q(caller="")),
    Kept(Note, "session__plan__desk", NAMED_MARK),
    Kept(NoteAuthor, "note__session__plan__desk", KNOWN_AUTHOR),
    Kept(NoteRevision, "note__session__plan__desk", Q(author__isnull=False) | NAMED_MARK),
)
"""What participants of an event leave behind. It is gone when the event has been over for its retention."""

KEPT_BY_CIRCLES: Mapping[type[Model], Callable[[dt.datetime], Q]] = {
    CircleMember: lambda old: Q(left__lt=old) | Q(asked__lt=old, joined=None, left=None),
    Note: lambda old: Q(meeting__at__lt=old) & NAMED_MARK,
    NoteAuthor: lambda old: Q(note__meeting__at__lt=old) & KNOWN_AUTHOR,
    NoteRevision: lambda old: Q(note__meeting__at__lt=old) & (Q(author__isnull=False) | NAMED_MARK),
}
"""What members of focus groups leave behind: which rows are due, :data:`CIRCLE_DAYS` after a moment."""

NOT_PERSONAL = {
    "PlanChange": "organisers, by their account; the history stays, the account may go",
    "Release": "organisers, by their account; the release stays, the account may go",
    "Notice": "organisers, by their account; what was announced stays, the account may go",
    "Outcome": "organisers, by their account; what became of a session stays, the account may go",
    "EventDesk": "the mailbox of an office",
    "HostBooking": "no name: follows the host of a session",
    "SessionHost": "no name: follows the host of a session",
    "Availability": "no name: follows the host",
    "AgendaItem": "no name: follows the member",
    "Task": "no name: follows the member",
}
"""Tables that lead to a person or an account and need no retention of their own, with the reason."""


@dataclass(frozen=True)
class Holding:
    """Personal rows of one table, of one event or of all focus groups, and since when they are due.

    ``due`` None: never, as long as a series goes on.
    """

    owner: str
    table: str
    rows: int
    due: dt.datetime | None


def list_holdings(now: dt.datetime) -> Iterator[Holding]:
    """All personal rows there are, by event and table; those of focus groups that are due as of ``now``."""
    for desk in EventDesk.objects.select_related("event").order_by("pk"):
        due = find_due(desk)
        for kept in KEPT:
            if number := kept.rows(**{kept.desk: desk}).count():
                yield Holding(str(desk.event), kept.model.__name__, number, due)
    for model in KEPT_BY_CIRCLES:
        if number := due_in_circles(model, now).count():
            since = now - dt.timedelta(days=CIRCLE_DAYS)
            yield Holding("Focus groups", model.__name__, number, since)


def due_in_circles(model: type[Model], now: dt.datetime) -> QuerySet[Any]:
    """Rows of focus groups whose time is over."""
    old = now - dt.timedelta(days=CIRCLE_DAYS)
    return model._default_manager.filter(KEPT_BY_CIRCLES[model](old))


def find_due(desk: EventDesk) -> dt.datetime | None:
    """When the personal rows of an event are to be gone, counted from the last date of a series."""
    end = _find_end(desk.event)
    return end + dt.timedelta(days=desk.retention_days) if end else None


def _find_end(event: EventPage) -> dt.datetime | None:
    """When it is over. A series without an end is not, unless it was cancelled: then since it says so."""
    schedule = event.build_schedule()
    if schedule is None:
        return None
    rule = rule_of(schedule)
    if rule is None or rule.count is not None or rule.until is not None:
        return last_end(schedule)
    return event.last_published_at if event.status == EventPage.Status.CANCELLED else None
