"""Reading a plan: as it is now, in the shape of the contract of its editor."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from events.models import (
    Availability,
    Band,
    EventDesk,
    Interest,
    Placement,
    Plan,
    PlanChange,
    Release,
    Room,
    Session,
    SessionHost,
    Vote,
)
from events.planning.history import LATEST, Teller, describe_changes, find_redoable, find_undoable
from events.planning.wording import Clock

LISTED = (Session.State.PROPOSED, Session.State.ACCEPTED)


def sessions_of(plan: Plan) -> QuerySet[Session]:
    """All sessions of a plan with place, hosts (``sessionhost_set``), ``interested`` and ``votes_given``."""
    hosts = SessionHost.objects.select_related("host")
    return (
        Session.objects.filter(plan=plan)
        .select_related("placement__room")
        .annotate(interested=_count(Interest), votes_given=_count(Vote))
        .prefetch_related(Prefetch("sessionhost_set", hosts))
    )


def place_of(session: Session) -> Placement | None:
    """Where it is; None if it has no place."""
    return getattr(session, "placement", None)


def interest_in(session: Session) -> int:
    """How many want to come to a session of :func:`sessions_of`."""
    return int(vars(session)["interested"])


def forget_place(session: Session) -> None:
    """Its place was deleted: it is not asked for again."""
    Session._meta.get_field("placement").set_cached_value(session, None)


def build_stand(desk: EventDesk, plan: Plan, *, public: bool = False) -> dict[str, Any]:
    """The whole plan as the editor reads it; see :mod:`events.planning.views` for what the parts mean.

    ``public``: with hosts named as they agreed to be, for those who do not organise the event.
    """
    clock = Clock.of(desk.event)
    sessions = list(sessions_of(plan))
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
        "bands": [_describe_band(band) for band in plan.bands.all()],
        "availabilities": list_availabilities(plan),
        "sessions": [describe_session(session, public=public) for session in listed],
        "warnings": list_warnings(listed),
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


def list_availabilities(plan: Plan) -> dict[str, list[list[str]]]:
    """When rooms and hosts are there, by their id: spans in order. Who is not in it is there all the time."""
    found: dict[str, list[list[str]]] = {}
    rows = Availability.objects.filter(Q(room__plan=plan) | Q(host__plan=plan)).order_by("during")
    for row in rows:
        span = [tell(row.during.lower), tell(row.during.upper)]
        found.setdefault(str(row.room_id or row.host_id), []).append(span)
    return found


def list_history(desk: EventDesk, plan: Plan, changes: Iterable[PlanChange]) -> list[dict[str, Any]]:
    """These changes of the plan in sentences; give them with ``user`` and ``undone_by`` loaded."""
    titles = Session.objects.filter(plan=plan).only("title")
    return describe_changes(changes, Teller(Clock.of(desk.event), titles, Room.objects.filter(plan=plan)))


def list_warnings(sessions: Iterable[Session]) -> list[dict[str, str]]:
    """Sessions that more people want to come to than their room holds."""
    warnings = []
    for session in sessions:
        place = place_of(session)
        if place and place.room.capacity is not None and interest_in(session) > place.room.capacity:
            text = _("%(number)s people want to come to “%(title)s”, %(room)s holds %(capacity)s.") % {
                "number": interest_in(session),
                "title": session.title,
                "room": place.room.name,
                "capacity": place.room.capacity,
            }
            warnings.append({"session": str(session.pk), "text": text})
    return warnings


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


def _count(model: type[Interest] | type[Vote]) -> Coalesce:
    counted = model.objects.filter(session=OuterRef("pk")).order_by().values("session")
    return Coalesce(Subquery(counted.annotate(number=Count("pk")).values("number")), 0)
