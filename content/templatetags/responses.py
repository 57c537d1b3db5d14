"""How fast a municipality answers, in templates: ``{% load responses %}``."""

from __future__ import annotations

from django import template
from django.template.context import Context

from hub.accounts.viewer import viewer_of
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import entries
from hub.documents import Document, Responses, Viewer
from hub.errors import UnreadableDocument

register = template.Library()


@register.simple_tag(takes_context=True)
def responses_of(context: Context, document: Document) -> Responses | None:
    """How the owner of a document answers requests, as its own page says; None if nobody has asked.

    No query for the body's page itself, else one.
    """
    if document.kind == "body" or not document.publishers:
        return document.responses
    found = entries(_viewer(context)).filter(kind="body", publishers__contains=[document.publishers[0]])
    portrait: CatalogueEntry | None = found.order_by("source", "pk").only("body", "publishers").first()
    try:
        return portrait.document.responses if portrait else None
    except UnreadableDocument:
        return None


def _viewer(context: Context) -> Viewer:
    viewer, request = context.get("viewer"), context.get("request")
    if isinstance(viewer, Viewer):
        return viewer
    return viewer_of(request) if request is not None else Viewer.anonymous()
