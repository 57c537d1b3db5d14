"""What participants say afterwards. Nobody can tell who said what."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from events.models.desk import EventDesk
from events.models.person import Person


class Feedback(models.Model):
    """One answer, with the day and without a person. ``at`` is the date of a series it is about."""

    class Use(models.IntegerChoices):
        """How much it helps at work."""

        NOTHING = 1, _("none of it")
        LITTLE = 2, _("a little")
        SOME = 3, _("some of it")
        MUCH = 4, _("much of it")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    desk = models.ForeignKey(EventDesk, on_delete=models.CASCADE, related_name="feedback")
    at = models.DateTimeField()
    use = models.PositiveSmallIntegerField(_("How much of it helps you at work?"), choices=Use.choices)
    better = models.TextField(_("What should be better?"), blank=True, max_length=2000)
    more = models.TextField(_("What would you like to hear about next?"), blank=True, max_length=2000)
    day = models.DateField(default=dt.date.today)

    class Meta:
        ordering = ("day", "pk")
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")

    def __str__(self) -> str:
        return f"{self.desk_id}: {self.use}"


class FeedbackGiven(models.Model):
    """That somebody answered, without what: written beside it, so that nobody answers twice."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="feedback_given")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "at"], name="feedback_once_per_date")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.at}"


class Recorded(models.Model):
    """What stays of one date of a format: its recording until it is a page, then the page."""

    desk = models.ForeignKey(EventDesk, on_delete=models.CASCADE, related_name="recorded")
    at = models.DateTimeField()
    url = models.URLField(_("recording"), blank=True)
    page = models.ForeignKey(
        "content.KnowledgeFormatPage",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="recorded_dates",
    )

    told = models.DateTimeField(
        null=True, blank=True, help_text="when those who wanted to hear of it were written to"
    )

    class Meta:
        ordering = ("at",)
        constraints = [models.UniqueConstraint(fields=["desk", "at"], name="recorded_once_per_date")]

    def __str__(self) -> str:
        return f"{self.desk_id}: {self.at}"
