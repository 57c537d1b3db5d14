"""The sessions of an event as its calendars tell them: as released; on the day as the plan stands.

A session keeps its UID. What changes it raises its SEQUENCE: the number and the version of the newest
release, and on the day the number of its last move, which is the version the plan then had. So whatever
follows, the next release included, is higher, in mails to hosts as well.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Max
from icalendar import Event as Component

from events.calendars.components import Meeting, build_slot
from events.live.spans import is_live
from events.models import EventDesk, LiveChange, Plan, PlanChange, Release
from events.planning.releases import freeze_slots, slots_of
from hub.documents import Slot


@dataclass(frozen=True)
class Told:
    """An entry. ``rise`` is added to the event's own sequence; ``stamp`` counts if the event's is older."""

    slot: Slot
    rise: int
    stamp: dt.datetime | None = None
    is_cancelled: bool = False

    def build(self, meeting: Meeting) -> Component:
        """Its VEVENT, as a part of the event."""
        facts = meeting.facts.model_copy(update={"status": "cancelled"} if self.is_cancelled else {})
        stamp = max(self.stamp or meeting.stamp, meeting.stamp)
        told = dataclasses.replace(meeting, stamp=stamp, facts=facts)
        return build_slot(told, self.slot, facts.sequence + self.rise)


def read_told(desk: EventDesk, release: Release | None, now: dt.datetime) -> list[Told]:
    """The entries: of ``release``, the newest, or on the day of the plan, with those that were taken out.

    No query, on the day six. An event without a plan has none.
    """
    plan = getattr(desk, "plan", None)
    rise, stamp = rise_of(release), release.at if release else None
    released = [Told(slot, rise, stamp) for slot in slots_of(release)]
    return list(_read_live(plan, release, released)) if plan and is_live(desk, now) else released


def find_newest(desk: EventDesk) -> Release | None:
    """The newest release of an event; None before the first. One query."""
    return Release.objects.filter(plan__desk=desk).order_by("-number").first()


def rise_of(release: Release | None) -> int:
    """By how much a release, the newest, raises the sequence of its sessions."""
    return release.number + release.version if release else 0


def _read_live(plan: Plan, release: Release | None, released: list[Told]) -> Iterator[Told]:
    before = {told.slot.uid: told for told in released}
    slots = freeze_slots(plan)
    moved, touched = _list_moved(plan, release), _list_touched(plan)
    number = release.number if release else 0
    gone = [told.slot for told in released if told.slot.uid not in {slot.uid for slot in slots}]
    for slot, is_cancelled in [*((slot, False) for slot in slots), *((slot, True) for slot in gone)]:
        told = before.get(slot.uid)
        if told and told.slot == slot and not is_cancelled and slot.uid not in moved:
            yield told
        else:
            stamps = [stamp for stamp in (touched.get(slot.uid), told.stamp if told else None) if stamp]
            rise = number + moved.get(slot.uid, plan.version)
            yield Told(slot, rise, max(stamps, default=None), is_cancelled)


def _list_moved(plan: Plan, release: Release | None) -> dict[str, int]:
    """The number of the last move of each session since the release. One query."""
    moves = PlanChange.objects.filter(plan=plan, number__gt=release.version if release else 0)
    return {key: number for number, after in moves.values_list("number", "after") for key in after}


def _list_touched(plan: Plan) -> dict[str, dt.datetime]:
    """When each session was moved or reworded last, and each break. One query."""
    kinds = (LiveChange.Kind.SESSION, LiveChange.Kind.BAND)
    changes = LiveChange.objects.filter(desk=plan.desk_id, kind__in=kinds).order_by().values("subject")
    return dict(changes.annotate(last=Max("at")).values_list("subject", "last"))
