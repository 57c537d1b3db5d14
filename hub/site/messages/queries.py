"""What the pages of directed messages read. Each function says how many queries it costs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import QuerySet
from django.utils import timezone

from content.models import BodyPage
from hub.accounts.models import BodyRole, Role, User
from hub.accounts.roles import roles_of
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import find_entries
from hub.documents import Viewer
from hub.messages.models import Delivery, Message, MessageType
from hub.messages.queries import Thread, may_be_read_by, waiting_for
from hub.municipalities.models import Body
from hub.site.questions.wording import read_question_of

WRITING = (Role.AUTHOR, Role.EDITOR, Role.COORDINATOR)
"""Roles that read and write messages for their body."""


@dataclass(frozen=True)
class Clock:
    """How long something takes: ``waiting``, ``answered``, ``travelling``, ``refused`` or ``closed``.

    ``days`` are those of the calendar that have passed, ``since`` when it began or ended.
    """

    state: str
    since: dt.datetime
    days: int


@dataclass(frozen=True)
class Row:
    """One thread in the list: seen from ``own``, a body of the reader, with ``other``; both by name."""

    first: Message
    is_asked: bool
    own: str
    other: str
    clock: Clock
    entry: CatalogueEntry | None

    @cached_property
    def question(self) -> str:
        """What was asked, where that is a question: it says more than whose page it was sent to."""
        asks = self.first.type == MessageType.QUESTION
        return read_question_of(self.first.text).question if asks else ""

    @property
    def waits_here(self) -> bool:
        """Whether the reader's body has to answer."""
        return self.is_asked and self.clock.state == "waiting"


def bodies_of(user: User) -> list[Body]:
    """For whom somebody writes messages: bodies they write for, for operators all with a page; one query."""
    if user.is_superuser:
        pages = BodyPage.objects.filter(alias_of=None, live=True)
        return list(Body.objects.filter(pk__in=pages.values("body")).order_by("name", "pk"))
    return list(dict.fromkeys(row.body for row in roles_of(user) if row.role in WRITING))


def count_unanswered(roles: Iterable[BodyRole]) -> int:
    """How many requests wait for an answer of the bodies somebody writes for; one query."""
    keys = [row.body_id for row in roles if row.role in WRITING]
    return waiting_for(keys).count() if keys else 0


def list_rows(found: Sequence[Message], keys: Collection[str], viewer: Viewer) -> list[Row]:
    """Threads as the list shows them; ``found`` come from ``threads_of``. Two queries."""
    known = find_entries((message.subject_id for message in found), viewer)
    names = names_of(key for message in found for key in (message.sender, message.recipient))
    rows = []
    for first in found:
        is_asked = may_be_read_by(first, keys) == first.recipient
        own, other = (first.recipient, first.sender) if is_asked else (first.sender, first.recipient)
        clock, entry = clock_of(first, *_moments(first)), known.get(first.subject_id)
        rows.append(Row(first, is_asked, names[own], names[other], clock, entry))
    return rows


def names_of(keys: Iterable[str]) -> dict[str, str]:
    """Names of these bodies, the key for one that is not known here; one query."""
    wanted = set(keys)
    return {key: key for key in wanted} | dict(
        Body.objects.filter(pk__in=wanted).order_by().values_list("pk", "name")
    )


def clock_of_thread(thread: Thread) -> Clock:
    """The clock of a thread; no query."""
    answer, closing = thread.answer, thread.closing
    return clock_of(thread.first, answer.sent if answer else None, closing.sent if closing else None)


def clock_of(first: Message, answered: dt.datetime | None, closed: dt.datetime | None) -> Clock:
    """How it stands with a request: what counts is when it arrived, not when it was sent."""
    now, arrived = timezone.now(), first.arrived or first.sent
    if closed is not None:
        return Clock("closed", closed, _days(arrived, closed))
    if first.delivery == Delivery.REFUSED:
        return Clock("refused", first.sent, _days(first.sent, now))
    if first.delivery == Delivery.QUEUED:
        return Clock("travelling", first.sent, _days(first.sent, now))
    if answered is not None:
        return Clock("answered", answered, _days(arrived, answered))
    return Clock("waiting", arrived, _days(arrived, now))


def last_words(user: User, keys: Collection[str]) -> Message | None:
    """What somebody last wrote for one of these bodies, whose role and address they will use again."""
    written = Message.objects.filter(author=user.subject, sender__in=list(keys))
    return written.order_by("-sent").first()


def writers_of(body: str) -> QuerySet[User]:
    """Who is told that something arrived for a body: its editors and coordinators."""
    told = (Role.EDITOR, Role.COORDINATOR)
    people = User.objects.filter(
        is_active=True, groups__body_role__body=body, groups__body_role__role__in=told
    )
    return people.distinct()


def _moments(first: Message) -> tuple[dt.datetime | None, dt.datetime | None]:
    """When a thread of the list was answered and closed, which its query has told."""
    told = vars(first)
    return told["answered"], told["closed"]


def _days(since: dt.datetime, until: dt.datetime) -> int:
    return max(0, (timezone.localdate(until) - timezone.localdate(since)).days)
