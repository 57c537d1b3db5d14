"""Who helps on the day without an account: at the door, at the wall."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from events.models.desk import EventDesk


class Helper(models.Model):
    """A phone that was handed a link: it may do its task, for this event, until ``until``.

    The link is signed (:mod:`events.helpers`); whoever has it is this helper. Ending it ends the link.
    """

    class Task(models.TextChoices):
        """What it may do."""

        DOOR = "door", _("check-in")
        WALL = "wall", _("stage and wall")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    desk = models.ForeignKey(EventDesk, on_delete=models.CASCADE, related_name="helpers")
    task = models.CharField(_("task"), max_length=4, choices=Task.choices)
    name = models.CharField(
        _("name"),
        max_length=60,
        help_text=_("Of the place rather than the person, for example “Entrance 1”."),
    )
    created = models.DateTimeField(auto_now_add=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="event_helpers"
    )
    until = models.DateTimeField(_("until"))
    ended = models.DateTimeField(null=True, blank=True)
    seen = models.DateTimeField(null=True, blank=True, help_text="when it last did something")

    class Meta:
        ordering = ("task", "name")
        verbose_name = _("helper")
        verbose_name_plural = _("helpers")
        constraints = [models.UniqueConstraint(fields=["desk", "task", "name"], name="helper_name_once")]

    def __str__(self) -> str:
        return self.name
