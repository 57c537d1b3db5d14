"""Changing the plan: placing, taking out, swapping and undoing, one change at a time.

Each change locks the plan's row first, so that writers queue instead of locking each other out; whether a
room or a host is free is judged by the constraints of the database alone, whoever writes.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import F
from django.utils.translation import gettext as _

from events.models import Placement, PlanChange, Session
from events.planning import blocking
from events.planning.history import BACKWARD, SHIFT, Teller
from events.planning.locking import note_change
from events.planning.orders import Order, Place, Remove, Swap, Undo
from events.planning.queries import describe_session
from events.planning.refusing import Blocked, Refused
from events.planning.sessions import forget_place, place_of
from events.planning.table import Move, Spot, Table, spot_of
from events.planning.warning import Frame, list_warnings

FORWARD = "redo"


@dataclass(frozen=True)
class Done:
    """What was done. ``number`` names the change, None if there was nothing to do.

    ``sessions`` are the changed ones in the shape of :func:`events.planning.queries.describe_session`.
    """

    version: int
    sessions: list[dict[str, Any]]
    text: str
    number: int | None
    warnings: list[dict[str, str]]


@dataclass
class Step:
    """A change that is going to be made."""

    verb: str
    moves: Sequence[Move]
    undoes: PlanChange | None = None


@dataclass
class Attempt:
    """What is known of a change when the database refuses it."""

    table: Table | None = None
    moves: Sequence[Move] = field(default_factory=list)


def carry_out(plan_id: int, order: Order, user: Any, now: dt.datetime) -> Done:
    """Whatever is ordered; the other verbs say what may be raised."""
    aim = AIMS[type(order)]
    return _change(plan_id, order.key, lambda table: aim(table, order), user, now)


def place(plan_id: int, order: Place, user: Any, now: dt.datetime) -> Done:
    """Put a session into a room, or move it there.

    Raises :class:`Blocked` if somebody was quicker, or room or host are not free or not there,
    :class:`Refused` if it can never be there.
    """
    return carry_out(plan_id, order, user, now)


def remove(plan_id: int, order: Remove, user: Any, now: dt.datetime) -> Done:
    """Take a session out of its room. Raises as :func:`place`."""
    return carry_out(plan_id, order, user, now)


def swap(plan_id: int, order: Swap, user: Any, now: dt.datetime) -> Done:
    """Let two sessions change places, at once. Raises as :func:`place`."""
    return carry_out(plan_id, order, user, now)


def undo(plan_id: int, order: Undo, user: Any, now: dt.datetime) -> Done:
    """Append the inverse of a change, if all it touched is still as it left it. Raises as :func:`place`."""
    return carry_out(plan_id, order, user, now)


def take_out(session: Session, user: Any, now: dt.datetime) -> Done | None:
    """Free the place of a session that is declined or withdrawn; None if it has none.

    For callers that change the session itself: the plan stays locked until their transaction ends.
    """
    key = session.pk

    def aim(table: Table) -> Step:
        return Step("remove", [Move(table.find_sessions(key)[0], None)])

    if not Placement.objects.filter(session=key).exists():
        return None
    return _change(session.plan_id, uuid.uuid4(), aim, user, now)


def _change(plan_id: int, key: uuid.UUID, aim: Callable[[Table], Step], user: Any, now: dt.datetime) -> Done:
    attempt = Attempt()
    try:
        with transaction.atomic():
            table = attempt.table = Table.lock(plan_id)
            if known := PlanChange.objects.filter(key=key).first():
                return _repeat(table, known)
            step = aim(table)
            attempt.moves = step.moves
            table.check(step.moves)
            return _write(table, step, key, user, now)
    except IntegrityError as error:
        told = blocking.explain(error, attempt.table, attempt.moves) if attempt.table else None
        if told is None:
            raise
        raise told from error


def _write(table: Table, step: Step, key: uuid.UUID, user: Any, now: dt.datetime) -> Done:
    moves = [move for move in step.moves if move.before != move.after]
    if not moves:
        sessions = [move.session for move in step.moves]
        return Done(
            table.plan.version, [describe_session(one) for one in sessions], _("Nothing to do."), None, []
        )
    change = PlanChange(
        key=key,
        plan=table.plan,
        at=now,
        user=None if isinstance(user, AnonymousUser) else user,
        verb=step.verb,
        undoes=step.undoes,
        before={str(move.session.pk): move.before.as_json() if move.before else None for move in moves},
        after={str(move.session.pk): move.after.as_json() if move.after else None for move in moves},
    )
    _put(moves)
    for move in moves:
        move.session.version += 1
    changed = Session.objects.filter(pk__in=[move.session.pk for move in moves])
    changed.update(version=F("version") + 1)  # whoever rewords a session raises it as well, without this lock
    note_change(table.plan)
    change.number = table.plan.version
    change.save(force_insert=True)
    return _answer(table, change, [move.session for move in moves])


def _put(moves: Sequence[Move]) -> None:
    """Write the places. Several at once are judged together, when all are written."""
    if len(moves) > 1:
        _set_constraints("DEFERRED")
    for move in moves:
        held, spot = place_of(move.session), move.after
        if spot is None:
            Placement.objects.filter(session=move.session).delete()
            forget_place(move.session)
            continue
        during = DateTimeTZRange(spot.starts, spot.ends)
        if held:
            held.room, held.during = spot.room, during
            held.save(update_fields=["room", "during"])
        else:
            Placement.objects.create(session=move.session, room=spot.room, during=during)
    if len(moves) > 1:
        _set_constraints("IMMEDIATE")


def _set_constraints(mode: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS {blocking.ROOM}, {blocking.HOST} {mode}")


def _answer(table: Table, change: PlanChange, sessions: Sequence[Session]) -> Done:
    told = Teller(table.clock, sessions, table.rooms.values()).tell(change)
    described = [describe_session(session) for session in sessions]
    placed = [session for session in sessions if place_of(session)]
    # Who is there then was judged when it was placed.
    warnings = list_warnings(placed, Frame(table.clock, table.bands)) if placed else []
    return Done(change.number, described, told, change.number, warnings)


def _repeat(table: Table, known: PlanChange) -> Done:
    """The same order came twice: nothing is done, what was done is said again."""
    if known.plan_id != table.plan.pk:
        raise Refused("malformed", _("This order was given for another event."))
    return _answer(table, known, table.find_sessions(*map(uuid.UUID, known.after)))


def _aim_place(table: Table, order: Place) -> Step:
    (session,) = table.find_sessions(order.session)
    room = table.find_room(order.room)
    blocking.check_seen(table, session, order.seen)
    spot = Spot(room, order.starts, table.find_end(session, order.starts))
    return Step("move" if spot_of(session) else "place", [Move(session, spot)])


def _aim_remove(table: Table, order: Remove) -> Step:
    (session,) = table.find_sessions(order.session)
    blocking.check_seen(table, session, order.seen)
    return Step("remove", [Move(session, None)])


def _aim_swap(table: Table, order: Swap) -> Step:
    session, other = table.find_sessions(order.session, order.other)
    blocking.check_seen(table, session, order.seen)
    blocking.check_seen(table, other, order.seen_other)
    if session.pk == other.pk or not (spot_of(session) or spot_of(other)):
        raise Refused("malformed", _("Choose two sessions, at least one of them in a room."))
    return Step("swap", [_exchange(table, session, other), _exchange(table, other, session)])


def _exchange(table: Table, session: Session, other: Session) -> Move:
    """The session in the place of the other; for as long as that, if both last as long as they should."""
    own, spot = spot_of(session), spot_of(other)
    if spot is None:
        return Move(session, None)
    if own and own.ends - own.starts == spot.ends - spot.starts:
        return Move(session, spot)
    return Move(session, Spot(spot.room, spot.starts, table.find_end(session, spot.starts)))


def _aim_undo(table: Table, order: Undo) -> Step:
    change = table.plan.changes.filter(number=order.number).select_related("undone_by__user").first()
    if change is None:
        raise Refused("unknown", _("There is no such change."))
    if change.verb == SHIFT:
        text = _("The whole plan was moved. Move it back by as many days under “Times” in the event office.")
        raise Refused("malformed", text)
    sessions = table.find_sessions(*map(uuid.UUID, change.after))
    undone = getattr(change, "undone_by", None)
    for session in sessions:
        spot = spot_of(session)
        if undone or (spot.as_json() if spot else None) != change.after[str(session.pk)]:
            newest = table.plan.changes.filter(after__has_key=str(session.pk)).select_related("user")
            raise blocking.tell_stale(table, session, newest.order_by("-number").first())
    moves = [Move(session, _restore(table, change.before[str(session.pk)])) for session in sessions]
    return Step(FORWARD if change.verb == BACKWARD else BACKWARD, moves, change)


def _restore(table: Table, spot: dict[str, str] | None) -> Spot | None:
    if spot is None:
        return None
    starts, ends = dt.datetime.fromisoformat(spot["starts"]), dt.datetime.fromisoformat(spot["ends"])
    return Spot(table.find_room(uuid.UUID(spot["room"])), starts, ends)


AIMS: dict[type, Callable[[Table, Any], Step]] = {
    Place: _aim_place,
    Remove: _aim_remove,
    Swap: _aim_swap,
    Undo: _aim_undo,
}

__all__ = ["Blocked", "Done", "Refused", "carry_out", "place", "remove", "swap", "take_out", "undo"]
