"""What a mail server's answer means (RFC 5321, section 4.2.1)."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass

PERMANENT = 500
CLOSING = 421
"""The server ends the connection, whatever was asked."""


@dataclass(frozen=True)
class Refusal:
    """``is_final``: the same letter will never be taken. ``is_of_address``: others may be, so go on."""

    answer: str
    is_final: bool = False
    is_of_address: bool = False


def read_refusal(error: Exception) -> Refusal:
    """What to do after an error of sending.

    A recipient or a letter that is refused with 5xx is refused for good. A refused sender, greeting or
    password is our own mistake: no participant is to blame, so letters wait until it is mended.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return _judge(code, said)
    if isinstance(error, smtplib.SMTPDataError):
        return _judge(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPResponseException):
        return Refusal(_read(error.smtp_code, error.smtp_error))
    if isinstance(error, ValueError):  # no server would understand the address or the subject
        return Refusal(str(error), is_final=True, is_of_address=True)
    return Refusal(f"{type(error).__name__}: {error}")


def _judge(code: int, said: bytes | str) -> Refusal:
    return Refusal(_read(code, said), is_final=code >= PERMANENT, is_of_address=code != CLOSING)


def _read(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(f"{code} {text}".split())
