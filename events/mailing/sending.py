"""Sending letters: each once, in order, again after a while if the mail server cannot.

A letter is locked while the mail server has it and noted as sent after its answer, so two workers never
send the same. If the process dies between the answer and the commit, nobody knows, and it is sent again:
a lost seat or change of time is worse than a second copy, which has the same ``Message-ID`` and, in the
calendar, the same UID and SEQUENCE. What the server refuses for good is given up at once, and organisers
see it with the person.
"""

from __future__ import annotations

import datetime as dt
import smtplib
from email.utils import formataddr, parseaddr
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext

from events.mailing.refusals import Refusal, read_refusal
from events.models import Letter, Person
from hub.accounts.mails import Mail
from hub.env import env

logger = structlog.get_logger("hub.events")

PAUSES = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
"""How long a letter waits after each try that failed; after the last of them it is given up."""
MOST_AT_ONCE = 500
LONGEST = 300


class ServerTrouble(Exception):
    """The mail server is to blame, not an address: all letters wait until the next run."""


def send_letters(now: dt.datetime) -> int:
    """Send what is due; how many were sent. Stops early while the mail server cannot be reached."""
    sent = 0
    connection = get_connection()
    try:
        for _ in range(MOST_AT_ONCE):
            outcome = _send_next(connection, now)
            if outcome is None:
                break
            sent += outcome
    except ServerTrouble as trouble:
        logger.warning("the mail server takes no mails", answer=str(trouble))
    finally:
        connection.close()
    return sent


def due(now: dt.datetime) -> QuerySet[Letter]:
    """Letters to send, oldest first; one waits while an older one to the same address does."""
    waiting = Q(sent__isnull=True, failed="")
    older = Letter.objects.filter(waiting, address=OuterRef("address"), pk__lt=OuterRef("pk"))
    ready = Letter.objects.filter(waiting).exclude(try_after__gt=now).exclude(Exists(older))
    return ready.order_by("created", "pk")


def _send_next(connection: BaseEmailBackend, now: dt.datetime) -> bool | None:
    """Send one letter. True if it was, None if none is due."""
    with transaction.atomic():
        waiting = due(now).select_related("desk__event", "person")
        letter = waiting.select_for_update(skip_locked=True, of=("self",)).first()
        if letter is None:
            return None
        if letter.not_after and letter.not_after <= now:
            with translation.override(settings.LANGUAGE_CODE):
                _give_up(letter, gettext("Not sent: it would have come too late."))
            return False
        trouble = _try(connection, letter, now)
    if trouble and letter.failed and letter.person and trouble.is_of_address:
        _note_unreachable(letter, letter.person)
    if trouble and not trouble.is_of_address:
        raise ServerTrouble(trouble.answer)
    return trouble is None


def _try(connection: BaseEmailBackend, letter: Letter, now: dt.datetime) -> Refusal | None:
    """Hand the letter over and note what came of it: None if the server took it."""
    letter.tries += 1
    try:
        connection.open()
        connection.send_messages([build_mail(letter)])
    except (OSError, smtplib.SMTPException, ValueError) as error:
        connection.close()
        refusal = read_refusal(error)
        if refusal.is_final or letter.tries > len(PAUSES):
            _give_up(letter, refusal.answer)
        else:
            letter.try_after = now + PAUSES[letter.tries - 1]
            letter.save(update_fields=["tries", "try_after"])
        return refusal
    letter.sent = now
    letter.save(update_fields=["sent", "tries"])
    return None


def build_mail(letter: Letter) -> Mail:
    """The letter as a mail: its words first, then the invitation as a program reads it (RFC 6047)."""
    desk, host = letter.desk, urlsplit(env.origin).hostname
    name = desk.contact_name or desk.event.title
    mail = Mail(
        letter.subject,
        letter.text,
        from_email=formataddr((" ".join(name.split()), parseaddr(env.mail_from)[1])),
        to=[letter.address],
        reply_to=[desk.contact_email] if desk.contact_email else None,
        headers={
            "Message-ID": f"<letter-{letter.pk}-{letter.created:%Y%m%d%H%M%S}@{host}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    if letter.calendar:
        mail.attach_alternative(letter.calendar, f"text/calendar; method={letter.method}")
    return mail


def _give_up(letter: Letter, why: str) -> None:
    letter.failed = why[:LONGEST]
    letter.save(update_fields=["failed", "tries"])


def _note_unreachable(letter: Letter, person: Person) -> None:
    """Apart from the letter: whoever erases a person locks them before their letters."""
    Person.objects.filter(pk=person.pk, email__iexact=letter.address).update(unreachable=letter.failed)
