"""Who is told of publications, and what became of each telling."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Webhook(models.Model):
    """An address of another system that is told what is published, changed and withdrawn.

    It belongs to a body, whose coordination manages it. ``kinds``, ``topics`` and ``publishers`` narrow
    what is told; empty means all, and nothing up to the catalogue's position ``since`` is. ``secret`` signs
    (Standard Webhooks 1.0). ``failing_since`` is when deliveries began to fail without a success in
    between; ``off`` says why nothing is sent any more.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    body = models.ForeignKey("municipalities.Body", on_delete=models.CASCADE, related_name="webhooks")
    name = models.CharField(max_length=80)
    url = models.URLField(max_length=500)
    secret = models.CharField(max_length=80)
    kinds = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    topics = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    publishers = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    since = models.BigIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    off = models.TextField(blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering: ClassVar[list[str]] = ["name", "created"]

    def __str__(self) -> str:
        return f"{self.name} ({self.url})"


class Event(models.TextChoices):
    """What a message tells; ``trial`` only shows that messages arrive."""

    PUBLISHED = "record.published", _("Published")
    CHANGED = "record.changed", _("Changed")
    WITHDRAWN = "record.withdrawn", _("Withdrawn")
    TRIAL = "trial", _("Trial")


class DeliveryState(models.TextChoices):
    """``waiting`` is tried at ``due``; ``failed`` was given up after the last attempt."""

    WAITING = "waiting", _("waiting")
    DELIVERED = "delivered", _("delivered")
    FAILED = "failed", _("failed")


class Delivery(models.Model):
    """One message to one webhook, once for each state of a ``record``: ``position`` is the catalogue's.

    A trial has neither.
    ``body`` is sent byte for byte at every attempt. ``status`` is the last answer's, ``error`` what went
    wrong in words for whoever looks after the webhook.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    record = models.UUIDField(null=True, blank=True)
    position = models.BigIntegerField(null=True, blank=True)
    title = models.CharField(max_length=300, blank=True)
    event = models.CharField(max_length=40, choices=Event.choices)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    due = models.DateTimeField(null=True, blank=True)
    status = models.PositiveIntegerField(null=True, blank=True)
    error = models.TextField(blank=True)
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(fields=["webhook", "position"], name="delivery_once"),
            models.CheckConstraint(
                condition=~Q(state=DeliveryState.WAITING) | Q(due__isnull=False),
                name="delivery_waits_for_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["due"], condition=Q(state="waiting"), name="delivery_due"),
            models.Index(fields=["webhook", "record"], name="delivery_record"),
            models.Index(fields=["webhook", "-created"], name="delivery_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.state}"
