"""Addresses of pages about an event."""

from __future__ import annotations

from django.urls import reverse

from events.models import EventDesk


def address_of(name: str, desk: EventDesk, *args: object) -> str:
    """The address of a page about this event, by its name."""
    return reverse(f"events:{name}", args=[desk.event.translation_key, *args])
