"""A place in the line for an event, and the answers to what its organisers ask."""

from __future__ import annotations

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from events.models.desk import EventDesk
from events.models.person import Person

BADGE_BYTES = 12


def make_badge() -> str:
    """An opaque token for the badge: it says nothing about whoever wears it."""
    return secrets.token_urlsafe(BADGE_BYTES)


class Registration(models.Model):
    """Whether somebody has a seat.

    ::

        UNCONFIRMED ─ link followed ─▶ CONFIRMED ─ cancel ─▶ CANCELLED ─ register again ─▶ the end of the line
                            └─ full ─▶ WAITING ─ seat freed ─▶ OFFERED ─ accept ─▶ CONFIRMED
                                                                  └─ time over ─▶ EXPIRED

    ``place`` is given under the lock of the desk when the line is entered, and decides who is next.
    ``sequence`` is that of the invitation to the calendar (RFC 5546), ``told_schedule`` the digest of the
    times and place in the last one, ``told_facts`` these facts themselves: they say which dates of a
    series differ.
    """

    class State(models.TextChoices):
        """Where somebody stands."""

        UNCONFIRMED = "unconfirmed", _("address not confirmed yet")
        CONFIRMED = "confirmed", _("has a seat")
        WAITING = "waiting", _("on the waiting list")
        OFFERED = "offered", _("a seat is offered")
        CANCELLED = "cancelled", _("cancelled")
        EXPIRED = "expired", _("did not take the offered seat")

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="registration")
    state = models.CharField(max_length=12, choices=State.choices, default=State.UNCONFIRMED)
    place = models.PositiveIntegerField(null=True, blank=True)
    offered_until = models.DateTimeField(null=True, blank=True)
    registered_by = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="registered"
    )
    badge = models.CharField(max_length=32, unique=True, default=make_badge, editable=False)
    sequence = models.PositiveIntegerField(default=0)
    told_schedule = models.CharField(max_length=64, blank=True, editable=False)
    told_facts = models.JSONField(null=True, blank=True, editable=False)
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="offered", offered_until__isnull=False)
                | (~models.Q(state="offered") & models.Q(offered_until__isnull=True)),
                name="registration_offer_has_an_end",
            ),
            models.CheckConstraint(
                condition=models.Q(state="unconfirmed") | models.Q(place__isnull=False),
                name="registration_has_a_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.state}"


class Question(models.Model):
    """What organisers ask everybody who registers, and what for."""

    class Kind(models.TextChoices):
        """How it is answered."""

        LINE = "line", _("a line")
        TEXT = "text", _("some sentences")
        ONE = "one", _("one of several")
        SEVERAL = "several", _("any of several")
        YES = "yes", _("yes or no")

    desk = models.ForeignKey(EventDesk, on_delete=models.CASCADE, related_name="questions")
    label = models.CharField(_("question"), max_length=200)
    help_text = models.CharField(_("explanation"), max_length=300, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.LINE)
    choices = models.TextField(_("choices"), blank=True, help_text=_("One per line."))
    required = models.BooleanField(_("must be answered"), default=False)
    position = models.PositiveSmallIntegerField(default=0)
    retired = models.BooleanField(default=False, help_text="no longer asked; answers stay readable")

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.label


class Answer(models.Model):
    """One person's answer; several choices stand one per line."""

    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="answers")
    text = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["registration", "question"], name="answer_once_per_question")
        ]

    def __str__(self) -> str:
        return self.text
