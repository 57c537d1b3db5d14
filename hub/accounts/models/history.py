"""Who gave or took which role, and what else was done to an account."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hub.municipalities.models import Body


class AccountEvent(models.Model):
    """One line of the history of a body's people; it outlives the accounts it names."""

    class Action(models.TextChoices):
        JOINED = "joined", pgettext_lazy("history", "joined")
        DECLINED = "declined", pgettext_lazy("history", "was declined")
        ROLE = "role", pgettext_lazy("history", "has a new role")
        LEFT = "left", pgettext_lazy("history", "left")
        REMOVED = "removed", pgettext_lazy("history", "was removed")
        FACTOR_RESET = "factor_reset", pgettext_lazy("history", "lost the second factor, which was reset")
        LOCKED = "locked", pgettext_lazy("history", "was locked")
        UNLOCKED = "unlocked", pgettext_lazy("history", "was unlocked")
        DELETED = "deleted", pgettext_lazy("history", "deleted the account")

    at = models.DateTimeField(auto_now_add=True)
    action = models.CharField(max_length=12, choices=Action.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="events"
    )
    body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("event of an account")
        verbose_name_plural = _("events of accounts")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.action}"
