"""Moving all that is planned to another day, after the event’s page was: whole days, by its own clock.

Nothing goes by itself, for only people know what of a plan still holds on another day.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import DataError, IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from events.dates import last_start
from events.live.spans import EARLIEST, fits_event
from events.models import Availability, Band, EventDesk, EventPage, Placement, Plan, PlanChange, Session
from events.office.moments import shift, shift_range
from events.phases import FIELDS, LABELS, Phase
from events.planning.blocking import HOST, ROOM
from events.planning.history import SHIFT
from events.planning.locking import lock_plan, note_change
from events.planning.table import Spot
from events.proposing.periods import read_range, write_range
from events.registering.line import lock_desk
from hub.instants import localise

MOST_DAYS = 1000
LIVE = "goes_live"


class CannotMove(Exception):
    """Nothing was moved. The text says why and what to do."""


@dataclass(frozen=True)
class Moment:
    """A moment of the desk that moves: the name of its field, when it was and will be."""

    name: str
    before: dt.datetime
    after: dt.datetime


@dataclass(frozen=True)
class Outlook:
    """What a move would do; ``outside`` are the sessions and times that it would leave outside the event."""

    version: int
    sessions: int
    bands: int
    times: int
    moments: list[Moment]
    outside: int


def propose_days(desk: EventDesk) -> int:
    """How many days the plan lies before its event; 0 on the same day, or if it is empty. Two queries."""
    found = [
        rows.order_by("during").values_list("during", flat=True).first()
        for rows in (Band.objects.filter(plan__desk=desk), Placement.objects.filter(session__plan__desk=desk))
    ]
    starts = [during.lower for during in found if during]
    if not starts or desk.event.starts is None:
        return 0
    zone = desk.event.time_zone
    first = localise(min(starts), zone).date()
    return (localise(desk.event.starts, zone).date() - first).days


def look_ahead(desk: EventDesk, days: int, now: dt.datetime, *, phases: bool = True) -> Outlook:
    """What :func:`move_plan` would do. Raises :class:`CannotMove` as it does; five queries."""
    plan, _is_new = Plan.objects.get_or_create(desk=desk)
    placed = Placement.objects.filter(session__plan=plan).values_list("during", flat=True)
    bands = Band.objects.filter(plan=plan).values_list("during", flat=True)
    spans = [*placed, *bands]
    return Outlook(
        plan.version,
        len(placed),
        len(bands),
        _times(plan).count(),
        list(_list_moments(desk, days, now)) if phases else [],
        sum(1 for during in spans if _falls_outside(desk, during, days)),
    )


def move_plan(desk_id: int, days: int, seen: int, user: Any, now: dt.datetime, *, phases: bool = True) -> int:
    """Move bands, breaks, sessions, when people and rooms are there, and the phases to come by these days.

    ``seen`` is the version of the plan that was looked at, so that sending it twice moves it once. Phases
    that have begun or ended stay as they were, without ``phases`` all of them and when the plan is public.
    Returns how many sessions moved. Raises :class:`CannotMove`.
    """
    try:
        with transaction.atomic():
            desk = lock_desk(desk_id)
            plan = lock_plan(desk)
            if plan.version != seen:
                raise CannotMove(_("The plan was changed meanwhile. Please look at it again, then move it."))
            if phases:
                _move_desk(desk, days, now)
            _move_bands(plan, days)
            _move_times(plan, days)
            moved = _move_sessions(plan, days)
            note_change(plan)
            _record(plan, moved, user, now)
            return len(moved)
    except (IntegrityError, DataError) as error:
        said = _(
            "On one of the new days the clocks change, and an hour of your plan does not exist there. Choose "
            "another number of days, or change the times in that night first."
        )
        raise CannotMove(said) from error


def _list_moments(desk: EventDesk, days: int, now: dt.datetime) -> Iterator[Moment]:
    """Of the phases what is still to come; the board goes with the event. Raises :class:`CannotMove`."""
    zone = desk.event.time_zone
    for phase, pair in FIELDS.items():
        held = {name: getattr(desk, name) for name in pair}
        moves = {name: shift(at, days, zone) for name, at in held.items() if at and at > now}
        begin, end = ({**held, **moves}[name] for name in pair)
        if begin and end and end <= begin:
            said = _("%(phase)s has begun and would have closed before that. Change when it closes first.")
            raise CannotMove(said % {"phase": LABELS[phase]})
        _check_opening(desk, phase, moves.get(pair[0]))
        yield from (Moment(name, held[name], after) for name, after in moves.items() if after)
    if desk.goes_live and (after := shift(desk.goes_live, days, zone)):
        _check_live(desk.event, after)
        yield Moment(LIVE, desk.goes_live, after)


def _check_opening(desk: EventDesk, phase: Phase, opens: dt.datetime | None) -> None:
    """As the form of the phases does: what opens once the event has begun never would."""
    starts = last_start(desk.event) if phase is Phase.REGISTRATION else desk.event.starts
    if opens and starts and opens >= starts:
        said = _(
            "%(phase)s would open only once the event has begun. Change the day on the event’s page first, "
            "or leave the phases as they are."
        )
        raise CannotMove(said % {"phase": LABELS[phase]})


def _check_live(event: EventPage, goes_live: dt.datetime) -> None:
    """As the form of the phases does: the draft of a plan is not public for weeks."""
    if event.starts and event.ends and not fits_event(goes_live, event.starts, event.ends):
        said = _(
            "The plan would be public more than %(days)s days before the event, or only after it. Change the "
            "day on the event’s page first, or leave the phases as they are."
        )
        raise CannotMove(said % {"days": EARLIEST.days})


def _move_desk(desk: EventDesk, days: int, now: dt.datetime) -> None:
    moments = list(_list_moments(desk, days, now))
    for moment in moments:
        setattr(desk, moment.name, moment.after)
    desk.save(update_fields=[moment.name for moment in moments])


def _move_bands(plan: Plan, days: int) -> None:
    """One after the other, the foremost first: two bands at a time are refused at once."""
    for band in plan.bands.order_by("-during" if days > 0 else "during"):
        band.during = shift_range(band.during, days, plan.desk.event.time_zone)
        band.save(update_fields=["during"])


def _times(plan: Plan) -> QuerySet[Availability]:
    return Availability.objects.filter(Q(room__plan=plan) | Q(host__plan=plan))


def _move_times(plan: Plan, days: int) -> None:
    """When rooms and hosts are there, and when those who propose are not."""
    zone = plan.desk.event.time_zone
    times = list(_times(plan))
    for each in times:
        each.during = shift_range(each.during, days, zone)
    Availability.objects.bulk_update(times, ["during"])
    sessions = list(Session.objects.filter(plan=plan).exclude(away=[]))
    for session in sessions:
        session.away = [_shift_text(text, days, zone) for text in session.away]
    Session.objects.bulk_update(sessions, ["away"])


def _shift_text(text: str, days: int, zone: str) -> str:
    starts, ends = (shift(moment, days, zone) for moment in read_range(text))
    return write_range((starts, ends)) if starts and ends else text


def _move_sessions(plan: Plan, days: int) -> dict[uuid.UUID, tuple[Spot, Spot]]:
    """All at once, judged when all are written; where each was and is, by session."""
    moved = {}
    found = Placement.objects.filter(session__plan=plan).select_related("room").order_by("during", "pk")
    placed = list(found)
    for each in placed:
        before = Spot(each.room, each.during.lower, each.during.upper)
        starts, ends = shift_range(each.during, days, plan.desk.event.time_zone)
        if starts is None or ends is None:
            raise ValueError("a session has a beginning and an end")
        each.during = DateTimeTZRange(starts, ends)
        moved[each.session_id] = before, Spot(each.room, starts, ends)
    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS {ROOM}, {HOST} DEFERRED")
        Placement.objects.bulk_update(placed, ["during"])
        cursor.execute(f"SET CONSTRAINTS {ROOM}, {HOST} IMMEDIATE")
    Session.objects.filter(pk__in=moved).update(version=F("version") + 1)
    return moved


def _record(plan: Plan, moved: dict[uuid.UUID, tuple[Spot, Spot]], user: Any, now: dt.datetime) -> None:
    """A change of the history, if any session had a place; times alone are not told there."""
    if moved:
        PlanChange.objects.create(
            plan=plan,
            number=plan.version,
            at=now,
            user=user,
            verb=SHIFT,
            before={str(key): before.as_json() for key, (before, _after) in moved.items()},
            after={str(key): after.as_json() for key, (_before, after) in moved.items()},
        )


def _falls_outside(desk: EventDesk, during: Any, days: int) -> bool:
    starts, ends = shift_range(during, days, desk.event.time_zone)
    event = desk.event
    return bool(
        starts and ends and event.starts and event.ends and (starts < event.starts or ends > event.ends)
    )
