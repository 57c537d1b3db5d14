"""What has changed on a board since a number: the live process reads it and tells everybody."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from events.live.notices import list_notices
from events.live.parts import (
    Part,
    list_changed,
    placed_sessions,
    tell_band,
    tell_card,
    tell_event,
    tell_notice,
    tell_room,
)
from events.live.spans import Span, live_span
from events.models import Band, EventDesk, LiveChange, LiveHead, Plan, Room
from events.stage.queries import read_stage

KEPT = 500
"""How many changes are read at most, and so how far back somebody may resume."""

Kind = LiveChange.Kind
NAMES = {
    Kind.SESSION: "card",
    Kind.ROOM: "room",
    Kind.BAND: "band",
    Kind.PITCH: "stage",
    Kind.NOTICE: "notice",
    Kind.DESK: "event",
}
"""Under which name a change tells how the thing is now."""


@dataclass(frozen=True)
class Change:
    """One change with its number; ``told`` is how ``thing`` is now: a JSON object without line breaks."""

    number: int
    thing: str
    told: str

    @property
    def data(self) -> str:
        """What browsers are sent."""
        return f'{{"number": {self.number}, {self.told[1:]}'


@dataclass(frozen=True)
class Batch:
    """Changes in order, up to ``head``, the number of the last; ``span`` None: the board is not live."""

    span: Span | None
    head: int
    changes: tuple[Change, ...] = ()


def read_changes(desk_id: int, after: int | None, now: dt.datetime) -> Batch:
    """The changes after that number, at most the last :data:`KEPT`; None: those.

    What is told is how things are when they are read. A desk that is gone is not live.
    """
    desk = EventDesk.objects.select_related("event").filter(pk=desk_id).first()
    span = live_span(desk) if desk else None
    if desk is None or span is None:
        return Batch(None, 0)
    rows = LiveChange.objects.filter(desk=desk, number__gt=after or 0).order_by("-number")[:KEPT]
    changes = list(reversed(rows))
    head = changes[-1].number if changes else _read_head(desk)
    parts = _read_parts(desk, span, changes, now)
    return Batch(span, head, tuple(_tell(change, parts) for change in changes))


def _read_head(desk: EventDesk) -> int:
    return LiveHead.objects.filter(desk=desk).values_list("number", flat=True).first() or 0


def _tell(change: LiveChange, parts: dict[str, dict[str, Part]]) -> Change:
    told = {
        "kind": change.kind,
        "subject": change.subject,
        NAMES[Kind(change.kind)]: parts[change.kind].get(change.subject),
    }
    # Every pitch tells of the whole stage.
    thing = change.kind if change.kind == Kind.PITCH else f"{change.kind} {change.subject}"
    return Change(change.number, thing, json.dumps(told, ensure_ascii=False))


def _read_parts(
    desk: EventDesk, span: Span, changes: Iterable[LiveChange], now: dt.datetime
) -> dict[str, dict[str, Part]]:
    """How the things are now, by kind and id; a query or two for each kind that there is."""
    asked: dict[str, set[str]] = {kind: set() for kind in NAMES}
    for change in changes:
        asked[change.kind].add(change.subject)
    found: dict[str, dict[str, Part]] = {kind: {} for kind in NAMES}
    if asked[Kind.NOTICE]:
        found[Kind.NOTICE] = _by_id(map(tell_notice, list_notices(desk, now)))
    if asked[Kind.DESK]:
        found[Kind.DESK] = dict.fromkeys(asked[Kind.DESK], tell_event(desk))
    plan = Plan.objects.filter(desk=desk).first() if any(asked.values()) else None
    return found | _read_programme(desk, span, plan, asked) if plan else found


def _read_programme(
    desk: EventDesk, span: Span, plan: Plan, asked: dict[str, set[str]]
) -> dict[str, dict[str, Part]]:
    found: dict[str, dict[str, Part]] = {}
    if keys := asked[Kind.SESSION]:
        changed = list_changed(desk, span, keys)
        cards: list[Any] = [tell_card(one, changed) for one in placed_sessions(plan).filter(pk__in=keys)]
        found[Kind.SESSION] = _by_id(cards)
    if keys := asked[Kind.ROOM]:
        found[Kind.ROOM] = _by_id(map(tell_room, Room.objects.filter(plan=plan, pk__in=keys)))
    if keys := asked[Kind.BAND]:
        found[Kind.BAND] = _by_id(map(tell_band, Band.objects.filter(plan=plan, pk__in=keys)))
    if keys := asked[Kind.PITCH]:
        stage = dict(read_stage(plan.pk))
        found[Kind.PITCH] = dict.fromkeys(keys, stage)
    return found


def _by_id(parts: Iterable[Part]) -> dict[str, Part]:
    return {part["id"]: part for part in parts}
