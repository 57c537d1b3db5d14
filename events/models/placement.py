"""Which session runs where and when. The database refuses two in a room, and a host in two."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Deferrable
from django.utils.translation import gettext_lazy as _

from events.models.plan import Room
from events.models.session import Host, Session


class Placement(models.Model):
    """A session in a room. A swap defers the constraint until its commit."""

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="placement")
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="placements")
    during = DateTimeRangeField(_("time"))

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="one_session_in_a_room",
                expressions=[("room", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                deferrable=Deferrable.IMMEDIATE,
            ),
            models.CheckConstraint(condition=models.Q(during__isempty=False), name="placement_lasts"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.room_id} {self.during}"


class HostBooking(models.Model):
    """A host of a placed session is busy: kept by triggers, so that the constraint holds for every writer."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="bookings")
    host = models.ForeignKey(Host, on_delete=models.CASCADE, related_name="bookings")
    during = DateTimeRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="one_session_of_a_host",
                expressions=[("host", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                deferrable=Deferrable.IMMEDIATE,
            ),
            models.UniqueConstraint(fields=["session", "host"], name="booking_once"),
        ]

    def __str__(self) -> str:
        return f"{self.host_id}: {self.during}"
