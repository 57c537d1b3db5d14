"""Mails about an event, written with what they tell and sent once."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from events.models.desk import EventDesk
from events.models.person import Person


class Letter(models.Model):
    """One mail: written in the transaction that it tells of, sent after it, never twice.

    ``occasion`` names what it is about, so that a repeated one is the same letter. ``calendar`` is an
    iTIP object (RFC 5546) for ``method``. After ``not_after`` it is no longer sent. Hosts without an account
    have no ``person``.
    """

    desk = models.ForeignKey(EventDesk, on_delete=models.CASCADE, related_name="letters")
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, null=True, blank=True, related_name="letters"
    )
    address = models.EmailField()
    name = models.CharField(max_length=40, help_text="its template")
    occasion = models.CharField(max_length=100)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    calendar = models.TextField(blank=True)
    method = models.CharField(max_length=10, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    not_after = models.DateTimeField(null=True, blank=True)
    sent = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    try_after = models.DateTimeField(null=True, blank=True)
    failed = models.CharField(max_length=300, blank=True, help_text="why it is given up")

    class Meta:
        verbose_name = _("mail about an event")
        verbose_name_plural = _("mails about events")
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "address", "name", "occasion"], name="letter_once_per_occasion"
            )
        ]
        indexes = [
            models.Index(
                fields=["created"], condition=models.Q(sent__isnull=True, failed=""), name="letter_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.occasion}"
