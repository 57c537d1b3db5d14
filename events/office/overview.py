"""What the first page of the office tells: the numbers of the event, and how its phases stand."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.functional import Promise

from events.models import EventDesk, Letter, Registration, Session
from events.models.person import NOWHERE
from events.phases import LABELS, Span, is_cancelled, list_spans

State = Registration.State


@dataclass(frozen=True)
class Figures:
    """Numbers of one event. ``free`` is None where seats are not counted; offered seats are taken."""

    confirmed: int
    offered: int
    waiting: int
    unconfirmed: int
    free: int | None
    to_review: int
    failed: int


@dataclass(frozen=True)
class PhaseRow:
    """A phase as it stands: ``state`` is open, coming, over, unset or cancelled."""

    label: str | Promise
    state: str
    span: Span


def count_figures(desk: EventDesk) -> Figures:
    """Three queries."""
    states = {
        row["state"]: row["n"]
        for row in Registration.objects.filter(person__desk=desk).values("state").annotate(n=Count("pk"))
    }
    taken = states.get(State.CONFIRMED, 0) + states.get(State.OFFERED, 0)
    return Figures(
        confirmed=states.get(State.CONFIRMED, 0),
        offered=states.get(State.OFFERED, 0),
        waiting=states.get(State.WAITING, 0),
        unconfirmed=states.get(State.UNCONFIRMED, 0),
        free=None if desk.seats is None else max(desk.seats - taken, 0),
        to_review=Session.objects.filter(plan__desk=desk, state=Session.State.PROPOSED).count(),
        failed=Letter.objects.filter(desk=desk, sent=None)
        .exclude(failed="")
        .exclude(address__endswith=f"@{NOWHERE}")
        .count(),
    )


def list_phases(desk: EventDesk, now: dt.datetime) -> list[PhaseRow]:
    """All phases as they stand; no query."""
    off = is_cancelled(desk)
    return [
        PhaseRow(LABELS[span.phase], "cancelled" if off else _state_of(span, now), span)
        for span in list_spans(desk)
    ]


def _state_of(span: Span, now: dt.datetime) -> str:
    if span.opens is None:
        return "unset"
    if span.is_open(now):
        return "open"
    return "over" if span.is_over(now) else "coming"


def is_unused(desk: EventDesk) -> bool:
    """Whether nobody took part and nothing was proposed, so that the desk may be closed again; one query."""
    used = Q(people__isnull=False) | Q(plan__sessions__isnull=False) | Q(plan__releases__isnull=False)
    return not EventDesk.objects.filter(used, pk=desk.pk).exists() and desk.forgotten is None
