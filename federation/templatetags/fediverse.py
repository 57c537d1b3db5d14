"""Handles in templates: how people in the Fediverse find this instance or a body of it."""

from __future__ import annotations

from django import template

from federation.activitypub import addresses
from hub.municipalities.models import Body

register = template.Library()


@register.simple_tag
def fediverse_handle(body: Body | None = None) -> str:
    """``@mainz_07315000@wissen.mainz.de`` of a body, ``@mainz@wissen.mainz.de`` of the instance; no query."""
    return addresses.handle(body)
