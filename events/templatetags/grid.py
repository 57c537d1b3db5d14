"""Moments of a plan in templates: ``{% load grid %}``."""

from __future__ import annotations

import datetime as dt

from django import template
from django.utils.formats import date_format

from hub.instants import localise

register = template.Library()


@register.filter
def moment_in(instant: str, zone: str) -> str:
    """An instant of ``stand.json`` as people read it, in that zone."""
    return date_format(localise(dt.datetime.fromisoformat(instant), zone), "d.m.Y, H:i")
