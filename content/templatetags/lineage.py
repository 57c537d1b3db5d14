"""The line a document stands in: ``{% load lineage %}``."""

from __future__ import annotations

from django import template
from django.template.context import Context

from content.lineage import Lineage, trace
from hub.catalogue.models import CatalogueEntry
from hub.documents import Viewer

register = template.Library()


@register.simple_tag(takes_context=True)
def lineage_of(context: Context, entry: CatalogueEntry) -> Lineage:
    """What led to ``entry`` and what came of it, under the viewer of the page; read once for a page.

    At most four queries.
    """
    line: Lineage | None = vars(entry).get("lineage")
    if line is None:
        viewer = context.get("viewer")
        line = trace(entry, viewer if isinstance(viewer, Viewer) else Viewer.anonymous())
        vars(entry)["lineage"] = line
    return line
