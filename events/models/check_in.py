"""Who came."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.models.helper import Helper
from events.models.registration import Registration


class CheckIn(models.Model):
    """Somebody came in, at ``at`` by the clock of the device as the server corrected it.

    ``key`` is given by the device: the same one again is the same check-in. One stands for each
    registration and date of a series; a second one (another device was offline) is kept with ``repeats``.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="check_ins")
    date = models.CharField(
        max_length=16,
        blank=True,
        default="",
        help_text="day of a date of a series by its rule, YYYYMMDD; empty for an event of one date",
    )
    at = models.DateTimeField()
    received = models.DateTimeField(auto_now_add=True)
    helper = models.ForeignKey(
        Helper, on_delete=models.SET_NULL, null=True, blank=True, related_name="check_ins"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="event_check_ins",
    )
    repeats = models.BooleanField(default=False)
    undone = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("at", "key")
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "date"],
                condition=Q(undone__isnull=True, repeats=False),
                name="checked_in_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.registration_id}: {self.at}"
