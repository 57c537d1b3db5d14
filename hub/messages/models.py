"""What one body asks of another, and the answers: directed messages that federation drains.

A message is kept on both hubs under one id. Its rows are written by :mod:`hub.messages.services` alone.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class MessageType(models.TextChoices):
    """Why a thread was begun, or that it is answered or closed."""

    INTEREST = "interest", _("interest")
    QUESTION = "question", _("question")
    ANSWER = "answer", _("answer")
    CLOSING = "closing", _("closing")


BEGINNINGS = frozenset({MessageType.INTEREST, MessageType.QUESTION})
"""What begins a thread."""


class Delivery(models.TextChoices):
    """Where a message is: on its way out, arrived there, refused there, or come in from elsewhere.

    A message between two bodies of one hub arrives at once.
    """

    QUEUED = "queued", _("on its way")
    ARRIVED = "arrived", _("arrived")
    REFUSED = "refused", _("refused")
    RECEIVED = "received", _("received")


class Message(models.Model):
    """One message. ``thread`` is the id of the first of its thread, for that one its own.

    ``sender`` and ``recipient`` are body keys, ``destination`` the origin of the recipient's hub, empty
    for this one; ``origin`` is where it was written. ``subject_id`` is the id of the document it is about.
    ``author`` is the subject of the account that wrote it here, empty for received ones; ``reply_to`` the
    role address the other side may answer at besides.
    ``arrived`` is when the recipient's hub had it, from which the time to answer counts. ``proof`` is that of
    the sending hub over a received message; ``reminded`` is when people here were reminded to answer it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    thread = models.UUIDField(db_index=True)
    type = models.CharField(max_length=10, choices=MessageType.choices)
    origin = models.CharField(max_length=200)
    destination = models.CharField(max_length=200, blank=True)
    sender = models.CharField(max_length=20)
    recipient = models.CharField(max_length=20)
    subject_id = models.URLField(max_length=300, blank=True)
    text = models.TextField(max_length=4000, blank=True)
    role = models.CharField(max_length=200, blank=True)
    reply_to = models.EmailField(blank=True)
    author = models.UUIDField(null=True, blank=True)
    sent = models.DateTimeField(default=timezone.now)

    delivery = models.CharField(max_length=10, choices=Delivery.choices)
    failures = models.PositiveIntegerField(default=0)
    not_before = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    arrived = models.DateTimeField(null=True, blank=True)
    proof = models.JSONField(null=True, blank=True)
    reminded = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["sent", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(type__in=["interest", "question"]) | Q(thread=models.F("id")),
                name="message_begins_its_thread",
            ),
            models.CheckConstraint(condition=~Q(sender=models.F("recipient")), name="message_to_another"),
        ]
        indexes = [
            models.Index(fields=["recipient", "sent"], name="message_recipient"),
            models.Index(fields=["sender", "sent"], name="message_sender"),
            models.Index(fields=["subject_id"], name="message_subject"),
            models.Index(fields=["not_before"], condition=Q(delivery="queued"), name="message_queued"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.sender} → {self.recipient}"
