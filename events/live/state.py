"""What a board shows: ``stand.json``, from which boards, projectors and stages begin."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from events.live.notices import list_notices
from events.live.parts import (
    list_changed,
    placed_sessions,
    tell_band,
    tell_card,
    tell_event,
    tell_notice,
    tell_room,
    tell_slot,
)
from events.live.programme import read_released
from events.live.spans import Span, live_span
from events.live.tickets import stream_address
from events.models import EventDesk, LiveHead, Plan
from events.planning.queries import tell
from events.stage.queries import read_stage
from hub.documents import Slot

State = dict[str, Any]


def build_state(desk: EventDesk, now: dt.datetime) -> State:
    """The board now: the plan itself while it is live, else the newest release.

    ``number`` is read first: what it does not count may be in it already, never the other way round, and
    changes tell how things are, so that a reader who gets one twice is no worse off. ``live`` says from when
    until when the plan itself is shown; ``stream`` is where its changes are told, None when there is none.
    """
    head = LiveHead.objects.filter(desk=desk).values_list("number", flat=True).first()
    plan = Plan.objects.filter(desk=desk).first()
    span = live_span(desk)
    is_live = span is not None and span.holds(now)
    programme = _tell_plan(desk, plan, span) if plan and span and is_live else _tell_release(desk, plan)
    return {
        "number": head or 0,
        "now": tell(now),
        "event": tell_event(desk),
        "live": {"starts": tell(span.starts), "ends": tell(span.ends)} if span else None,
        "stream": stream_address(desk, now) if is_live else None,
        **programme,
        "stage": read_stage(plan.pk) if plan and is_live else None,
        "notices": [tell_notice(notice) for notice in list_notices(desk, now)],
    }


def digest_state(state: State) -> str:
    """Names a state whatever the time is; for the ETag."""
    kept = {name: value for name, value in state.items() if name != "now"}
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:32]


def _tell_plan(desk: EventDesk, plan: Plan, span: Span) -> State:
    changed = list_changed(desk, span)
    return {
        "rooms": [tell_room(room) for room in plan.rooms.all()],
        "bands": [tell_band(band) for band in plan.bands.all()],
        "cards": [tell_card(session, changed) for session in placed_sessions(plan)],
    }


def _tell_release(desk: EventDesk, plan: Plan | None) -> State:
    slots = read_released(desk, plan).slots
    names = sorted({slot.room for slot in slots if slot.room})
    return {
        "rooms": [{"id": name, "name": name, "note": "", "hidden": False} for name in names],
        "bands": [
            {
                "id": slot.uid,
                "label": slot.title,
                "starts": tell(slot.starts),
                "ends": tell(slot.ends),
                "is_break": True,
            }
            for slot in slots
            if is_break(slot)
        ],
        "cards": [tell_slot(slot) for slot in slots if not is_break(slot)],
    }


def is_break(slot: Slot) -> bool:
    """Whether it is for all: in no room, hosted by nobody."""
    return not (slot.room or slot.hosts)
