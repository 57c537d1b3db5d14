"""Asking, answering, closing, and taking in what other hubs send.

What is for this hub arrives at once; what is for another is queued, and the federation, one of the higher
floors, is told by :data:`message_queued`. Who may write for a body is decided above.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.db.models.functions import Coalesce
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from hub.catalogue.models import CatalogueEntry, Mark
from hub.env import env
from hub.messages import queries
from hub.messages.letters import TEXT_LENGTH, Letter, clean_text, message_of
from hub.messages.models import BEGINNINGS, Delivery, Message, MessageType
from hub.messages.receiving import check_letter, is_known
from hub.messages.refusals import AlreadyOpen, Declined, Reason, RefusedLetter, TooMany
from hub.municipalities.models import Body

REQUESTS_A_DAY = 20
"""New requests of one body in 24 hours."""

MESSAGES_A_DAY = 200
"""Messages of one body in 24 hours, of every kind."""

KEPT = dt.timedelta(days=366)
"""How long a thread is kept after its last message."""

message_queued = Signal()
"""Sent after commit with ``destination``, the origin for which something is queued."""

message_arrived = Signal()
"""Sent in the transaction in which ``message`` arrived for a body of this hub."""


@dataclass(frozen=True)
class Words:
    """What somebody says, in which role, where to answer besides, and who: an account's subject."""

    text: str
    role: str = ""
    reply_to: str = ""
    author: uuid.UUID | None = None


def begin(kind: MessageType, sender: Body, entry: CatalogueEntry, words: Words) -> Message:
    """Ask the owner of a document, wherever it is; arrives at once or is queued.

    Raises :class:`AlreadyOpen` if the body has an open request about it, :class:`Declined` if it is its own
    document, nothing is said, too much is, or the body has asked too often today.
    """
    recipient = entry.publishers[0] if entry.publishers else ""
    if not recipient or sender.key in entry.publishers:
        raise Declined(_("This is a contribution of your own municipality."))
    message = _write(kind, sender.key, recipient, words)
    message.thread, message.subject_id = message.id, entry.object_id
    message.destination = "" if entry.is_local else entry.origin
    with transaction.atomic():
        # Two colleagues may press the button at once: the second is led to what the first has written.
        _take_turn(sender.key, env.origin)
        if held := queries.open_thread(sender.key, entry.object_id):
            raise AlreadyOpen(_("Your municipality has an open request about this already."), held.pk)
        _check_limits(sender.key, kind)
        return _send(message)


def answer(first: Message, body: str, words: Words) -> Message:
    """Write more into a thread on behalf of ``body``, one of its two. Raises :class:`Declined`."""
    return _continue(MessageType.ANSWER, first, body, words)


def close(first: Message, body: str, words: Words) -> Message:
    """End a thread on behalf of ``body``, with or without a word. Raises :class:`Declined`."""
    return _continue(MessageType.CLOSING, first, body, words)


def receive(letter: Letter, origin: str, proof: dict[str, Any]) -> bool:
    """Take in a letter whose proof by the hub at ``origin`` was verified; returns whether it was new.

    The same letter may come any number of times. Raises :class:`RefusedLetter`, and :class:`TooMany` for one
    to be sent again later.
    """
    if letter.origin != origin:
        raise RefusedLetter(Reason.SENDER, f"it calls itself one of {letter.origin}")
    if is_known(letter):
        return False
    now = timezone.now()
    message = message_of(letter, delivery=Delivery.RECEIVED, arrived=now, proof=proof)
    try:
        with transaction.atomic():
            _take_turn(letter.sender, origin)
            if is_known(letter):  # the same letter came twice at once
                return False
            check_letter(message, now)
            _check_number(message, now)
            message.save(force_insert=True)
            _tell_arrival(message)
    except IntegrityError:
        if is_known(letter):  # another body took the same id at once, which is a conflict
            return False
        raise
    return True


def refresh_portraits() -> int:
    """Let the pages of all bodies that were ever asked be read again; returns how many.

    Settling compares: where the figures are what they were, nothing changes.
    """
    keys = queries.bodies_asked()
    for key in keys:
        _mark_portrait(key)
    return len(keys)


def forget_old(now: dt.datetime) -> int:
    """Delete threads whose last message is older than 12 months and has not to be delivered still.

    What arrived late counts from its arrival, so that nobody's unread message goes.
    """
    threads = Message.objects.order_by().values("thread")
    old = threads.annotate(last=Max(Coalesce("arrived", "sent"))).filter(last__lt=now - KEPT)
    waiting = Message.objects.filter(delivery=Delivery.QUEUED).values("thread")
    deleted, _rows = (
        Message.objects.filter(thread__in=old.values("thread")).exclude(thread__in=waiting).delete()
    )
    return deleted


def forget_author(subject: uuid.UUID) -> int:
    """Take somebody's trace off what they wrote; the text stays with the body."""
    return Message.objects.filter(author=subject).update(author=None)


def _continue(kind: MessageType, first: Message, body: str, words: Words) -> Message:
    message = _write(kind, body, first.recipient if body == first.sender else first.sender, words)
    message.thread, message.subject_id = first.pk, first.subject_id
    if body == first.sender:
        message.destination = first.destination
    else:
        message.destination = "" if first.origin == env.origin else first.origin
    with transaction.atomic():
        _take_turn(body, env.origin)
        thread = queries.lock_thread(first.pk)
        if thread is None or not thread.is_open:
            raise Declined(_("This request is closed. Begin a new one if something is still open."))
        if kind == MessageType.CLOSING and not thread.may_be_closed_by(body):
            raise Declined(_("Please answer first; one sentence is enough."))
        _check_limits(body, kind)
        return _send(message)


def _write(kind: MessageType, sender: str, recipient: str, words: Words) -> Message:
    text = clean_text(words.text)
    if not text and kind != MessageType.CLOSING:
        raise Declined(_("Please write a message."))
    if len(text) > TEXT_LENGTH:
        raise Declined(_("At most %(number)s characters, please.") % {"number": TEXT_LENGTH})
    return Message(
        type=kind,
        origin=env.origin,
        sender=sender,
        recipient=recipient,
        text=text,
        role=clean_text(words.role)[:200],
        reply_to=words.reply_to,
        author=words.author,
    )


def _check_limits(sender: str, kind: MessageType) -> None:
    written = queries.written_today(sender, env.origin, timezone.now())
    if kind in BEGINNINGS and written.filter(type__in=BEGINNINGS).count() >= REQUESTS_A_DAY:
        raise Declined(
            _("Your municipality has begun %(number)s requests today. Please go on tomorrow.")
            % {"number": REQUESTS_A_DAY}
        )
    if written.count() >= MESSAGES_A_DAY:
        raise Declined(_("Your municipality has written too many messages today. Please go on tomorrow."))


def _send(message: Message) -> Message:
    """Store a message: arrived if the other side is here, else queued."""
    message.delivery = Delivery.QUEUED if message.destination else Delivery.ARRIVED
    message.arrived = None if message.destination else message.sent
    message.save(force_insert=True)
    if message.destination:
        transaction.on_commit(
            lambda: message_queued.send(sender=Message, destination=message.destination), robust=True
        )
        _count_again(message)
    else:
        _tell_arrival(message)
    return message


def _tell_arrival(message: Message) -> None:
    message_arrived.send(sender=Message, message=message)
    _count_again(message)


def _count_again(message: Message) -> None:
    """Answers and ends change the figures on the page of the body that was asked, if it is here."""
    if message.type in BEGINNINGS:
        return
    first = Message.objects.filter(pk=message.thread, destination="").first()
    if first is not None:
        _mark_portrait(first.recipient)


def _mark_portrait(key: str) -> None:
    """Have the body's own page read again; an own entry's uuid is its page's translation key."""
    own = CatalogueEntry.objects.filter(kind="body", source="", publishers__contains=[key])
    Mark.objects.bulk_create(Mark(key=page) for page in own.values_list("uuid", flat=True))


def _take_turn(body: str, origin: str) -> None:
    """What one body writes is counted and stored one after the other; until the transaction ends.

    It is taken before the thread, always, so that no two wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{origin} writes for {body}"]
        )


def _check_number(message: Message, now: dt.datetime) -> None:
    written = queries.written_today(message.sender, message.origin, now)
    begun = written.filter(type__in=BEGINNINGS).count() if message.type in BEGINNINGS else 0
    if begun >= REQUESTS_A_DAY or written.count() >= MESSAGES_A_DAY:
        raise TooMany(f"{message.sender} has written too much within 24 hours")
