"""The plan of an event: its rooms and the bands of its days. The row is locked before each change."""

from __future__ import annotations

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from events.models.desk import EventDesk


class Plan(models.Model):
    """The programme as it is now; ``version`` rises with each change and names it."""

    desk = models.OneToOneField(EventDesk, on_delete=models.CASCADE, related_name="plan")
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")

    def __str__(self) -> str:
        return f"{self.desk_id}/{self.version}"


class Room(models.Model):
    """Where sessions take place. One that was used is hidden, never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="rooms")
    name = models.CharField(_("name"), max_length=80)
    capacity = models.PositiveIntegerField(_("people it holds"), null=True, blank=True)
    online_url = models.URLField(_("online access"), blank=True)
    note = models.CharField(_("how to get there, what is there"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    hidden = models.BooleanField(_("hidden"), default=False)

    class Meta:
        ordering = ("position", "name")
        constraints = [models.UniqueConstraint(fields=["plan", "name"], name="room_name_once")]

    def __str__(self) -> str:
        return self.name


class Band(models.Model):
    """A time in which sessions run side by side, or a break for all. Bands do not overlap."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="bands")
    during = DateTimeRangeField(_("time"))
    label = models.CharField(_("name"), max_length=80, blank=True)
    is_break = models.BooleanField(_("break"), default=False)

    class Meta:
        ordering = ("during",)
        constraints = [
            ExclusionConstraint(
                name="bands_follow_each_other",
                expressions=[("plan", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(condition=models.Q(during__isempty=False), name="band_lasts"),
        ]

    def __str__(self) -> str:
        return self.label or str(self.during)
