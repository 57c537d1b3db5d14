"""Reading the catalogue. Every read names its viewer."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils import timezone

from hub.catalogue.models import CatalogueEntry, State
from hub.documents import Viewer


def entries(viewer: Viewer) -> QuerySet[CatalogueEntry]:
    """All entries the viewer may read now: live, not hidden, not expired, of a readable audience."""
    return CatalogueEntry.objects.filter(
        Q(expires__isnull=True) | Q(expires__gte=timezone.localdate()),
        state=State.LIVE,
        hidden=False,
        audience__in=sorted(viewer.audiences),
    )


def find_entry(key: uuid.UUID | str, viewer: Viewer) -> CatalogueEntry | None:
    """The readable entry with that uuid, or None. An own entry goes before a received one."""
    return entries(viewer).filter(uuid=key).order_by("source").first()


def find_entries(object_ids: Iterable[str], viewer: Viewer) -> dict[str, CatalogueEntry]:
    """The readable ones of these ids, in one query."""
    return {entry.object_id: entry for entry in entries(viewer).filter(object_id__in=set(object_ids))}


def is_gone(entry: CatalogueEntry) -> bool:
    """Whether the address should answer 410: it was published once and is no more."""
    return entry.state != State.LIVE or entry.hidden
