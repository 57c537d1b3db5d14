"""Who runs a session by the newest release, who runs it now, and what of that is news to them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from events.models import AnnouncedHost, Person, Plan, Release, SessionHost
from events.planning.diffs import Diff
from events.planning.wording import Clock
from hub.documents import Slot

What = Literal["new", "moved", "cancelled", "removed"]


@dataclass(frozen=True)
class News:
    """What became of one session. ``slot`` is where it is, or was if it is cancelled.

    ``removed`` is news to one who ran it: it takes place without them.
    """

    what: What
    slot: Slot
    clock: Clock
    before: Slot | None = None

    @property
    def where(self) -> str:
        """„Raum 2, 10:00 bis 10:45“, in the language that is spoken when it is asked."""
        return self._tell(self.slot)

    @property
    def was(self) -> str:
        """The same of before it was moved."""
        return self._tell(self.before) if self.before else ""

    @property
    def is_over(self) -> bool:
        """Whether it leaves the calendar of whoever is told."""
        return self.what in ("cancelled", "removed")

    def _tell(self, slot: Slot) -> str:
        return self.clock.tell_place(slot.room, slot.starts, slot.ends)


@dataclass(frozen=True)
class Running:
    """Somebody with an address who runs a session: a person who takes part, or an address alone."""

    session: uuid.UUID
    to: Person | str
    name: str

    @property
    def key(self) -> tuple[str, uuid.UUID]:
        """By what it is compared; two hosts who share a mailbox are told once."""
        return (self.to.email if isinstance(self.to, Person) else self.to).casefold(), self.session


Runs = Mapping[tuple[str, uuid.UUID], Running]


def list_running(sessions: Iterable[uuid.UUID | str]) -> Runs:
    """Who runs the sessions with these ids now, by key. One query."""
    rows = SessionHost.objects.filter(session__in=list(sessions))
    found = rows.select_related("host__person__desk__event").order_by("host__name", "host", "session")
    return _by_key(Running(row.session_id, row.host.person or row.host.email, row.host.name) for row in found)


def list_announced(plan: Plan) -> Runs:
    """Who ran what by the newest release, by key. One query."""
    rows = AnnouncedHost.objects.filter(plan=plan).select_related("person__desk__event")
    return _by_key(Running(row.session, row.person or row.email, row.name) for row in rows)


def find_news(
    before: Runs, after: Runs, diff: Diff, slots: Iterable[Slot], clock: Clock
) -> Iterator[tuple[Running, News]]:
    """What hosts hear of a release of ``slots``: new and moved ones of theirs, and what is theirs no more."""
    placed = {uuid.UUID(slot.uid): slot for slot in slots}
    moved = {uuid.UUID(slot.uid): News("moved", slot, clock, old) for old, slot in diff.moved}
    gone = {uuid.UUID(slot.uid): News("cancelled", slot, clock) for slot in diff.cancelled}
    for key, each in after.items():
        if key not in before:
            yield each, News("new", placed[each.session], clock)
        elif each.session in moved:
            yield each, moved[each.session]
    for key, each in before.items():
        if key in after:
            continue
        if each.session in gone:
            yield each, gone[each.session]
        elif each.session in placed:
            yield each, News("removed", placed[each.session], clock)


def announce(release: Release, running: Runs) -> None:
    """From now on these are who the newest release names."""
    AnnouncedHost.objects.filter(plan=release.plan).delete()
    AnnouncedHost.objects.bulk_create(
        AnnouncedHost(
            plan=release.plan,
            session=each.session,
            name=each.name,
            **({"person": each.to} if isinstance(each.to, Person) else {"email": each.to}),
        )
        for each in running.values()
    )


def _by_key(found: Iterable[Running]) -> Runs:
    held: dict[tuple[str, uuid.UUID], Running] = {}
    for each in found:
        if each.key[0]:
            held.setdefault(each.key, each)
    return held
