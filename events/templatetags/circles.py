"""The way from a focus group's page to its workspace: ``{% load circles %}``."""

from __future__ import annotations

from django import template

from events.circles.access import find_circle
from hub.catalogue.models import CatalogueEntry

register = template.Library()


@register.simple_tag
def has_workspace(entry: CatalogueEntry | None) -> bool:
    """Whether the group works here; without a query for one that was received. At most one query."""
    return entry is not None and not entry.source and find_circle(entry.uuid) is not None
