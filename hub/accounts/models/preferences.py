"""What somebody wants to see and to be told."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from hub.municipalities.models import Body


class Preferences(models.Model):
    """Topics and region of interest, and which mails to send. No row means the defaults."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="preferences"
    )
    topics = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    region = models.ForeignKey(
        Body, verbose_name=_("region"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    mail_requests = models.BooleanField(
        _("requests, questions from other towns and reviews that wait for me"),
        default=True,
        help_text=_(
            "Requests to join, interest of other towns in your contributions, and contributions handed in "
            "for review. Your start page shows all of it in any case."
        ),
    )
    mail_due = models.BooleanField(_("reports that are due for reconfirmation"), default=True)

    class Meta:
        verbose_name = _("preferences")
        verbose_name_plural = _("preferences")

    def __str__(self) -> str:
        return f"preferences of {self.user_id}"
