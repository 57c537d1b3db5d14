"""The status of every session of an event; only reading."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Prefetch, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from content.identity import document_id
from events.models import (
    CheckIn,
    Circle,
    EventDesk,
    Meeting,
    Outcome,
    Placement,
    Registration,
    Session,
    SessionHost,
)
from events.models.release import find_slots
from events.office.results import list_parts
from hub.catalogue.models import CatalogueEntry
from hub.documents import Viewer
from hub.instants import localise


class Status(StrEnum):
    """Where a session stands."""

    OPEN = "open"
    UNFINISHED = "unfinished"
    DRAFT = "draft"
    PAGE = "page"
    NO_PAGE = "no_page"
    UNEXPLAINED = "unexplained"
    NOT_HELD = "not_held"


LABELS: Mapping[Status, str | Promise] = {
    Status.OPEN: pgettext_lazy("session", "not said yet"),
    Status.UNFINISHED: _("held, page or reason missing"),
    Status.DRAFT: _("held, page being written"),
    Status.PAGE: _("held, with a page"),
    Status.NO_PAGE: _("held, without a page"),
    Status.UNEXPLAINED: _("not held, reason missing"),
    Status.NOT_HELD: pgettext_lazy("session", "not held"),
}
DONE = (Status.PAGE, Status.NO_PAGE, Status.NOT_HELD)
"""Nothing more is to be done or said."""

HELD = (Status.UNFINISHED, Status.DRAFT, Status.PAGE, Status.NO_PAGE)


@dataclass(frozen=True)
class Row:
    """A session: its time in the zone of the event, None without a place, who hosts it in public.

    ``entry`` is its page as far as the reader may read it; ``is_over`` tells whether its time is.
    """

    session: Session
    starts: dt.datetime | None
    ends: dt.datetime | None
    room: str
    hosts: tuple[str, ...]
    status: Status
    reason: str
    entry: CatalogueEntry | None
    is_over: bool

    @property
    def label(self) -> str | Promise:
        """Its status in words."""
        return LABELS[self.status]

    @property
    def is_done(self) -> bool:
        """Whether nothing more is to be said."""
        return self.status in DONE

    @property
    def is_held(self) -> bool:
        """Whether it took place."""
        return self.status in HELD


@dataclass(frozen=True)
class Figures:
    """Sessions of an event by what became of them; ``left`` are those of which something is to be said."""

    sessions: int
    held: int
    pages: int
    without: int
    not_held: int
    left: int


@dataclass(frozen=True)
class Results:
    """All of an event: its sessions in the order of the programme, and what else is part of it."""

    rows: list[Row]
    others: list[CatalogueEntry]

    @property
    def figures(self) -> Figures:
        """Counted."""
        by = Counter(row.status for row in self.rows)
        return Figures(
            sessions=len(self.rows),
            held=sum(by[status] for status in HELD),
            pages=by[Status.PAGE],
            without=by[Status.NO_PAGE],
            not_held=by[Status.NOT_HELD] + by[Status.UNEXPLAINED],
            left=sum(not row.is_done for row in self.rows),
        )


def read_results(desk: EventDesk, viewer: Viewer, now: dt.datetime) -> Results:
    """Every accepted session and every one of which something was said. Three queries, four once people are
    forgotten: hosts then stand in the released programme alone.
    """
    parts = list(list_parts(document_id(desk.event), viewer))
    by_slot = {uid: each for each in reversed(parts) if (uid := _slot_of(each))}
    by_key = {str(each.uuid): each for each in parts if each.is_local}
    named = _released_hosts(desk)
    rows = []
    for session in _list_sessions(desk):
        page = _page_key(session)
        entry = by_key.get(page) or by_slot.get(str(session.pk))
        rows.append(_build_row(desk, session, entry, named.get(str(session.pk), ()), now))
    shown = {row.entry.pk for row in rows if row.entry}
    others = [each for each in parts if each.pk not in shown]
    return Results(sorted(rows, key=_in_programme), others)


def find_row(desk: EventDesk, session: Session, viewer: Viewer, now: dt.datetime) -> Row | None:
    """The row of one session of the event; None of one that is neither accepted nor was spoken of."""
    return next((row for row in read_results(desk, viewer, now).rows if row.session.pk == session.pk), None)


def count_people(desk: EventDesk) -> tuple[int, int]:
    """How many had a seat, and how many of them came in as far as that was noted; at most two queries.

    Once personal data are deleted the first is what was counted before.
    """
    if desk.forgotten:
        return int(desk.tally.get(Registration.State.CONFIRMED, 0)), 0
    seated = Registration.objects.filter(person__desk=desk, state=Registration.State.CONFIRMED).count()
    there = CheckIn.objects.filter(registration__person__desk=desk, undone=None, repeats=False)
    came = there.values("registration").distinct().count()
    return seated, came


def list_withdrawn(desk: EventDesk) -> list[Session]:
    """Sessions whose page is published, though somebody took back their consent since; one query."""
    found = Session.objects.filter(plan__desk=desk, note__withdrawn__isnull=False, outcome__page__live=True)
    return list(found.order_by("title", "pk"))


def list_withdrawn_minutes(circle: Circle) -> list[Meeting]:
    """Meetings of a focus group whose minutes are published, though somebody took back their consent since.

    With their page and their series (``event.circle_series``), by date; one query.
    """
    found = circle.meetings.filter(note__withdrawn__isnull=False, page__live=True)
    return list(found.select_related("page", "event__circle_series").order_by("at"))


def find_outcome(session: Session) -> Outcome | None:
    """What was said of it."""
    return getattr(session, "outcome", None)


def _list_sessions(desk: EventDesk) -> Iterable[Session]:
    hosts = SessionHost.objects.select_related("host")
    spoken_of = Q(state=Session.State.ACCEPTED) | Q(outcome__isnull=False)
    return (
        Session.objects.filter(spoken_of, plan__desk=desk)
        .select_related("placement__room", "outcome__page")
        .prefetch_related(Prefetch("sessionhost_set", hosts))
    )


def _build_row(
    desk: EventDesk, session: Session, entry: CatalogueEntry | None, named: tuple[str, ...], now: dt.datetime
) -> Row:
    place: Placement | None = getattr(session, "placement", None)
    outcome = find_outcome(session)
    zone = desk.event.time_zone
    ends = place.during.upper if place else desk.event.ends
    return Row(
        session=session,
        starts=localise(place.during.lower, zone) if place else None,
        ends=localise(place.during.upper, zone) if place else None,
        room=place.room.name if place else "",
        hosts=tuple(row.public_name for row in session.sessionhost_set.all()) or named,
        status=_tell_status(outcome, entry),
        reason=outcome.reason if outcome else "",
        entry=entry,
        is_over=ends is not None and ends <= now,
    )


def _tell_status(outcome: Outcome | None, entry: CatalogueEntry | None) -> Status:
    """A page that is published tells that it was held, whoever wrote it and on whichever hub."""
    if entry is not None:
        return Status.PAGE
    if outcome is None:
        return Status.OPEN
    if not outcome.held:
        return Status.NOT_HELD if outcome.reason else Status.UNEXPLAINED
    if outcome.page is not None:
        return Status.PAGE if outcome.page.live else Status.DRAFT
    return Status.NO_PAGE if outcome.reason else Status.UNFINISHED


def _page_key(session: Session) -> str:
    outcome = find_outcome(session)
    return str(outcome.page.translation_key) if outcome and outcome.page else ""


def _slot_of(entry: CatalogueEntry) -> str:
    """The session a note says it is of."""
    note = entry.document.session
    return note.slot if note else ""


def _released_hosts(desk: EventDesk) -> dict[str, tuple[str, ...]]:
    if not desk.forgotten:
        return {}
    return {slot.uid: slot.hosts for slot in find_slots(desk.event.translation_key) or ()}


def _in_programme(row: Row) -> tuple[bool, float, str, str]:
    """By time and room; what has no place comes last."""
    starts = row.starts.timestamp() if row.starts else 0.0
    return row.starts is None, starts, row.room, row.session.title
