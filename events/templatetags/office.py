"""What an event invites to, on its public page: ``{% load office %}``."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from events.office.panel import Panel, build_panel
from hub.catalogue.models import CatalogueEntry

register = template.Library()


@register.simple_tag(takes_context=True)
def taking_part(context: dict[str, Any], entry: CatalogueEntry) -> Panel | None:
    """The panel „Mitmachen“ of an event that is organised here; None for all others. One query."""
    return build_panel(entry, context["request"].user, timezone.now())
