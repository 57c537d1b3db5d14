"""What is odd about the place of a session and still stands there: told in sentences, to whoever plans."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from events.models import Band, Placement, Plan, Session
from events.planning.fitting import Span, There, covers, find_end, read_there
from events.planning.sessions import interest_in, place_of, sessions_of
from events.planning.wording import Clock

MINUTE = dt.timedelta(minutes=1)
SMALL = "small"
"""The kind of warning that the room is too small: editors of the plan have a shorter word for it."""


@dataclass(frozen=True)
class Frame:
    """What places are judged by: the times of the event, the bands, and who is there when.

    ``is_public``: hosts are named as they agreed to be, for those who do not organise the event.
    """

    clock: Clock
    bands: Sequence[Band]
    there: There = field(default_factory=dict)
    is_public: bool = False


def list_warnings(sessions: Iterable[Session], frame: Frame) -> list[dict[str, str]]:
    """What is odd about these sessions of :func:`events.planning.sessions.sessions_of`, in their order.

    Each with the ``session``, a ``kind`` and a ``text``.
    """
    return [
        {"session": str(session.pk), "kind": kind, "text": text}
        for session in sessions
        if (place := place_of(session))
        for kind, text in _judge(session, place, frame)
    ]


def list_warnings_of(plan: Plan) -> list[dict[str, str]]:
    """What is odd about the accepted sessions of a plan that have a place. Four queries."""
    placed = sessions_of(plan).filter(state=Session.State.ACCEPTED, placement__isnull=False)
    frame = Frame(Clock.of(plan.desk.event), list(plan.bands.all()), read_there(plan))
    return list_warnings(placed.order_by("placement__during", "pk"), frame)


def _judge(session: Session, place: Placement, frame: Frame) -> Iterator[tuple[str, str]]:
    starts, ends = place.during.lower, place.during.upper
    about = {"title": session.title, "room": place.room.name}
    if place.room.capacity is not None and interest_in(session) > place.room.capacity:
        text = _("%(number)s people want to come to “%(title)s”, %(room)s holds %(capacity)s.")
        yield SMALL, text % {**about, "number": interest_in(session), "capacity": place.room.capacity}
    if starts < frame.clock.starts or frame.clock.ends < ends:
        text = _("“%(title)s” is outside the event: %(span)s.")
        yield "outside", text % {**about, "span": frame.clock.tell_with_day(starts, ends)}
    if (fault := _find_length_fault(session, place, frame)) is not None:
        yield "length", fault % {**about, "minutes": session.minutes, "has": (ends - starts) // MINUTE}
    if (spans := _find_absence(frame.there, place.room_id, starts, ends)) is not None:
        text = _("“%(title)s”: %(room)s is open only at these times: %(spans)s.")
        yield "closed", text % {**about, "spans": _tell_spans(spans, frame)}
    for row in session.sessionhost_set.all():
        if (spans := _find_absence(frame.there, row.host_id, starts, ends)) is not None:
            name = row.public_name if frame.is_public else row.host.name
            text = _("“%(title)s”: %(name)s is there only at these times: %(spans)s.")
            yield "away", text % {**about, "name": name, "spans": _tell_spans(spans, frame)}


def _find_length_fault(session: Session, place: Placement, frame: Frame) -> str | None:
    """The wording, if the place is too short, or longer than it would be if it were given now."""
    starts, ends = place.during.lower, place.during.upper
    if ends - starts < session.minutes * MINUTE:
        return _(
            "“%(title)s” takes %(minutes)s minutes, but its place lasts only %(has)s minutes. Take it out "
            "and place it anew."
        )
    if ends > find_end(frame.bands, session, starts):
        return _(
            "“%(title)s” takes %(minutes)s minutes, and its place lasts %(has)s minutes. Take it out and "
            "place it anew."
        )
    return None


def _find_absence(
    there: Mapping[uuid.UUID, Sequence[Span]], one: uuid.UUID, starts: dt.datetime, ends: dt.datetime
) -> Sequence[Span] | None:
    """When a room or host is there, if not all of that time; None if so."""
    spans = there.get(one)
    return None if spans is None or covers(spans, starts, ends) else spans


def _tell_spans(spans: Iterable[Span], frame: Frame) -> str:
    return ", ".join(frame.clock.tell_with_day(starts, ends) for starts, ends in spans)
