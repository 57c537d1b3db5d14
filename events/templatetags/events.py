"""Programmes in templates: ``{% load events %}``."""

from __future__ import annotations

import datetime as dt

from django import template
from django.utils import timezone
from django.utils.formats import date_format

from events.programme import Day, group_programme, list_rooms
from events.sessions import Session, build_session
from hub.documents import Document, Event
from hub.documents.series import last_end
from hub.instants import localise
from theme.references import References

register = template.Library()


@register.filter
def programme(event: Event) -> list[Day]:
    """Days with their bands of simultaneous slots."""
    return group_programme(event)


@register.filter
def is_ahead(event: Event) -> bool:
    """Whether somebody can still come: it is not cancelled, and its last date is not over."""
    return event.status != "cancelled" and last_end(event) > timezone.now()


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


@register.simple_tag
def session_of(document: Document, known: References) -> Session | None:
    """Which session a note is of, as far as the viewer may read its event; no query of its own."""
    note = document.session
    entry = known.readable.get(note.event) if note else None
    return build_session(note, entry) if note and entry else None
