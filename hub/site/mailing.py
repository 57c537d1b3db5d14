"""What mails that somebody has ordered share: they are sent one by one, each with what is noted of it, and
their links hold signed keys.

What a mail notes and the mail itself are committed together: a crash loses none and repeats at most the one
that had just been handed over, whose id is the same.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable
from enum import Enum
from smtplib import SMTPRecipientsRefused
from typing import TypeVar

import structlog
from django.core import signing
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from hub.errors import Unavailable

logger = structlog.get_logger("hub.jobs")

MOST_FAILURES = 3
"""After so many failures in a row the mail server is down: the next run goes on."""

MOST_REFUSALS = 3
"""After so many mails in a row whose address was refused for good, none is sent there any more."""

MAILBOX = re.compile(r"^5\.[12]\.\d{1,3}\b")
"""Enhanced status codes about an address or a mailbox (RFC 3463 sections 3.2 and 3.3)."""

ENHANCED = re.compile(r"^[245]\.\d{1,3}\.\d{1,3}\b")
NO_MAILBOX = frozenset({550, 551, 553})
"""Replies that mean the mailbox where no enhanced code says more (RFC 5321 section 4.2.3)."""

Due = TypeVar("Due")


class Outcome(Enum):
    """What became of one mail's turn."""

    SENT = "sent"
    NOTHING_NEW = "nothing new"
    NOT_DUE = "not due any more"
    REFUSED = "the address was refused"
    WAITS = "waits for its next turn"
    FAILED = "the mail server failed"


def send_each(
    due: Iterable[Due],
    send_one: Callable[[Due, BaseEmailBackend], Outcome],
    note_refusal: Callable[[Due], object],
) -> int:
    """Give each its turn, in a transaction of its own; the number of mails sent.

    ``send_one`` notes and sends together, so whoever ends the mails meanwhile waits until this one is out,
    or gets none. ``note_refusal`` is told of an address that was refused for good. A temporary failure leaves
    all as it was.
    """
    connection = get_connection()
    sent = failures = 0
    try:
        for each in due:
            outcome = _deliver(each, send_one, note_refusal, connection)
            sent += outcome is Outcome.SENT
            failures = failures + 1 if outcome is Outcome.FAILED else 0
            if failures == MOST_FAILURES:
                logger.error("the mail server does not answer, mails wait", sent=sent)
                break
    finally:
        connection.close()
    return sent


def _deliver(
    each: Due,
    send_one: Callable[[Due, BaseEmailBackend], Outcome],
    note_refusal: Callable[[Due], object],
    connection: BaseEmailBackend,
) -> Outcome:
    told = {"of": type(each).__name__, "key": str(getattr(each, "key", ""))}
    try:
        with transaction.atomic():
            return send_one(each, connection)
    except SMTPRecipientsRefused as error:
        logger.warning("the address of a mail was refused", **told)
        if not is_for_good(error):
            return Outcome.WAITS
        note_refusal(each)
        return Outcome.REFUSED
    except Unavailable as error:
        logger.warning("what a mail would say takes too long", error=str(error)[:300], **told)
        return Outcome.WAITS
    except OSError as error:  # every other failure of smtplib is one
        logger.warning("a mail could not be sent", error=type(error).__name__, **told)
        connection.close()
        return Outcome.FAILED


def is_for_good(error: SMTPRecipientsRefused) -> bool:
    """Whether the refusal is about the address and will last.

    What the server says of us, as that it relays nothing, is no fault of the address.
    """
    return all(_is_about_mailbox(code, text) for code, text in error.recipients.values())


def _is_about_mailbox(code: int, text: bytes | str) -> bool:
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    if ENHANCED.match(words):
        return 500 <= code < 600 and bool(MAILBOX.match(words))
    return code in NO_MAILBOX


def sign_key(key: uuid.UUID, salt: str) -> str:
    """A token that opens what ``salt`` stands for, of the row with this key. It never expires."""
    return signing.dumps(key.hex, salt=salt)


def read_key(token: str, salt: str) -> uuid.UUID | None:
    """The key in such a token; None if it is forged, mangled or for something else."""
    try:
        return uuid.UUID(signing.loads(token, salt=salt))
    except signing.BadSignature:
        return None
