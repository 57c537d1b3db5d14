"""Whom a release concerns, and the letters to them: one for each, with all that is theirs."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from content.identity import document_id
from events.mailing.writing import write_letter
from events.models import Host, Interest, Person, Plan, Release, SessionHost
from events.planning.diffs import Diff
from events.planning.wording import Clock
from hub.documents import Slot

What = Literal["new", "moved", "cancelled"]


@dataclass(frozen=True)
class News:
    """What became of one session. ``slot`` is where it is, or was if it is cancelled."""

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

    def _tell(self, slot: Slot) -> str:
        return ", ".join(filter(None, (slot.room, self.clock.tell_span(slot.starts, slot.ends))))


@dataclass
class Recipient:
    """Somebody with an address, and what became of their sessions."""

    to: Person | str
    name: str
    news: list[News] = field(default_factory=list)


@dataclass(frozen=True)
class Recipients:
    """Who gets a letter: hosts, and those who said that they come to what is moved or cancelled."""

    hosts: tuple[Recipient, ...]
    participants: tuple[Recipient, ...]


def find_recipients(plan: Plan, diff: Diff) -> Recipients:
    """Whom the differences concern. Whoever hosts a session is not told as a guest of it as well."""
    clock = Clock.of(plan.desk.event)
    told = (
        *(News("new", slot, clock) for slot in diff.new),
        *(News("moved", after, clock, before) for before, after in diff.moved),
        *(News("cancelled", slot, clock) for slot in diff.cancelled),
    )
    news = {uuid.UUID(each.slot.uid): each for each in told}
    rows = list(_rows_of_hosts(news))
    hosting = {(row.host.person_id, row.session_id) for row in rows}
    concerned = [key for key, each in news.items() if each.what != "new"]
    interests = Interest.objects.filter(session__in=concerned, person__confirmed__isnull=False)
    coming = interests.select_related("person").order_by("person", "pk")
    return Recipients(
        _gather((_address_of(row.host), row.host.name, news[row.session_id]) for row in rows),
        _gather(
            (one.person, one.person.name, news[one.session_id])
            for one in coming
            if (one.person_id, one.session_id) not in hosting
        ),
    )


def write_letters(release: Release, recipients: Recipients) -> None:
    """One letter each; none is sent after the event."""
    event = release.plan.desk.event
    groups = (("programme_host", recipients.hosts), ("programme_participant", recipients.participants))
    for name, group in groups:
        for recipient in group:
            write_letter(
                release.plan.desk,
                recipient.to,
                name,
                f"release-{release.number}",
                not_after=event.ends,
                release=release,
                host_name=recipient.name,
                news=recipient.news,
                address=document_id(event),
            )


def _rows_of_hosts(news: Mapping[uuid.UUID, News]) -> Iterable[SessionHost]:
    rows = SessionHost.objects.filter(session__in=list(news)).select_related("host__person__desk__event")
    return rows.order_by("host__name", "host", "session")


def _address_of(host: Host) -> Person | str:
    return host.person or host.email


def _gather(concerned: Iterable[tuple[Person | str, str, News]]) -> tuple[Recipient, ...]:
    """By address, in the order of the programme: two hosts may share a mailbox."""
    found: dict[str, Recipient] = {}
    for to, name, news in concerned:
        address = to.email if isinstance(to, Person) else to
        if address:
            found.setdefault(address.casefold(), Recipient(to, name)).news.append(news)
    for recipient in found.values():
        recipient.news.sort(key=lambda news: (news.slot.starts, news.slot.room))
    return tuple(found.values())
