"""In whose name a document counts: its owner's, and that of co-publishers who have said so themselves."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from hub.catalogue.queries import entries
from hub.documents import Viewer


def published_by(keys: Collection[str], viewer: Viewer) -> Q:
    """What one of these bodies owns, or is named as co-publisher of and has confirmed by a statement.

    A condition on entries; it adds no query. The statement is the body's own: its one publisher.
    """
    condition = Q(publishers__overlap=sorted(keys))
    for key in sorted(keys):
        said = entries(viewer).filter(kind="co_publication", publishers=[key]).values("about")
        condition |= Q(co_publishers__contains=[key], object_id__in=said)
    return condition
