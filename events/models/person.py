"""Somebody who takes part in one event, and the consents they gave."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from events.models.desk import EventDesk

NOWHERE = "ohne-adresse.invalid"
"""The domain of people who gave no address: no mail can go there (RFC 2606, section 2)."""


class Person(models.Model):
    """A participant, proposer, host or voter of one event: all that is personal hangs on this row.

    So it is exported, erased and forgotten in one place. An account of this or another hub is ``user``; a
    guest is known by the address alone, once the link in a mail was followed (``confirmed``). The row is
    locked before a vote is given. Links are signed with ``link_version``: raising it ends them all.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    desk = models.ForeignKey(EventDesk, on_delete=models.CASCADE, related_name="people")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="event_people",
    )
    email = models.EmailField(_("e-mail address"))
    given_name = models.CharField(_("given name"), max_length=100)
    family_name = models.CharField(_("family name"), max_length=100)
    affiliation = models.CharField(_("municipality or organisation"), max_length=200, blank=True)
    body = models.CharField(max_length=40, blank=True, help_text="key of the body, if it is a known one")
    language = models.CharField(max_length=5, default="de")
    confirmed = models.DateTimeField(null=True, blank=True)
    link_version = models.PositiveSmallIntegerField(default=1)
    unreachable = models.CharField(
        max_length=300, blank=True, help_text="what the mail server answered, if it refused the address"
    )
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [
            models.CheckConstraint(condition=~models.Q(email=""), name="person_has_an_address"),
            models.UniqueConstraint("desk", Lower("email"), name="person_once_per_event"),
            models.UniqueConstraint(
                fields=["desk", "user"], condition=models.Q(user__isnull=False), name="person_account_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_address(self) -> bool:
        """Whether they gave one; whom organisers enter by hand may have none."""
        return not self.email.endswith(f"@{NOWHERE}")

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given_name} {self.family_name}".strip()


class ConsentText(models.Model):
    """What the participants of an event are asked to agree to; always of their own will."""

    class Purpose(models.TextChoices):
        """What it is for."""

        PHOTOS = "photos", _("photos and recordings")
        LIST = "list", _("name in the list of participants")
        FOLLOW_UP = "follow_up", _("mails about what came of it")
        OTHER = "other", _("something else")

    desk = models.ForeignKey(EventDesk, on_delete=models.CASCADE, related_name="consent_texts")
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose.choices)
    text = models.TextField(_("wording"))
    position = models.PositiveSmallIntegerField(default=0)
    retired = models.BooleanField(default=False, help_text="no longer asked; what was given stays known")

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.text


class Consent(models.Model):
    """Given for one wording at one moment, and perhaps withdrawn."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents")
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="consents")
    given = models.DateTimeField()
    withdrawn = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "text"],
                condition=models.Q(withdrawn__isnull=True),
                name="consent_standing_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.text_id}"
