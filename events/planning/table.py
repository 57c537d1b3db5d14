"""What a change of the plan is decided on: the locked plan, its rooms and bands, and who is there when."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q
from django.utils.translation import gettext as _

from events.models import Availability, Band, Plan, Room, Session
from events.planning.fitting import covers, find_end
from events.planning.locking import locked_plans
from events.planning.refusing import Blocked, Refused
from events.planning.sessions import place_of, sessions_of
from events.planning.wording import Clock
from hub.instants import localise


@dataclass(frozen=True)
class Spot:
    """A room for a time."""

    room: Room
    starts: dt.datetime
    ends: dt.datetime

    def as_json(self) -> dict[str, str]:
        """As changes keep it."""
        return {
            "room": str(self.room.pk),
            "starts": self.starts.astimezone(dt.UTC).isoformat(),
            "ends": self.ends.astimezone(dt.UTC).isoformat(),
        }


@dataclass(frozen=True)
class Move:
    """A session and where it goes; None: out."""

    session: Session
    after: Spot | None

    @property
    def before(self) -> Spot | None:
        """Where it is now."""
        return spot_of(self.session)


class Table:
    """A plan that nobody else changes until the transaction ends, with what its changes depend on."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.clock = Clock.of(plan.desk.event)

    @classmethod
    def lock(cls, plan_id: int) -> Table:
        """Lock the plan. Raises :class:`Refused` if there is none, or its event has no times."""
        plan = locked_plans().filter(pk=plan_id).first()
        if plan is None:
            raise Refused("unknown", _("There is no plan for this event."))
        return cls(plan)

    @cached_property
    def rooms(self) -> dict[uuid.UUID, Room]:
        """All rooms, hidden ones as well."""
        return {room.pk: room for room in Room.objects.filter(plan=self.plan)}

    @cached_property
    def bands(self) -> list[Band]:
        """All bands and breaks."""
        return list(Band.objects.filter(plan=self.plan))

    def find_sessions(self, *keys: uuid.UUID) -> list[Session]:
        """The sessions in that order. Raises :class:`Refused` if one is not of this plan."""
        found = sessions_of(self.plan).in_bulk(keys)
        if len(found) < len(set(keys)):
            raise Refused("unknown", _("This session does not exist any more."))
        return [found[key] for key in keys]

    def find_room(self, key: uuid.UUID) -> Room:
        """The room. Raises :class:`Refused` if it is not of this plan."""
        if key not in self.rooms:
            raise Refused("unknown", _("This room does not exist any more."))
        return self.rooms[key]

    def find_end(self, session: Session, starts: dt.datetime) -> dt.datetime:
        """Its minutes later; with its band, if it begins with one that lasts longer."""
        return find_end(self.bands, session, starts)

    def tell(self, spot: Spot) -> str:
        """„Raum 2, 10:00 bis 10:45“."""
        return self.clock.tell_place(spot.room.name, spot.starts, spot.ends)

    def check(self, moves: Iterable[Move]) -> None:
        """Raises :class:`Refused` or :class:`Blocked` for what is no place, or one that is not open then."""
        placed = [(move.session, move.after) for move in moves if move.after]
        for session, spot in placed:
            self._check_place(session, spot)
        self._check_availabilities(placed)

    def _check_place(self, session: Session, spot: Spot) -> None:
        if session.state != Session.State.ACCEPTED:
            text = _("“%(title)s” is not accepted. Accept the proposal first.") % {"title": session.title}
            raise Refused("not_accepted", text)
        if spot.room.hidden:
            text = _("%(room)s is hidden. Show it again, or choose another room.") % {"room": spot.room.name}
            raise Refused("hidden", text)
        if not self._is_inside(spot):
            text = _("%(span)s is outside the event: it goes from %(event)s.") % {
                "span": self.clock.tell_span(spot.starts, spot.ends),
                "event": self.clock.tell_whole(self.clock.starts, self.clock.ends),
            }
            raise Refused("outside", text)
        for band in self.bands:
            if band.is_break and band.during.lower < spot.ends and spot.starts < band.during.upper:
                text = (
                    _("From %(span)s there is a break (%(label)s).")
                    if band.label
                    else _("From %(span)s there is a break.")
                )
                span = self.clock.tell_span(band.during.lower, band.during.upper)
                raise Refused("break", text % {"span": span, "label": band.label})

    def _is_inside(self, spot: Spot) -> bool:
        zone, last = self.clock.zone, spot.ends - dt.timedelta(microseconds=1)
        same_day = localise(spot.starts, zone).date() == localise(last, zone).date()
        return same_day and self.clock.starts <= spot.starts and spot.ends <= self.clock.ends

    def _check_availabilities(self, placed: list[tuple[Session, Spot]]) -> None:
        """One query for all rooms and hosts."""
        if not placed:
            return
        hosts = {row.host_id for session, _spot in placed for row in session.sessionhost_set.all()}
        rooms = {spot.room.pk for _session, spot in placed}
        there: dict[uuid.UUID | None, list[Availability]] = {}
        for row in Availability.objects.filter(Q(room__in=rooms) | Q(host__in=hosts)).order_by("during"):
            there.setdefault(row.room_id or row.host_id, []).append(row)
        for session, spot in placed:
            self._check_there(spot, there.get(spot.room.pk), "room_closed", spot.room.name)
            for one in session.sessionhost_set.all():
                self._check_there(spot, there.get(one.host_id), "host_away", one.host.name, one.public_name)

    def _check_there(
        self, spot: Spot, there: list[Availability] | None, reason: str, name: str, public_name: str = ""
    ) -> None:
        if there is None or covers(
            [(row.during.lower, row.during.upper) for row in there], spot.starts, spot.ends
        ):
            return
        spans = ", ".join(self.clock.tell_span(row.during.lower, row.during.upper) for row in there)
        wording = (
            _("%(name)s is open only at these times: %(spans)s.")
            if reason == "room_closed"
            else _("%(name)s is there only at these times: %(spans)s.")
        )
        public = wording % {"name": public_name or name, "spans": spans}
        raise Blocked(reason, wording % {"name": name, "spans": spans}, public_text=public)


def spot_of(session: Session) -> Spot | None:
    """Where a session is."""
    place = place_of(session)
    return Spot(place.room, place.during.lower, place.during.upper) if place else None
