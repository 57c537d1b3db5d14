"""Why a message was not written, or not taken in."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from hub.errors import HubError


class Reason(models.TextChoices):
    """Why a hub refuses a message for good: the code it answers, and what its writer reads."""

    UNREADABLE = "unreadable", _("The other hub cannot read the message. Its version may differ from ours.")
    SENDER = "sender", _("The other hub does not know this hub as the one that speaks for your municipality.")
    RECIPIENT = "recipient", _("Nobody reads messages for this municipality on its hub.")
    SUBJECT = "subject", _("The contribution is no longer published by this municipality.")
    THREAD = "thread", _("On the other hub this request is closed, or no longer held.")
    OPEN = "open", _("The other hub still holds an open request of your municipality about this.")
    CONFLICT = "conflict", _("The other hub holds another message under the same number.")
    DATED = "dated", _("The clocks of the two hubs differ too much.")
    TOO_LARGE = "too_large", _("The message is too long for the other hub.")


class Declined(HubError):
    """Somebody's message was not written: show the sentence, which says what to do instead."""


class AlreadyOpen(Declined):
    """The body has asked about this document already: lead to ``thread``."""

    def __init__(self, sentence: str, thread: uuid.UUID) -> None:
        super().__init__(sentence)
        self.thread = thread


class RefusedLetter(HubError):
    """A letter from another hub that is not taken in, now or ever: answer with code and detail."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class TooMany(HubError):
    """More letters in a day than one body may send: the sending hub tries again later."""
