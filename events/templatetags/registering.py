"""Times of an event as people say them: ``{% load registering %}``."""

from __future__ import annotations

import datetime as dt

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from events.models import EventPage
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
