"""What is asked and how it was answered. Each function says how many queries it costs."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from statistics import median_high
from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from hub.documents import Responses
from hub.env import env
from hub.messages.models import BEGINNINGS, Delivery, Message, MessageType

YEAR = dt.timedelta(days=365)
PATIENCE = dt.timedelta(days=14)
"""After this time without an answer a request counts as unanswered; before, it counts as nothing."""

WORKING_DAYS = 5
"""After so many working days without an answer people are reminded, once."""

BEGUN = Q(type__in=sorted(BEGINNINGS))


@dataclass(frozen=True)
class Thread:
    """A request with everything that was written since, oldest first."""

    messages: tuple[Message, ...]

    @property
    def first(self) -> Message:
        """What began it."""
        return self.messages[0]

    @property
    def answer(self) -> Message | None:
        """The first answer of the body that was asked."""
        return next((m for m in self.messages if is_answer(m, self.first)), None)

    @property
    def closing(self) -> Message | None:
        """What closed it."""
        return next((m for m in self.messages if m.type == MessageType.CLOSING and is_held(m)), None)

    @property
    def is_open(self) -> bool:
        """Whether anything may still be written."""
        return self.closing is None and is_held(self.first)

    def may_be_closed_by(self, body: str) -> bool:
        """The body that was asked answers first, or nobody would know what came of it."""
        return self.is_open and (body == self.first.sender or self.answer is not None)


def is_held(message: Message) -> bool:
    """Whether a message stands: the other hub has not refused it."""
    return message.delivery != Delivery.REFUSED


def is_answer(message: Message, first: Message) -> bool:
    """Whether a message answers the request: an answer of the body that was asked."""
    return message.type == MessageType.ANSWER and message.sender == first.recipient and is_held(message)


def find_thread(key: uuid.UUID) -> Thread | None:
    """The thread with that id; one query."""
    messages = sorted(Message.objects.filter(thread=key), key=lambda m: (m.pk != key, m.sent, m.pk))
    return Thread(tuple(messages)) if messages and messages[0].pk == key else None


def lock_thread(key: uuid.UUID) -> Thread | None:
    """The thread, where nobody else writes until the transaction ends; two queries."""
    Message.objects.select_for_update().filter(pk=key).first()
    return find_thread(key)


def may_be_read_by(first: Message, keys: Collection[str]) -> str | None:
    """The body of ``keys`` for which a thread is read here, the one that was asked first; else None.

    A hub holds requests of bodies that others speak for as well: only the side that is here counts.
    """
    if first.recipient in keys and not first.destination:
        return first.recipient
    return first.sender if first.sender in keys and first.origin == env.origin else None


def threads_of(keys: Collection[str]) -> QuerySet[Any]:
    """First messages of the threads of these bodies: waiting for an answer of theirs, open, closed.

    Each with ``answered`` and ``closed`` (when, or None) and ``stage`` (0 waits here, 1 open, 2 at an end).
    """
    asked, asking = _asked_here(keys), Q(sender__in=list(keys), origin=env.origin)
    begun = _with_clock(Message.objects.filter(BEGUN & (asked | asking)))
    stage = Case(
        When(Q(closed__isnull=False) | Q(delivery=Delivery.REFUSED), then=2),
        When(asked & Q(answered__isnull=True), then=0),
        default=1,
        output_field=IntegerField(),
    )
    oldest_first = Case(When(stage=0, then="sent"))
    ordered: QuerySet[Any] = begun.annotate(stage=stage).order_by(
        "stage", oldest_first.asc(nulls_last=True), "-latest", "pk"
    )
    return ordered


def waiting_for(keys: Collection[str]) -> QuerySet[Any]:
    """Requests to these bodies that nobody has answered, longest waiting first."""
    begun = _with_clock(Message.objects.filter(BEGUN & _asked_here(keys)))
    return begun.filter(answered__isnull=True, closed__isnull=True).order_by("arrived", "pk")


def open_thread(sender: str, subject_id: str, origin: str = "") -> Message | None:
    """What a body has asked from this hub, or the one at ``origin``, about a document and not closed yet.

    One query.
    """
    begun = Message.objects.filter(BEGUN, sender=sender, origin=origin or env.origin, subject_id=subject_id)
    held = _with_clock(begun.exclude(delivery=Delivery.REFUSED)).filter(closed__isnull=True)
    found: Message | None = held.order_by("sent").first()
    return found


def written_today(sender: str, origin: str, now: dt.datetime) -> QuerySet[Message]:
    """What a body has written from one hub in the last 24 hours, as it arrived or was sent here."""
    since = now - dt.timedelta(days=1)
    here = Q(arrived__gte=since) if origin != env.origin else Q(sent__gte=since)
    return Message.objects.filter(here, sender=sender, origin=origin)


def response_times(keys: Collection[str], today: dt.date | None = None) -> Responses:
    """How these bodies answered what arrived here in the last twelve months; one query.

    Days are those of the calendar from arrival to the first answer: 0 is the same day; the median is that of
    the answered ones, rounded up to one that occurred. A request without an answer counts as asked once it is
    older than :data:`PATIENCE`. One that was closed by whoever asked, unanswered, does not count. Figures
    change with a day or an answer, never in between.
    """
    day = today or timezone.localdate()
    midnight = timezone.make_aware(dt.datetime.combine(day, dt.time()))
    return _responses(_asked_here(keys) & Q(arrived__gte=midnight - YEAR), midnight)


def responses_between(keys: Collection[str], start: dt.datetime, end: dt.datetime) -> Responses:
    """How these bodies answered what arrived here from ``start`` up to, not including, ``end``; one query.

    Counted as :func:`response_times` does, as it stands today.
    """
    midnight = timezone.make_aware(dt.datetime.combine(timezone.localdate(), dt.time()))
    return _responses(_asked_here(keys) & Q(arrived__gte=start, arrived__lt=end), midnight)


def requests_between(
    keys: Collection[str], start: dt.datetime, end: dt.datetime
) -> list[tuple[MessageType, str]]:
    """Kind and asking body of each request that arrived here for these bodies in that time; one query."""
    arrived = Message.objects.filter(BEGUN & _asked_here(keys), arrived__gte=start, arrived__lt=end)
    return [(MessageType(kind), sender) for kind, sender in arrived.values_list("type", "sender")]


def _responses(asked: Q, midnight: dt.datetime) -> Responses:
    taken_back = _written(MessageType.CLOSING).filter(sender=OuterRef("sender"))
    rows = (
        _with_clock(Message.objects.filter(BEGUN & asked))
        .annotate(taken_back=Exists(taken_back))
        .order_by()
        .values_list("arrived", "answered", "taken_back")
    )
    days, unanswered = [], 0
    for arrived, answered, withdrawn in rows:
        if answered is not None:
            days.append(max(0, (timezone.localdate(answered) - timezone.localdate(arrived)).days))
        elif not withdrawn and arrived < midnight - PATIENCE:
            unanswered += 1
    return Responses(
        asked=len(days) + unanswered,
        answered=len(days),
        median_days=median_high(days) if days else None,
    )


def bodies_asked() -> list[str]:
    """Keys of the bodies that were ever asked anything here; one query."""
    asked = Message.objects.filter(BEGUN, destination="").order_by()
    return list(asked.values_list("recipient", flat=True).distinct())


def due_reminders(now: dt.datetime) -> list[Message]:
    """Requests that wait for their sixth working day or longer, and nobody was reminded of; one query."""
    begun = _with_clock(Message.objects.filter(BEGUN, destination="", reminded=None, arrived__lte=now))
    waiting = begun.filter(answered__isnull=True, closed__isnull=True).order_by("arrived", "pk")
    return [message for message in waiting if count_working_days(message.arrived, now) >= WORKING_DAYS]


def count_working_days(since: dt.datetime | None, until: dt.datetime) -> int:
    """Mondays to Fridays after the day of ``since``, up to and with that of ``until``."""
    if since is None:
        return 0
    start, end = timezone.localdate(since), timezone.localdate(until)
    days = (start + dt.timedelta(days=n) for n in range(1, min((end - start).days, 60) + 1))
    return sum(day.weekday() < 5 for day in days)


def queued_destinations(now: dt.datetime) -> list[str]:
    """Origins of hubs for which something is queued and due; one query."""
    due = Q(not_before=None) | Q(not_before__lte=now)
    queued = Message.objects.filter(due, delivery=Delivery.QUEUED).order_by()
    return list(queued.values_list("destination", flat=True).distinct())


def queued_for(destination: str) -> list[Message]:
    """All that is queued for one hub, oldest first, so that no answer overtakes its question; one query."""
    queued = Message.objects.filter(delivery=Delivery.QUEUED, destination=destination)
    return list(queued.order_by("sent", "pk"))


def _asked_here(keys: Collection[str]) -> Q:
    return Q(recipient__in=list(keys), destination="")


def _written(kind: MessageType) -> QuerySet[Message]:
    in_thread = Message.objects.filter(thread=OuterRef("thread"), type=kind)
    return in_thread.exclude(delivery=Delivery.REFUSED).order_by("sent", "pk")


def _with_clock(begun: QuerySet[Message]) -> QuerySet[Any]:
    """The same, each with when it was first answered, closed, and last written to; typed by nobody."""
    answers = _written(MessageType.ANSWER).filter(sender=OuterRef("recipient"))
    latest = Message.objects.filter(thread=OuterRef("thread")).order_by("-sent").values("sent")[:1]
    return begun.annotate(
        answered=Subquery(answers.values("sent")[:1]),
        closed=Subquery(_written(MessageType.CLOSING).values("sent")[:1]),
        latest=Coalesce(Subquery(latest), "sent"),
    )
