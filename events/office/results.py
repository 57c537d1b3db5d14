"""What came of an event: the session notes and other documents that say they are part of it."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import entries
from hub.documents import Viewer
from hub.errors import UnreadableDocument

MOST = 60
PART_OF = "part_of"


def list_results(entry: CatalogueEntry, viewer: Viewer) -> list[CatalogueEntry]:
    """What is part of the event as far as ``viewer`` may read it, of this hub and others; one query.

    Notes of sessions come first, then the rest, each newest first.
    """
    near = _find_related(entry.object_id, viewer)[:MOST]
    found = [each for each in near if _is_part(each, entry.object_id)]
    return sorted(found, key=lambda each: each.kind != "session_note")


def list_parts(event: str, viewer: Viewer) -> Iterator[CatalogueEntry]:
    """All that is part of the event with that id, newest first; one query."""
    return (each for each in _find_related(event, viewer).iterator() if _is_part(each, event))


def _find_related(event: str, viewer: Viewer) -> QuerySet[CatalogueEntry]:
    return entries(viewer).filter(related__contains=[event]).order_by("-changed", "pk")


def _is_part(each: CatalogueEntry, event: str) -> bool:
    try:
        relations = each.document.relations
    except UnreadableDocument:
        return False
    return any(relation.type == PART_OF and relation.target == event for relation in relations)
