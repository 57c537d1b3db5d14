"""What changes on the day, in the order in which it was committed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from events.models.desk import EventDesk


class LiveHead(models.Model):
    """The number of an event's last change. Triggers raise it at commit, so that numbers have no gaps."""

    desk = models.OneToOneField(
        EventDesk, on_delete=models.CASCADE, primary_key=True, related_name="live_head"
    )
    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.desk_id}/{self.number}"


class LiveChange(models.Model):
    """Something that a board shows has changed: which thing, not how. Boards read it as it is now.

    Written by triggers only (``events_live``), whoever changed the row; each is announced on the
    PostgreSQL channel ``events_live`` as „desk number“. ``subject`` is the id of the row.
    """

    class Kind(models.TextChoices):
        """What it is."""

        SESSION = "session", _("session")
        ROOM = "room", _("room")
        BAND = "band", _("time")
        PITCH = "pitch", _("pitch")
        NOTICE = "notice", _("announcement")
        DESK = "desk", _("event")

    desk = models.ForeignKey(EventDesk, on_delete=models.CASCADE, related_name="live_changes")
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    subject = models.CharField(max_length=40)

    class Meta:
        ordering = ("number",)
        constraints = [models.UniqueConstraint(fields=["desk", "number"], name="live_number_once")]

    def __str__(self) -> str:
        return f"{self.desk_id}/{self.number} {self.kind} {self.subject}"


class Notice(models.Model):
    """An announcement of the organisers to everybody who looks at the board, until ``until``."""

    desk = models.ForeignKey(EventDesk, on_delete=models.CASCADE, related_name="notices")
    text = models.CharField(_("announcement"), max_length=280)
    at = models.DateTimeField()
    until = models.DateTimeField(_("shown until"), null=True, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="event_notices"
    )

    class Meta:
        ordering = ("-at",)
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")

    def __str__(self) -> str:
        return self.text
