"""What the personal area keeps: when somebody was last reminded."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class DueReminder(models.Model):
    """The month in which somebody was last reminded of reports to reconfirm: its first day.

    One mail a month names all reports that are due, so no report is named twice in a month.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="due_reminder"
    )
    month = models.DateField()

    class Meta:
        verbose_name = _("reminder of reports that are due")
        verbose_name_plural = _("reminders of reports that are due")
        constraints = [
            models.CheckConstraint(condition=models.Q(month__day=1), name="due_reminder_names_a_month")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.month:%Y-%m}"
