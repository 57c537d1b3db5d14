"""Reading a plan: as it is now, in the shape of the contract of its editor."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from events.models import Band, EventDesk, Plan, PlanChange, Release, Room, Session
from events.planning.fitting import read_there
from events.planning.history import LATEST, Teller, describe_changes, find_redoable, find_undoable
from events.planning.sessions import interest_in, place_of, sessions_of
from events.planning.warning import Frame, list_warnings
from events.planning.wording import Clock

LISTED = (Session.State.PROPOSED, Session.State.ACCEPTED)


def build_stand(desk: EventDesk, plan: Plan, *, public: bool = False) -> dict[str, Any]:
    """The whole plan as the editor reads it; see :mod:`events.planning.views` for what the parts mean.

    ``public``: with hosts named as they agreed to be, for those who do not organise the event.
    """
    clock, there = Clock.of(desk.event), read_there(plan)
    sessions, bands = list(sessions_of(plan)), list(plan.bands.all())
    rooms = list(Room.objects.filter(plan=plan))
    listed = [session for session in sessions if session.state in LISTED or place_of(session)]
    release = Release.objects.filter(plan=plan).order_by("-number").only("number", "name").first()
    latest = list(plan.changes.select_related("user", "undone_by").order_by("-number")[:LATEST])
    teller = Teller(clock, sessions, rooms)
    return {
        "version": plan.version,
        "event": {
            "key": str(desk.event.translation_key),
            "title": desk.event.title,
            "starts": tell(clock.starts),
            "ends": tell(clock.ends),
            "time_zone": clock.zone,
        },
        "release": {"number": release.number, "name": release.name} if release else None,
        "rooms": [_describe_room(room) for room in rooms],
        "bands": [_describe_band(band) for band in bands],
        "availabilities": {
            str(one): [[tell(starts), tell(ends)] for starts, ends in spans] for one, spans in there.items()
        },
        "sessions": [describe_session(session, public=public) for session in listed],
        "warnings": list_warnings(listed, Frame(clock, bands, there, is_public=public)),
        "can_undo": _offer(find_undoable(plan), teller),
        "can_redo": _offer(find_redoable(plan), teller),
        "changes": describe_changes(latest, teller),
    }


def describe_session(session: Session, *, public: bool = False) -> dict[str, Any]:
    """A session of :func:`sessions_of` as the editor reads it; ``public`` as in :func:`build_stand`."""
    place = place_of(session)
    return {
        "id": str(session.pk),
        "title": session.title,
        "minutes": session.minutes,
        "state": session.state,
        "version": session.version,
        "hosts": [
            {"id": str(row.host_id), "name": row.public_name if public else row.host.name}
            for row in session.sessionhost_set.all()
        ],
        "interested": interest_in(session),
        "votes": vars(session)["votes_given"],
        "placement": {
            "room": str(place.room_id),
            "starts": tell(place.during.lower),
            "ends": tell(place.during.upper),
        }
        if place
        else None,
    }


def list_history(desk: EventDesk, plan: Plan, changes: Iterable[PlanChange]) -> list[dict[str, Any]]:
    """These changes of the plan in sentences; give them with ``user`` and ``undone_by`` loaded."""
    titles = Session.objects.filter(plan=plan).only("title")
    return describe_changes(changes, Teller(Clock.of(desk.event), titles, Room.objects.filter(plan=plan)))


def tell(moment: dt.datetime) -> str:
    """An instant in UTC, as JSON has it."""
    return moment.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def _describe_room(room: Room) -> dict[str, Any]:
    return {"id": str(room.pk), "name": room.name, "capacity": room.capacity, "hidden": room.hidden}


def _describe_band(band: Band) -> dict[str, Any]:
    return {
        "id": str(band.pk),
        "starts": tell(band.during.lower),
        "ends": tell(band.during.upper),
        "label": band.label,
        "is_break": band.is_break,
    }


def _offer(change: PlanChange | None, teller: Teller) -> dict[str, Any] | None:
    return {"number": change.number, "text": teller.tell(change)} if change else None
