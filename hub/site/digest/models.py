"""Who gets the digest."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Rhythm(models.TextChoices):
    """How often the digest comes."""

    WEEKLY = "weekly", _("every week")
    MONTHLY = "monthly", _("every month")


class Subscription(models.Model):
    """An address that asked for the digest. It gets mails once it is ``confirmed``.

    ``topics`` are codes, ``regions`` keys of bodies or districts and ``kinds`` kinds of contributions;
    empty means all. ``sent_until`` is when the last digest was seen to, ``told`` the catalogue's position
    up to which it told: what comes late from another hub has a time of its own, but a later position.
    ``refused`` are the days on which the mail server refused the address, since the last mail that went
    through. Who unsubscribes is deleted. ``language`` is that of the mails.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(max_length=254)
    topics = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    regions = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    kinds = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    rhythm = models.CharField(max_length=10, choices=Rhythm.choices, default=Rhythm.WEEKLY)
    language = models.CharField(max_length=10, default="de")
    asked = models.DateTimeField()
    confirmed = models.DateTimeField(null=True, blank=True)
    sent_until = models.DateTimeField(null=True, blank=True)
    told = models.BigIntegerField(default=0)
    refused = ArrayField(models.DateField(), default=list, blank=True)

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints = [
            models.UniqueConstraint(models.functions.Lower("email"), name="subscription_once"),
            models.CheckConstraint(
                condition=Q(confirmed__isnull=False) | Q(sent_until__isnull=True),
                name="subscription_confirmed_before_sent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rhythm} {self.key}"
