"""Mails about messages: that something arrived or was answered, and one reminder. They never carry the text.

They go out after commit, to those who left such mails on.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.dispatch import receiver

from hub.accounts import mails
from hub.accounts.models import User
from hub.accounts.roles import operators
from hub.catalogue.models import CatalogueEntry
from hub.messages.models import BEGINNINGS, Message
from hub.messages.queries import due_reminders
from hub.messages.services import message_arrived
from hub.site.messages.queries import WRITING, names_of, writers_of

QUIET = dt.timedelta(hours=1)
"""How long nobody is told again of a thread they were told of and have not written in since."""


@receiver(message_arrived, dispatch_uid="site.message_arrived")
def tell_arrival(message: Message, **kwargs: Any) -> None:
    """Requests go to the editors and coordinators of the body, answers to those who wrote for it.

    One mail leads to all there is to read: within the hour no second one goes out.
    """
    if _were_told(message):
        return
    names = names_of((message.sender, message.recipient))
    entry = CatalogueEntry.objects.filter(object_id=message.subject_id).first()
    mails.post_to_wanting(
        "message_asked" if message.type in BEGINNINGS else "message_answered",
        _told(message),
        sender=names[message.sender],
        body=names[message.recipient],
        subject=entry.title if entry else "",
        kind=message.type,
        url=mails.whole_url("site:thread", message.thread),
    )


def _were_told(message: Message) -> bool:
    """Whether a mail of the last hour led those who read ``message`` to its thread; one query.

    Which messages a mail went out for follows from the rule itself, so nothing has to be kept about it.
    """
    others = Message.objects.filter(thread=message.thread).exclude(pk=message.pk)
    moments = sorted(
        (sent if sender == message.recipient else arrived or sent, sender == message.recipient)
        for sender, sent, arrived in others.values_list("sender", "sent", "arrived")
    )
    told: dt.datetime | None = None
    for moment, is_own in moments:
        if is_own:
            told = None  # they have been in the thread, and wait for what comes now
        elif told is None or moment - told >= QUIET:
            told = moment
    return told is not None and (message.arrived or message.sent) - told < QUIET


def remind_unanswered(now: dt.datetime) -> int:
    """Remind of requests that wait for their sixth working day, each once, one mail for all of a body.

    Returns how many requests were reminded of.
    """
    with transaction.atomic():
        due = due_reminders(now)
        keys = [message.pk for message in due]
        locked = Message.objects.select_for_update().filter(pk__in=keys, reminded=None)
        taken = set(locked.values_list("pk", flat=True))
        Message.objects.filter(pk__in=taken).update(reminded=now)
        by_body: dict[str, list[Message]] = defaultdict(list)
        for message in due:
            if message.pk in taken:
                by_body[message.recipient].append(message)
        for key, waiting in by_body.items():
            _remind(key, waiting)
    return len(taken)


def _remind(key: str, waiting: list[Message]) -> None:
    names = names_of([key, *(each.sender for each in waiting)])
    rows = [(names[each.sender], each.arrived) for each in waiting]
    mails.post_to_wanting(
        "message_waiting",
        _or_operators(writers_of(key)),
        body=names[key],
        requests=rows,
        url=mails.whole_url("site:messages"),
    )


def _told(message: Message) -> QuerySet[User]:
    """An answer is for those who wrote in the thread, as far as they still write for the body."""
    wrote = Message.objects.filter(thread=message.thread, sender=message.recipient).exclude(author=None)
    writers = User.objects.filter(
        is_active=True,
        subject__in=wrote.values("author"),
        groups__body_role__body=message.recipient,
        groups__body_role__role__in=WRITING,
    ).distinct()
    if message.type not in BEGINNINGS and writers.exists():
        return writers
    return _or_operators(writers_of(message.recipient))


def _or_operators(people: QuerySet[User]) -> QuerySet[User]:
    return people if people.exists() else operators()
