"""What the constraints of the database refused, told in sentences that name what is in the way."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from events.models import HostBooking, Placement, Plan, PlanChange, Session, SessionHost
from events.planning.queries import describe_session
from events.planning.refusing import Blocked
from events.planning.sessions import sessions_of
from events.planning.table import Move, Spot, Table, spot_of
from events.planning.wording import name_user

ROOM, HOST = "one_session_in_a_room", "one_session_of_a_host"


def explain(error: IntegrityError, table: Table, moves: Sequence[Move]) -> Blocked | None:
    """The sentence for a constraint that refused these moves; None if it is no constraint of the plan."""
    constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    if constraint == ROOM:
        return _explain_room(table, moves)
    return _explain_host(table, moves) if constraint == HOST else None


def _explain_room(table: Table, moves: Sequence[Move]) -> Blocked:
    placed = [(move.session, move.after) for move in moves if move.after]
    keys = [session.pk for session, _spot in placed]
    for _session, spot in placed:
        taken = Placement.objects.filter(room=spot.room, during__overlap=_during(spot))
        other = taken.exclude(session__in=keys).select_related("session", "room").order_by("during").first()
        if other:
            there = Spot(other.room, other.during.lower, other.during.upper)
            return _room_taken(table, there, other.session, keys)
    for number, (_session, spot) in enumerate(placed):
        for session, other_spot in placed[number + 1 :]:
            if (
                spot.room == other_spot.room
                and spot.starts < other_spot.ends
                and other_spot.starts < spot.ends
            ):
                return _room_taken(table, other_spot, session, keys)
    return Blocked("room_taken", _("The room was taken until a moment ago. Please try again."))


def _room_taken(table: Table, there: Spot, other: Session, keys: Iterable[uuid.UUID]) -> Blocked:
    text = _("%(room)s is taken from %(span)s by “%(title)s”.") % {
        "room": there.room.name,
        "span": table.clock.tell_span(there.starts, there.ends),
        "title": other.title,
    }
    return Blocked("room_taken", text, blocks=[other.pk], stand=describe_some(table.plan, [*keys, other.pk]))


def _explain_host(table: Table, moves: Sequence[Move]) -> Blocked:
    placed = [(move.session, move.after) for move in moves if move.after]
    keys = [session.pk for session, _spot in placed]
    for session, spot in placed:
        hosts = {row.host_id: row for row in session.sessionhost_set.all()}
        busy = HostBooking.objects.filter(host__in=hosts, during__overlap=_during(spot))
        booking = busy.exclude(session__in=keys).select_related("session__placement__room").first()
        if booking:
            row = hosts[booking.host_id]
            return _host_busy(table, row, booking.session, spot_of(booking.session), keys)
    for number, (session, spot) in enumerate(placed):
        hosts = {row.host_id: row for row in session.sessionhost_set.all()}
        for other, other_spot in placed[number + 1 :]:
            shared = [hosts[row.host_id] for row in other.sessionhost_set.all() if row.host_id in hosts]
            if shared and spot.starts < other_spot.ends and other_spot.starts < spot.ends:
                return _host_busy(table, shared[0], other, other_spot, keys)
    return Blocked("host_busy", _("A host was busy until a moment ago. Please try again."))


def _host_busy(
    table: Table, row: SessionHost, other: Session, there: Spot | None, keys: Iterable[uuid.UUID]
) -> Blocked:
    wording = _("%(name)s is in “%(title)s” at the same time (%(place)s).")
    values = {"title": other.title, "place": table.tell(there) if there else ""}
    return Blocked(
        "host_busy",
        wording % {"name": row.host.name, **values},
        public_text=wording % {"name": row.public_name, **values},
        blocks=[other.pk],
        stand=describe_some(table.plan, [*keys, other.pk]),
    )


def check_seen(table: Table, session: Session, seen: int) -> None:
    """Raises :class:`Blocked` (``stale``) if the session is not as it was seen: who, when, where now."""
    if session.version == seen:
        return
    newest = table.plan.changes.filter(after__has_key=str(session.pk)).select_related("user")
    raise tell_stale(table, session, newest.order_by("-number").first())


def tell_stale(table: Table, session: Session, change: PlanChange | None) -> Blocked:
    """That somebody else changed the session meanwhile, and where it is now."""
    spot = spot_of(session)
    about = {
        "title": session.title,
        "by": name_user(change.user) if change else "",
        "at": table.clock.tell_moment(change.at) if change else "",
        "place": table.tell(spot) if spot else _("in no room"),
    }
    if change:
        text = _("“%(title)s” was changed by %(by)s meanwhile (%(at)s). Now: %(place)s.") % about
    else:
        text = _("“%(title)s” was changed meanwhile. Now: %(place)s.") % about
    return Blocked("stale", text, blocks=[session.pk], stand=[describe_session(session)])


def describe_some(plan: Plan, keys: Iterable[uuid.UUID]) -> list[dict[str, object]]:
    """Sessions as they are now."""
    return [describe_session(session) for session in sessions_of(plan).filter(pk__in=list(keys))]


def _during(spot: Spot) -> DateTimeTZRange:
    return DateTimeTZRange(spot.starts, spot.ends)
