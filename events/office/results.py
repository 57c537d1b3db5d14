"""What came of an event: the session notes and other documents that say they are part of it."""

from __future__ import annotations

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
    near = entries(viewer).filter(related__contains=[entry.object_id]).order_by("-changed", "pk")[:MOST]
    found = [each for each in near if _is_part(each, entry.object_id)]
    return sorted(found, key=lambda each: each.kind != "session_note")


def _is_part(each: CatalogueEntry, event: str) -> bool:
    try:
        relations = each.document.relations
    except UnreadableDocument:
        return False
    return any(relation.type == PART_OF and relation.target == event for relation in relations)
