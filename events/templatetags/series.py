"""An event that repeats, in templates: ``{% load series %}``."""

from __future__ import annotations

from typing import NamedTuple

from django import template
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hub.documents import Event
from hub.documents.series import Date, next_dates, rule_of
from hub.instants import localise
from theme.figures import format_span, local_day

SHOWN = 5
register = template.Library()


class Coming(NamedTuple):
    """A date that is to come, in words."""

    when: str
    cancelled: bool
    instead_of: str
    location: str


@register.filter
def repetition(event: Event) -> str:
    """How often, in words: „jeden ersten Dienstag im Monat“; empty for what happens once."""
    rule = rule_of(event)
    if rule is None:
        return ""
    day = str(WEEKDAYS[rule.weekday])
    if rule.week is None:
        if rule.interval == 1:
            return _("every %(day)s") % {"day": day}
        return _("every %(n)s weeks on %(day)s") % {"n": rule.interval, "day": day}
    week = _name_week(rule.week)
    if rule.interval == 1:
        return _("every %(week)s %(day)s of the month") % {"week": week, "day": day}
    return _("every %(n)s months on the %(week)s %(day)s") % {"n": rule.interval, "week": week, "day": day}


@register.filter
def coming(event: Event) -> list[Coming]:
    """The next dates of a series, cancelled ones too."""
    return [_describe(event, date) for date in next_dates(event, timezone.now(), SHOWN)]


def _describe(event: Event, date: Date) -> Coming:
    moved_from = ""
    if not date.is_cancelled and date.at != date.starts:
        moved_from = localise(date.at, event.timezone).strftime("%d.%m.%Y")
        if local_day(date.at, event.timezone) == local_day(date.starts, event.timezone):
            moved_from = localise(date.at, event.timezone).strftime("%H:%M")
    location = date.exception.location if date.exception else ""
    when = format_span(date.starts, date.ends, event.timezone)
    return Coming(when, date.is_cancelled, moved_from, location)


def _name_week(week: int) -> str:
    return {
        1: pgettext("week of the month", "first"),
        2: pgettext("week of the month", "second"),
        3: pgettext("week of the month", "third"),
        4: pgettext("week of the month", "fourth"),
        -1: pgettext("week of the month", "last"),
    }[week]
