"""Proposals in templates: ``{% load proposing %}``."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Container

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext

from events.models import EventPage, Session
from events.proposing.hosts import Credit, list_credits
from hub.instants import localise

register = template.Library()


@register.filter
def credits(session: Session) -> list[Credit]:
    """Who runs a session, as far as it is public."""
    return list_credits(session)


@register.filter
def is_in(key: uuid.UUID, keys: Container[uuid.UUID]) -> bool:
    """Whether a session is among those marked."""
    return key in keys


@register.filter
def event_moment(moment: dt.datetime, event: EventPage) -> str:
    """Day and time in the event's own time zone."""
    local = localise(moment, event.time_zone)
    words = {"day": date_format(local, "DATE_FORMAT"), "time": date_format(local, "H:i")}
    return gettext("%(day)s, %(time)s") % words
