"""What follows when a body's page gets a translation."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save

from content.models import BodyPage
from content.services import open_section


def open_translated_section(instance: BodyPage, created: bool, **kwargs: Any) -> None:
    """Who works in a body's section works in its translations: they get the same rights and review."""
    if created and instance.is_translation and instance.body.roles.exists():
        open_section(instance)


def connect() -> None:
    """Called once when the app is ready."""
    post_save.connect(open_translated_section, sender=BodyPage, dispatch_uid="content.translated_section")
