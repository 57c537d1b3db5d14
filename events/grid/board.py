"""The programme as its visitors read it: by time or by room, with who would come."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count

from events.models import EventDesk, Interest, Person, Session
from hub.documents import Slot
from hub.instants import localise


@dataclass(frozen=True)
class Entry:
    """One session on the board; ``interested`` None where „ich komme“ cannot be said."""

    slot: Slot
    starts: dt.datetime
    ends: dt.datetime
    interested: int | None = None
    is_mine: bool = False

    @property
    def is_break(self) -> bool:
        """Whether it is for all: in no room, hosted by nobody."""
        return self.interested is None and not (self.slot.room or self.slot.hosts)


@dataclass(frozen=True)
class Group:
    """Entries under one heading: those of a time, or of a room."""

    entries: Sequence[Entry]

    @property
    def first(self) -> Entry:
        """Tells what they share."""
        return self.entries[0]


@dataclass(frozen=True)
class BoardDay:
    """One day."""

    date: dt.date
    groups: Sequence[Group]


BLANK = {"slot": {"uid": uuid.UUID(int=0)}, "interested": 0}
"""An entry that says nothing: scripts fill copies of it."""


def build_entries(desk: EventDesk, slots: Iterable[Slot], person: Person | None) -> list[Entry]:
    """The slots in the event's own time, with the interest in those that are sessions of its plan.

    Two queries at most.
    """
    slots = list(slots)
    counts = _count_interest(desk, [slot.uid for slot in slots])
    mine = set(Interest.objects.filter(person=person).values_list("session", flat=True)) if person else set()
    zone = desk.event.time_zone
    entries = []
    for slot in slots:
        key = _read_uuid(slot.uid)
        starts, ends = localise(slot.starts, zone), localise(slot.ends, zone)
        entries.append(Entry(slot, starts, ends, counts.get(key) if key else None, key in mine))
    return entries


def by_time(entries: Iterable[Entry]) -> list[BoardDay]:
    """Days, with what runs at the same time."""
    ordered = sorted(entries, key=lambda entry: (entry.starts, entry.ends, entry.slot.room, entry.slot.title))
    return _days(ordered, lambda entry: (entry.starts, entry.ends))


def by_room(entries: Iterable[Entry]) -> list[BoardDay]:
    """Days, with what runs in one room after the other; breaks are in none."""
    ordered = sorted(
        (entry for entry in entries if not entry.is_break),
        key=lambda entry: (entry.starts.date(), entry.slot.room, entry.starts),
    )
    return _days(ordered, lambda entry: entry.slot.room)


def _days(ordered: Iterable[Entry], shared: Callable[[Entry], Hashable]) -> list[BoardDay]:
    return [
        BoardDay(date, [Group(tuple(same)) for _, same in groupby(tuple(day), key=shared)])
        for date, day in groupby(ordered, key=lambda entry: entry.starts.date())
    ]


def _count_interest(desk: EventDesk, uids: Sequence[str]) -> dict[uuid.UUID, int]:
    keys = [key for key in map(_read_uuid, uids) if key]
    found = Session.objects.filter(plan__desk=desk, pk__in=keys, state=Session.State.ACCEPTED)
    return dict(found.annotate(n=Count("interests")).values_list("pk", "n"))


def _read_uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
