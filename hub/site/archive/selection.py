"""What belongs into an archive: what anybody may read today, and the names of what was withdrawn."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet

from hub.catalogue.models import CatalogueEntry, State
from hub.catalogue.queries import entries
from hub.documents import Audience, Viewer

CHUNK = 200
PUBLIC = Viewer.anonymous()


def public_entries() -> QuerySet[CatalogueEntry]:
    """Every public entry, own and received, without statements on what is not public."""
    narrowed = CatalogueEntry.objects.filter(object_id=OuterRef("about")).exclude(audience=Audience.PUBLIC)
    return entries(PUBLIC).filter(Q(about="") | ~Exists(narrowed)).order_by("pk")


def withdrawn_entries() -> QuerySet[CatalogueEntry]:
    """Own ones that were public and are no more: their addresses go on saying so."""
    gone = CatalogueEntry.objects.filter(source="", audience=Audience.PUBLIC).exclude(state=State.LIVE)
    return gone.defer("body", "card").order_by("pk")


def stream(found: QuerySet[CatalogueEntry]) -> Iterator[CatalogueEntry]:
    """The entries of a query, some at a time in memory."""
    return found.iterator(chunk_size=CHUNK)
