"""Addresses of pages about an event, whose rooms may have none yet."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse

from events.models import EventDesk


def address_of(name: str, desk: EventDesk, *args: object) -> str:
    """The address of a page about this event, by its name; empty where there is none."""
    try:
        return reverse(f"events:{name}", args=[desk.event.translation_key, *args])
    except NoReverseMatch:
        return ""
