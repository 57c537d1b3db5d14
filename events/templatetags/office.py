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
    """The panel „Mitmachen“ of an event that is organised here; None for all others. One query.

    None in other forms of the document too: they are made for nobody in particular, and kept.
    """
    request = context.get("request")
    return build_panel(entry, request.user, timezone.now()) if request else None
