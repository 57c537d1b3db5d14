"""The queue of those who present their session to all, one at a time."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.models.person import Person
from events.models.plan import Plan
from events.models.session import Session


class Pitch(models.Model):
    """A session's turn at the microphone.

    ::

        WAITING ─ call ─▶ ON_STAGE ─ end, with the hands counted ─▶ DONE
           └─ withdraw ─▶ WITHDRAWN   ├─ put back ─▶ WAITING (at the end of the line)
                                      ◀─ resume ─ DONE, the last one

    ``turn`` orders the line: whoever has pitched already comes after those who have not, and whoever was
    put ``ahead`` comes first. One is on stage at a time; the database says so.
    """

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("waiting")
        ON_STAGE = "on_stage", _("on stage")
        DONE = "done", _("presented")
        WITHDRAWN = "withdrawn", _("withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="pitches")
    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="pitch")
    person = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="pitches"
    )
    caller = models.CharField(_("name that is called"), max_length=100, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    round = models.PositiveSmallIntegerField(default=1, help_text="which pitch of this person it is")
    turn = models.PositiveIntegerField(help_text="place in the line within its round")
    ahead = models.PositiveIntegerField(
        default=0, help_text="put to the front of the line, the last one first"
    )
    hands = models.PositiveSmallIntegerField(_("raised hands"), null=True, blank=True)
    called = models.DateTimeField(null=True, blank=True)
    ended = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-ahead", "round", "turn")
        verbose_name = _("pitch")
        verbose_name_plural = _("pitches")
        constraints = [
            models.UniqueConstraint(fields=["plan"], condition=Q(state="on_stage"), name="one_on_stage"),
            models.UniqueConstraint(fields=["plan", "round", "turn"], name="pitch_turn_once"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.state}"


class StagePress(models.Model):
    """A button of the stage that was pressed; the same key again is the same press, and does nothing."""

    key = models.UUIDField(primary_key=True)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="stage_presses")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.key}"
