"""The work of a focus group: members, meetings, agenda, decisions, questions, tasks."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _


class Circle(models.Model):
    """A focus group that works here; its page says to all hubs what came of it.

    Whoever may publish the page leads it. ``series`` is the event that repeats: its dates are the meetings.
    """

    group = models.OneToOneField("content.FocusGroupPage", on_delete=models.PROTECT, related_name="circle")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("focus group's workspace")
        verbose_name_plural = _("focus groups' workspaces")

    def __str__(self) -> str:
        return str(self.group)


class CircleSeries(models.Model):
    """A series of meetings of a focus group; a changed time ends one and begins the next."""

    circle = models.ForeignKey(Circle, on_delete=models.CASCADE, related_name="series")
    event = models.OneToOneField("events.EventPage", on_delete=models.PROTECT, related_name="circle_series")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("created",)

    def __str__(self) -> str:
        return str(self.event)


class CircleMember(models.Model):
    """Somebody of a town, by account, here or by their home hub."""

    class Role(models.TextChoices):
        """What they do in it."""

        LEAD = "lead", _("lead")
        SCRIBE = "scribe", pgettext_lazy("role", "minutes")
        MEMBER = "member", _("member")

    circle = models.ForeignKey(Circle, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="circle_memberships"
    )
    body = models.CharField(max_length=40, blank=True, help_text="key of the body they come from")
    role = models.CharField(_("role"), max_length=8, choices=Role.choices, default=Role.MEMBER)
    asked = models.DateTimeField(help_text="when they asked to join")
    joined = models.DateTimeField(null=True, blank=True)
    left = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("asked", "pk")
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(
                fields=["circle", "user"], condition=Q(left__isnull=True), name="circle_member_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.role}"

    @property
    def name(self) -> str:
        """As everybody in the group reads it: never an address."""
        return self.user.get_full_name() or gettext("somebody without a name")


class Meeting(models.Model):
    """One date of the series, or one beside it. ``at`` is when it would begin by the rule.

    Where and when it takes place is said by the event (its rule and exceptions), never here.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    circle = models.ForeignKey(Circle, on_delete=models.CASCADE, related_name="meetings")
    event = models.ForeignKey("events.EventPage", on_delete=models.PROTECT, related_name="meetings")
    at = models.DateTimeField()
    held = models.BooleanField(null=True, blank=True, help_text="None: not said yet")
    page = models.ForeignKey(
        "events.SessionNotePage",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="meetings",
        help_text="the published minutes",
    )

    class Meta:
        ordering = ("at",)
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        constraints = [models.UniqueConstraint(fields=["event", "at"], name="meeting_once_per_date")]

    def __str__(self) -> str:
        return str(self.at)


class AgendaItem(models.Model):
    """What is to be spoken of."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="agenda")
    title = models.CharField(_("item"), max_length=200)
    note = models.TextField(_("what it is about, what is to be decided"), blank=True, max_length=2000)
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    by = models.ForeignKey(
        CircleMember, on_delete=models.SET_NULL, null=True, blank=True, related_name="agenda_items"
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "pk")
        verbose_name = _("item of the agenda")
        verbose_name_plural = _("items of the agenda")

    def __str__(self) -> str:
        return self.title


class Decision(models.Model):
    """One entry of the log of decisions: numbered, appended, never edited; a later one may replace it."""

    circle = models.ForeignKey(Circle, on_delete=models.CASCADE, related_name="decisions")
    meeting = models.ForeignKey(
        Meeting, on_delete=models.SET_NULL, null=True, blank=True, related_name="decisions"
    )
    number = models.PositiveIntegerField()
    text = models.TextField(_("decision"), max_length=2000)
    decided = models.DateField(_("on"))
    replaces = models.OneToOneField(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="replaced_by"
    )
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("number",)
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [models.UniqueConstraint(fields=["circle", "number"], name="decision_number_once")]

    def __str__(self) -> str:
        return f"{self.number}: {self.text}"


class OpenQuestion(models.Model):
    """What the group does not know yet; with its answer once it does."""

    circle = models.ForeignKey(Circle, on_delete=models.CASCADE, related_name="open_questions")
    meeting = models.ForeignKey(
        Meeting, on_delete=models.SET_NULL, null=True, blank=True, related_name="questions_raised"
    )
    text = models.CharField(_("question"), max_length=300)
    answer = models.TextField(_("answer"), blank=True, max_length=2000)
    answered = models.DateField(null=True, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("created", "pk")
        verbose_name = _("open question")
        verbose_name_plural = _("open questions")

    def __str__(self) -> str:
        return self.text


class Task(models.Model):
    """Who does what until when."""

    circle = models.ForeignKey(Circle, on_delete=models.CASCADE, related_name="tasks")
    meeting = models.ForeignKey(
        Meeting, on_delete=models.SET_NULL, null=True, blank=True, related_name="tasks_given"
    )
    text = models.CharField(_("task"), max_length=300)
    member = models.ForeignKey(
        CircleMember, on_delete=models.SET_NULL, null=True, blank=True, related_name="tasks"
    )
    due = models.DateField(_("due"), null=True, blank=True)
    done = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = (models.F("due").asc(nulls_last=True), "pk")
        verbose_name = _("task")
        verbose_name_plural = _("tasks")

    def __str__(self) -> str:
        return self.text
