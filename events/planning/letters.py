"""Whom a release concerns, and the letters to them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from content.identity import document_id
from events.calendars.invitations import write_host_invitation
from events.mailing.writing import write_letter
from events.models import Interest, Person, Plan, Release
from events.planning.announcing import (
    News,
    Runs,
    announce,
    find_news,
    list_announced,
    list_running,
)
from events.planning.diffs import Diff
from events.planning.wording import Clock
from hub.documents import Slot


@dataclass
class Recipient:
    """Somebody with an address, and what became of their sessions."""

    to: Person | str
    name: str
    news: list[News] = field(default_factory=list)


@dataclass(frozen=True)
class Recipients:
    """Who gets a letter: hosts, one for each of their sessions, and those who come to what is otherwise.

    ``running`` are all who run the sessions of the release.
    """

    hosts: tuple[Recipient, ...]
    participants: tuple[Recipient, ...]
    running: Runs


def find_recipients(plan: Plan, diff: Diff, slots: Iterable[Slot]) -> Recipients:
    """Whom a release of ``slots`` concerns: hosts by who ran what in the last one, and who does now.

    Whoever hosts a session, or did, is not told as a guest of it as well. Three queries.
    """
    clock, slots = Clock.of(plan.desk.event), list(slots)
    before, after = list_announced(plan), list_running(slot.uid for slot in slots)
    hosts = [
        Recipient(each.to, each.name, [news]) for each, news in find_news(before, after, diff, slots, clock)
    ]
    hosts.sort(key=lambda recipient: _in_programme(recipient.news[0]))
    hosting = before.keys() | after.keys()
    return Recipients(tuple(hosts), _find_participants(diff, clock, hosting), after)


def write_letters(release: Release, recipients: Recipients) -> None:
    """To hosts with what their calendar needs, to each participant one; none is sent after the event."""
    for recipient in recipients.hosts:
        _write_host(release, recipient, recipient.news[0])
    for recipient in recipients.participants:
        _write(release, recipient, "programme_participant", f"release-{release.number}")
    announce(release, recipients.running)


def _write_host(release: Release, recipient: Recipient, news: News) -> None:
    """An object of iTIP tells of one meeting, so each session has a letter of its own (RFC 5546)."""
    invitation = write_host_invitation(
        release, news.slot, recipient.to, recipient.name, is_cancelled=news.is_over
    )
    occasion = f"release-{release.number}-{news.slot.uid}"
    _write(release, recipient, "programme_host", occasion, invitation=invitation)


def _write(release: Release, recipient: Recipient, name: str, occasion: str, **more: Any) -> None:
    event = release.plan.desk.event
    write_letter(
        release.plan.desk,
        recipient.to,
        name,
        occasion,
        not_after=event.ends,
        release=release,
        host_name=recipient.name,
        news=recipient.news,
        address=document_id(event),
        **more,
    )


def _find_participants(
    diff: Diff, clock: Clock, hosting: Iterable[tuple[str, uuid.UUID]]
) -> tuple[Recipient, ...]:
    """Who said that they come to what is moved or cancelled, each once. One query."""
    told = (
        *(News("moved", slot, clock, old) for old, slot in diff.moved),
        *(News("cancelled", slot, clock) for slot in diff.cancelled),
    )
    news = {uuid.UUID(each.slot.uid): each for each in told}
    interests = Interest.objects.filter(session__in=list(news), person__confirmed__isnull=False)
    found: dict[uuid.UUID, Recipient] = {}
    hosted = set(hosting)
    for one in interests.select_related("person").order_by("person", "pk"):
        if (one.person.email.casefold(), one.session_id) not in hosted:
            recipient = found.setdefault(one.person_id, Recipient(one.person, one.person.name))
            recipient.news.append(news[one.session_id])
    for recipient in found.values():
        recipient.news.sort(key=_in_programme)
    return tuple(found.values())


def _in_programme(news: News) -> tuple[object, ...]:
    return news.slot.starts, news.slot.room
