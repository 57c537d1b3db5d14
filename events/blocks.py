"""The block of a programme entry. Its block id, which never changes, is the calendar UID."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from hub.instants import FIRST_YEAR, LAST_YEAR, read_instant

PREVIEW = "content/block_preview.html"


def check_moment(moment: dt.datetime | None) -> str:
    """What is wrong with an edited time: empty if documents may hold it, or there is none yet."""
    if moment is None:
        return ""
    try:
        read_instant(timezone.make_aware(moment) if timezone.is_naive(moment) else moment)
    except ValueError:
        return gettext("The year must lie between %(first)s and %(last)s.") % {
            "first": FIRST_YEAR,
            "last": LAST_YEAR,
        }
    return ""


class SlotBlock(blocks.StructBlock):
    """One entry of the programme."""

    title = blocks.CharBlock(label=_("title"), max_length=200)
    starts = blocks.DateTimeBlock(label=_("starts"))
    ends = blocks.DateTimeBlock(label=_("ends"))
    room = blocks.CharBlock(label=_("room"), required=False, max_length=100)
    hosts = blocks.TextBlock(
        label=_("hosts"),
        required=False,
        rows=2,
        help_text=_("One per line: role and body, no private persons."),
    )
    summary = blocks.TextBlock(label=_("summary"), required=False, rows=3)
    online_url = blocks.URLBlock(
        label=_("online access"), required=False, help_text=_("Empty: that of the whole event.")
    )

    def clean(self, value: Any) -> Any:
        """It must lie in the years documents may hold, and end after it starts."""
        cleaned = super().clean(value)
        errors = {name: check_moment(cleaned[name]) for name in ("starts", "ends")}
        if wrong := {name: ValidationError(message) for name, message in errors.items() if message}:
            raise StructBlockValidationError(block_errors=wrong)
        if cleaned["starts"] and cleaned["ends"] and cleaned["ends"] <= cleaned["starts"]:
            message = gettext("“%(title)s” must end after it starts.") % {"title": cleaned["title"]}
            raise StructBlockValidationError(block_errors={"ends": ValidationError(message)})
        return cleaned

    class Meta:
        label = _("Programme entry")
        icon = "time"
        description = _("A session, talk or break with its time and room.")
        preview_value = {
            "title": "Was kostet eine Ratsassistenz im dritten Jahr?",
            "starts": "2027-03-12T10:15:00+01:00",
            "ends": "2027-03-12T11:00:00+01:00",
            "room": "Großer Saal",
            "hosts": "Stabsstelle Digitalisierung, Koblenz",
            "summary": "Abrechnung mit offenen Zahlen.",
        }
        preview_template = PREVIEW


class ProgrammeBlock(blocks.StreamBlock):
    """A programme."""

    slot = SlotBlock()


class CancelledDateBlock(blocks.StructBlock):
    """A date of the series that does not take place."""

    day = blocks.DateBlock(label=_("day"), help_text=_("The date by the rule."))

    class Meta:
        label = _("Cancelled date")
        icon = "cross"
        description = _("One date of the series does not take place.")
        preview_value = {"day": "2027-03-02"}
        preview_template = PREVIEW


class MovedDateBlock(blocks.StructBlock):
    """A date of the series that takes place otherwise."""

    day = blocks.DateBlock(label=_("day"), help_text=_("The date by the rule."))
    starts = blocks.DateTimeBlock(label=_("starts"))
    ends = blocks.DateTimeBlock(label=_("ends"))
    location = blocks.CharBlock(
        label=_("location"), required=False, max_length=200, help_text=_("Empty: as always.")
    )

    def clean(self, value: Any) -> Any:
        """It must lie in the years documents may hold, and end after it starts."""
        cleaned = super().clean(value)
        errors = {name: check_moment(cleaned[name]) for name in ("starts", "ends")}
        if wrong := {name: ValidationError(message) for name, message in errors.items() if message}:
            raise StructBlockValidationError(block_errors=wrong)
        if cleaned["starts"] and cleaned["ends"] and cleaned["ends"] <= cleaned["starts"]:
            message = gettext("The date must end after it starts.")
            raise StructBlockValidationError(block_errors={"ends": ValidationError(message)})
        return cleaned

    class Meta:
        label = _("Moved date")
        icon = "time"
        description = _("One date of the series takes place at another time or place.")
        preview_value = {
            "day": "2027-03-02",
            "starts": "2027-03-04T10:00:00+01:00",
            "ends": "2027-03-04T11:00:00+01:00",
            "location": "Rathaus",
        }
        preview_template = PREVIEW


class ExceptionsBlock(blocks.StreamBlock):
    """What is otherwise on single dates of a series."""

    cancelled = CancelledDateBlock()
    moved = MovedDateBlock()
