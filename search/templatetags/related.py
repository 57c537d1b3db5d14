"""The tag for what goes with a document: ``{% load related %}``."""

from __future__ import annotations

from collections.abc import Collection

from django import template
from django.template.context import Context

from hub.catalogue.models import CatalogueEntry
from hub.documents import Document
from search import related
from theme.viewing import viewer_in

register = template.Library()


@register.simple_tag(takes_context=True)
def related_entries(
    context: Context, document: Document, without: Collection[str] = ()
) -> list[CatalogueEntry]:
    """Entries that go with the document, under the viewer of the page; one query."""
    return related.related_entries(document, viewer_in(context), without)
