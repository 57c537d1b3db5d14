"""Which programme visitors see: the plan itself on the day, the newest release before and after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from events.live.spans import is_live
from events.models import EventDesk, Plan, Release
from events.planning.releases import freeze_slots, newest_release, slots_of
from hub.documents import Slot


@dataclass(frozen=True)
class Programme:
    """The entries; ``release`` is None for the plan itself and for what the event's page says."""

    slots: Sequence[Slot]
    is_live: bool = False
    release: Release | None = None


def read_programme(desk: EventDesk, now: dt.datetime) -> Programme:
    """What is shown to everybody; an event without a release shows what its page says of the programme."""
    plan = Plan.objects.filter(desk=desk).first()
    if plan and is_live(desk, now):
        return Programme(freeze_slots(plan), is_live=True)
    return read_released(desk, plan)


def read_released(desk: EventDesk, plan: Plan | None) -> Programme:
    """The newest release, or what the page says."""
    if plan and (release := newest_release(plan)):
        return Programme(slots_of(release), release=release)
    event = desk.event.build_event(desk.event.sequence)
    return Programme(event.slots if event else ())
