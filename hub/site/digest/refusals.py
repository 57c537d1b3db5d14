"""What a mail server's refusal of an address means."""

from __future__ import annotations

import re
from smtplib import SMTPRecipientsRefused

MAILBOX = re.compile(r"^5\.[12]\.\d{1,3}\b")
"""Enhanced status codes about an address or a mailbox (RFC 3463 sections 3.2 and 3.3)."""

ENHANCED = re.compile(r"^[245]\.\d{1,3}\.\d{1,3}\b")
NO_MAILBOX = frozenset({550, 551, 553})
"""Replies that mean the mailbox where no enhanced code says more (RFC 5321 section 4.2.3)."""


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
