"""What was changed in a plan, by whom, and its frozen releases."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from events.models.person import Person
from events.models.plan import Plan
from hub.documents import Slot


class PlanChange(models.Model):
    """One change, appended and never edited; undoing one appends its inverse.

    ``key`` is given by whoever orders the change: the same order a second time is not carried out again.
    ``before`` and ``after`` hold what was touched, by session id.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="changes")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="plan_changes"
    )
    verb = models.CharField(max_length=20)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    undoes = models.OneToOneField(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="undone_by"
    )

    class Meta:
        ordering = ("number",)
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="plan_change_number_once")]

    def __str__(self) -> str:
        return f"{self.plan_id}/{self.number} {self.verb}"


class Release(models.Model):
    """The programme as it was announced: ``slots`` are :class:`hub.documents.Slot` as JSON.

    The newest is what every hub shows; the plan moves on without it.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="releases")
    number = models.PositiveIntegerField()
    name = models.CharField(_("name"), max_length=80)
    note = models.TextField(_("what is new"), blank=True, max_length=1000)
    at = models.DateTimeField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="programme_releases"
    )
    version = models.PositiveIntegerField(help_text="of the plan")
    slots = models.JSONField()

    class Meta:
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="release_number_once"),
            models.UniqueConstraint(fields=["plan", "name"], name="release_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class AnnouncedHost(models.Model):
    """Who runs a session by the newest release of a plan, and so has it in their calendar.

    The hosts of a plan change with every proposal that is accepted or declined; what the next release
    tells hosts is what differs from these rows. One for each host with an address.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="announced")
    session = models.UUIDField(help_text="as entries of the release name it; it may be deleted")
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, null=True, blank=True, related_name="announced"
    )
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True, help_text="of a host who takes no part")

    class Meta:
        ordering = ("name", "pk")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(person__isnull=True) ^ models.Q(email=""), name="announced_has_address"
            )
        ]

    def __str__(self) -> str:
        return f"{self.session}: {self.name}"


def find_slots(event: uuid.UUID) -> tuple[Slot, ...] | None:
    """The programme in the newest release of the event with that translation key; None before the first."""
    releases = Release.objects.filter(plan__desk__event__translation_key=event).order_by("-number")
    newest = releases.values_list("slots", flat=True).first()
    return None if newest is None else tuple(Slot.model_validate(slot) for slot in newest)
