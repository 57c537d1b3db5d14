"""Measured text in printed pages: ``{% load printing %}``. On paper alone styles may stand in the page."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from events.printing.released import Released
from hub.instants import localise
from theme.measuring import Fitted

register = template.Library()


class Sized(Protocol):
    """Anything with a size in points."""

    @property
    def size(self) -> float:
        """In points."""


@register.filter
def lines(text: Fitted) -> SafeString:
    """The lines as they were measured, so that nothing breaks elsewhere."""
    return format_html_join(SafeString("<br>"), "{}", ((line,) for line in text.lines))


@register.filter
def one_line(text: Fitted) -> str:
    """The words again."""
    return " ".join(text.lines)


@register.filter
def released_at(released: Released) -> dt.datetime:
    """When the programme was released, in the event's time zone."""
    return localise(released.release.at, released.zone)


@register.simple_tag
def size_of(text: Sized) -> str:
    """Its size as a style."""
    return f"font-size: {text.size:.2f}pt"


@register.simple_tag
def first_column(points: float) -> str:
    """Room for what stands before the rest, as a style."""
    return f"grid-template-columns: {points:.2f}pt 1fr"
