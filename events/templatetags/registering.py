"""Times of an event as people say them: ``{% load registering %}``."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from events.models import EventPage
from events.registering.forms import LinkForm
from hub.documents import Slot
from hub.documents.series import MOST_DATES, next_dates
from hub.instants import localise
from theme.figures import format_span

register = template.Library()


@register.simple_tag
def local_time(event: EventPage, moment: dt.datetime) -> str:
    """A moment in the event's own time zone: weekday, day, hour and minute."""
    local = localise(moment, event.time_zone)
    return _("%(day)s at %(time)s") % {
        "day": date_format(local, "l, j. F Y"),
        "time": date_format(local, "H:i"),
    }


@register.simple_tag
def local_span(event: EventPage) -> str:
    """From when to when it goes, in its own time zone; of a series the next date. Empty without times."""
    if event.starts is None or event.ends is None:
        return ""
    facts = event.build_schedule() if event.recurrence_rule else None
    coming = next_dates(facts, timezone.now(), MOST_DATES) if facts else []
    if date := next((each for each in coming if not each.is_cancelled), None):
        span = format_span(date.starts, date.ends, event.time_zone)
        return _("Next date: %(span)s") % {"span": span}
    return format_span(event.starts, event.ends, event.time_zone)


@register.inclusion_tag("events/registering/ask_link.html", takes_context=True)
def ask_link(context: dict[str, Any], key: uuid.UUID | None = None) -> dict[str, Any]:
    """The form by which somebody has their link sent again; without ``key`` for all events to come."""
    return {"form": LinkForm(), "key": key, "csrf_token": context.get("csrf_token")}


@register.simple_tag
def slot_time(slot: Slot, zone: str) -> str:
    """From when to when an entry of the programme goes, in the event's own time zone."""
    return format_span(slot.starts, slot.ends, zone)
