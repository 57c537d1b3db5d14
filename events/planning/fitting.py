"""What fits: how long a session takes its place, and whether somebody or a room is there all that time."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Q

from events.models import Availability, Band, Plan, Session

Span = tuple[dt.datetime, dt.datetime]
There = Mapping[uuid.UUID, Sequence[Span]]
"""When rooms and hosts are there, by their id: spans in order. Who is not in it is there all the time."""


def find_end(bands: Iterable[Band], session: Session, starts: dt.datetime) -> dt.datetime:
    """Its minutes later; with its band, if it begins with one that lasts longer."""
    last = starts + dt.timedelta(minutes=session.minutes)
    own = (band.during for band in bands if not band.is_break and band.during.lower == starts)
    ends: list[dt.datetime] = [during.upper for during in own]
    return max([last, *ends])


def covers(spans: Iterable[Span], starts: dt.datetime, ends: dt.datetime) -> bool:
    """Whether the spans, in order, hold all of the time; one that begins where another ends goes on."""
    reached = starts
    for first, last in spans:
        if first <= reached < last:
            reached = last
    return reached >= ends


def read_there(plan: Plan) -> There:
    """When the rooms and hosts of a plan are there. One query."""
    found: dict[uuid.UUID, list[Span]] = {}
    rows = Availability.objects.filter(Q(room__plan=plan) | Q(host__plan=plan)).order_by("during")
    for room, host, during in rows.values_list("room", "host", "during"):
        found.setdefault(room or host, []).append((during.lower, during.upper))
    return found
