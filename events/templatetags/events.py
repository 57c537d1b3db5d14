"""Programmes in templates: ``{% load events %}``."""

from __future__ import annotations

import datetime as dt

from django import template
from django.utils.formats import date_format

from events.programme import Day, group_programme, list_rooms
from hub.documents import Event
from hub.instants import localise

register = template.Library()


@register.filter
def programme(event: Event) -> list[Day]:
    """Days with their bands of simultaneous slots."""
    return group_programme(event)


@register.filter
def rooms(event: Event) -> list[str]:
    """The rooms of the programme."""
    return list_rooms(event.slots)


@register.filter
def clock(moment: dt.datetime) -> str:
    """Hours and minutes of a moment that is in its own zone already, which ``date`` would convert."""
    return date_format(moment, "H:i")


@register.filter
def starts_locally(event: Event) -> dt.datetime:
    """The start in the event's own time zone."""
    return localise(event.starts, event.timezone)


@register.filter
def ends_locally(event: Event) -> dt.datetime:
    """The end in the event's own time zone."""
    return localise(event.ends, event.timezone)
