"""The event: a barcamp, meeting or webinar with its programme."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail_localize.fields import SynchronizedField, TranslatableField

from content.blocks import SectionsBlock
from content.builders import split_lines
from content.media import Media
from content.models.contribution import ContributionPage
from content.sections import build_free_sections
from events.blocks import ExceptionsBlock, ProgrammeBlock, check_moment
from events.event_form import EventForm
from events.models.release import find_slots
from events.repeating import build_recurrence, check_series
from hub.documents import Event, Section, Slot

FACTS = (
    "starts", "ends", "time_zone", "location", "address", "online_url", "registration_url", "status",
    "recurrence_rule", "recurrence_exceptions", "slots",
)  # fmt: skip
MEETING = {"starts", "ends", "timezone", "location", "address", "online_url", "status", "recurrence"}
"""Facts whose change moves an event in calendars; what later versions add to documents is none of them."""


class EventPage(ContributionPage):
    """When and where something happens, and its programme.

    ``sequence`` and ``schedule_digest`` are kept by :meth:`save`: the sequence (RFC 5545, section
    3.8.7.4) rises by one each time a published time, place or status changes.
    """

    kind = "event"
    base_form_class = EventForm

    class Status(models.TextChoices):
        """Whether it takes place."""

        TENTATIVE = "tentative", _("tentative")
        CONFIRMED = "confirmed", _("confirmed")
        CANCELLED = "cancelled", _("cancelled")

    starts = models.DateTimeField(_("starts"), null=True)
    ends = models.DateTimeField(_("ends"), null=True)
    time_zone = models.CharField(
        _("time zone"),
        max_length=40,
        default="Europe/Berlin",
        choices=[("Europe/Berlin", "Europe/Berlin"), ("UTC", "UTC")],
    )
    location = models.CharField(_("location"), max_length=200, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    online_url = models.URLField(
        _("online access"), blank=True, help_text=_("Everybody who may read the event sees it.")
    )
    registration_url = models.URLField(_("registration"), blank=True)
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.CONFIRMED)
    sections = StreamField(SectionsBlock(), verbose_name=_("sections"), blank=True)
    recurrence_rule = models.CharField(
        _("repetition"),
        max_length=200,
        blank=True,
        help_text=_("A rule of RFC 5545. Empty: it happens once."),
    )
    recurrence_exceptions = StreamField(
        ExceptionsBlock(),
        verbose_name=_("exceptions"),
        blank=True,
        help_text=_("Dates that are cancelled, or take place at another time or place."),
    )
    slots = StreamField(ProgrammeBlock(), verbose_name=_("programme"), blank=True)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    schedule_digest = models.CharField(max_length=64, blank=True, editable=False)

    override_translatable_fields: ClassVar[list[Any]] = [
        *ContributionPage.override_translatable_fields,
        TranslatableField("sections"),
        *(SynchronizedField(name) for name in FACTS),
    ]

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends__isnull=True)
                | models.Q(starts__isnull=True)
                | models.Q(ends__gt=models.F("starts")),
                name="event_ends_after_start",
                violation_error_message=_("The event must end after it starts."),
            )
        ]

    def clean(self) -> None:
        """An event lies in the years documents may hold and ends after it starts, drafts included."""
        super().clean()
        errors = {name: check_moment(getattr(self, name)) for name in ("starts", "ends")}
        if wrong := {name: message for name, message in errors.items() if message}:
            raise ValidationError(wrong)
        if self.starts and self.ends and self.ends <= self.starts:
            raise ValidationError({"ends": gettext("The event must end after it starts.")})
        if wrong := check_series(self, EventPage.objects.filter(pk=self.pk, live=True).first()):
            raise ValidationError(wrong)

    def missing_answers(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Adds the times."""
        missing = super().missing_answers(values)
        for name, message in (
            ("starts", gettext("“Starts” is missing: an event appears only with its time.")),
            ("ends", gettext("“Ends” is missing: an event appears only with its time.")),
        ):
            if not values.get(name):
                missing[name] = message
        return missing

    def save(self, clean: bool = True, **kwargs: Any) -> Any:
        """Save; see :class:`EventPage` for the sequence."""
        if kwargs.get("update_fields") is None:
            self._keep_sequence()
        return super().save(clean=clean, **kwargs)

    def _keep_sequence(self) -> None:
        # A revision carries the sequence of the day it was written; the row knows the current one.
        row = EventPage.objects.filter(pk=self.pk).values_list("sequence", "schedule_digest").first()
        self.sequence, self.schedule_digest = row or (0, "")
        if not self.live:
            return
        digest = self._digest_schedule()
        if self.schedule_digest and self.schedule_digest != digest:
            self.sequence += 1
        self.schedule_digest = digest

    def _digest_schedule(self) -> str:
        facts = self.build_event(sequence=0)
        if facts is None:
            return ""
        moved = facts.model_dump(mode="json", include=MEETING, exclude_none=True)
        moved["slots"] = [
            slot.model_dump(mode="json", include={"uid", "starts", "ends", "room"}) for slot in facts.slots
        ]
        return hashlib.sha256(json.dumps(moved, sort_keys=True).encode()).hexdigest()

    def digest_meeting(self) -> str:
        """What those who have a seat are told of: time, place and status, whatever the programme is."""
        facts = self.build_schedule()
        moved = facts.model_dump_json(include=MEETING, exclude_none=True) if facts else ""
        return hashlib.sha256(moved.encode()).hexdigest()

    def dump_meeting(self) -> dict[str, Any]:
        """The same as JSON; empty while it has no times."""
        facts = self.build_schedule()
        return facts.model_dump(mode="json", include=MEETING, exclude_none=True) if facts else {}

    def build_sections(self, media: Media) -> tuple[Section, ...]:
        """Its freely headed sections."""
        return build_free_sections(self.sections, media)

    def build_facts(self, media: Media) -> dict[str, Any]:
        """The event's times and programme; nothing while a draft has no times."""
        event = self.build_event(self.sequence)
        return {"event": event} if event else {}

    def build_event(self, sequence: int) -> Event | None:
        """Times, place and programme with the given sequence; the newest release of it, if there is one."""
        from events.registering.queries import offered_registration  # it reads the desk, which knows the page

        schedule = self.build_schedule(sequence)
        if schedule is None:
            return None
        released = find_slots(self.translation_key)
        written = filter(None, map(_build_slot, self.slots)) if released is None else released
        slots = sorted(written, key=lambda slot: (slot.starts, slot.room, slot.uid))
        found = {"slots": tuple(slots), "registration_url": offered_registration(self)}
        return schedule.model_copy(update=found)

    def build_schedule(self, sequence: int = 0) -> Event | None:
        """Times and place, no query; without the programme and where one registers. None without times."""
        if self.starts is None or self.ends is None:
            return None
        return Event(
            starts=self.starts,
            ends=self.ends,
            timezone=self.time_zone,
            location=self.location,
            address=self.address,
            online_url=self.online_url,
            registration_url=self.registration_url,
            status=self.status,
            sequence=sequence,
            recurrence=build_recurrence(self),
        )


def _build_slot(child: Any) -> Slot | None:
    value = child.value
    if not (value["starts"] and value["ends"]):
        return None
    return Slot(
        uid=str(child.id),
        title=value["title"],
        starts=_aware(value["starts"]),
        ends=_aware(value["ends"]),
        room=value["room"] or "",
        hosts=split_lines(value["hosts"] or ""),
        summary=value["summary"] or "",
        online_url=value["online_url"] or "",
    )


def _aware(moment: dt.datetime) -> dt.datetime:
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


_when = [FieldPanel(name) for name in ("starts", "ends", "time_zone", "status")]
_repeats = [
    HelpPanel(
        _(
            "The start above is the first date. All dates stand in calendars as one series. To change the "
            "time of a series for good, let it end here and create a new event for the dates to come."
        )
    ),
    *(
        FieldPanel(name)
        for name in ("repeats", "repeats_every", "repeats_week", "repeats_weekday", "repeats_until",
                     "repeats_count", "recurrence_exceptions")
    ),
]  # fmt: skip
_where = [FieldPanel(name) for name in ("location", "address", "online_url", "registration_url")]
EventPage.edit_handler = EventPage.assemble_tabs(
    text=[FieldPanel("sections")],
    facts=[
        HelpPanel(_("Changing a published time, place or status updates every subscribed calendar.")),
        MultiFieldPanel(_when, heading=_("When")),
        MultiFieldPanel(_repeats, heading=_("Repetition"), classname="collapsed"),
        MultiFieldPanel(_where, heading=_("Where")),
        FieldPanel(
            "slots",
            help_text=_(
                "Shown until the programme is released from the plan of the event for the first time. From "
                "then on everybody reads the newest release, and what stands here is no longer shown."
            ),
        ),
    ],
)
