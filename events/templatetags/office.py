"""What an event invites to, on its public page: ``{% load office %}``."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from events.office.panel import Panel, build_panel
from hub.accounts.viewer import viewer_of
from hub.catalogue.models import CatalogueEntry

register = template.Library()


@register.simple_tag(takes_context=True)
def taking_part(context: dict[str, Any], entry: CatalogueEntry) -> Panel | None:
    """The panel „Mitmachen“ of an event that is organised here; None for all others. One or two queries.

    None in other forms of the document too: they are made for nobody in particular, and kept.
    """
    request = context.get("request")
    if not request:
        return None
    return build_panel(entry, request.user, viewer_of(request), timezone.now())


@register.filter
def for_subscription(address: str) -> str:
    """The address of a calendar as programs take it that subscribe to it, whatever the scheme of the page."""
    return f"webcal://{address.partition('://')[2]}"
