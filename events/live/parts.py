"""The parts of a board, as JSON tells them: cards, rooms, times and announcements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Max, Prefetch, QuerySet
from django.utils.text import Truncator

from events.live.spans import Span
from events.models import Band, EventDesk, LiveChange, Notice, Plan, Room, Session, SessionHost
from events.planning.queries import tell
from events.planning.sessions import place_of
from hub.documents import Slot

Part = dict[str, Any]
WORDS = 45
"""How much of a description a card has."""


def placed_sessions(plan: Plan) -> QuerySet[Session]:
    """The accepted sessions that have a place, with it and their hosts; two queries."""
    hosts = SessionHost.objects.select_related("host")
    return (
        Session.objects.filter(plan=plan, state=Session.State.ACCEPTED, placement__isnull=False)
        .select_related("placement")
        .prefetch_related(Prefetch("sessionhost_set", hosts))
        .order_by("placement__during", "title")
    )


def list_changed(
    desk: EventDesk, span: Span, sessions: Collection[str] | None = None
) -> dict[str, dt.datetime]:
    """When the sessions (all by default) last changed since the board is live, by their id. One query."""
    changes = LiveChange.objects.filter(desk=desk, kind=LiveChange.Kind.SESSION, at__gte=span.starts)
    if sessions is not None:
        changes = changes.filter(subject__in=sessions)
    return dict(changes.order_by().values("subject").annotate(last=Max("at")).values_list("subject", "last"))


def tell_card(session: Session, changed: Mapping[str, dt.datetime]) -> Part | None:
    """A session of :func:`placed_sessions`, hosts named as they agreed to be; None if it has no place."""
    if (place := place_of(session)) is None:
        return None
    last = changed.get(str(session.pk))
    return {
        "id": str(session.pk),
        "title": session.title,
        "hosts": [row.public_name for row in session.sessionhost_set.all()],
        "summary": Truncator(session.summary).words(WORDS),
        "room": str(place.room_id),
        "starts": tell(place.during.lower),
        "ends": tell(place.during.upper),
        "changed": tell(last) if last else None,
    }


def tell_slot(slot: Slot) -> Part:
    """An entry of a release, as a card; its room is known by its name alone."""
    return {
        "id": slot.uid,
        "title": slot.title,
        "hosts": list(slot.hosts),
        "summary": Truncator(slot.summary).words(WORDS),
        "room": slot.room,
        "starts": tell(slot.starts),
        "ends": tell(slot.ends),
        "changed": None,
    }


def tell_room(room: Room) -> Part:
    """A room."""
    return {"id": str(room.pk), "name": room.name, "note": room.note, "hidden": room.hidden}


def tell_band(band: Band) -> Part:
    """A time in which sessions run, or a break."""
    return {
        "id": str(band.pk),
        "label": band.label,
        "starts": tell(band.during.lower),
        "ends": tell(band.during.upper),
        "is_break": band.is_break,
    }


def tell_notice(notice: Notice) -> Part:
    """An announcement; ``until`` None: to the end."""
    return {
        "id": str(notice.pk),
        "text": notice.text,
        "at": tell(notice.at),
        "until": tell(notice.until) if notice.until else None,
    }


def tell_event(desk: EventDesk) -> Part:
    """The event itself."""
    event = desk.event
    return {
        "key": str(event.translation_key),
        "title": event.title,
        "status": event.status,
        "location": event.location,
        "starts": tell(event.starts) if event.starts else None,
        "ends": tell(event.ends) if event.ends else None,
        "time_zone": event.time_zone,
    }
