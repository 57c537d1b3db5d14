"""The document of an event says where one registers: it is read again when the desk has changed."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from events.models import EventDesk
from hub.catalogue.settling import mark_pages


@receiver([post_save, post_delete], sender=EventDesk, dispatch_uid="events.desk_changed")
def mark_event(sender: type[EventDesk], instance: EventDesk, **kwargs: Any) -> None:
    """Settling compares, so marking it without need costs nothing that others would notice."""
    mark_pages([instance.event_id])
