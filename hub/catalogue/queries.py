"""Reading the catalogue. Every read names its viewer."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db.models import Max, Q, QuerySet
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


def newest_position() -> int:
    """Where the catalogue stands: it grows with each change of what may be read. One cheap query."""
    return CatalogueEntry.objects.aggregate(newest=Max("position"))["newest"] or 0


def cards(viewer: Viewer) -> QuerySet[CatalogueEntry]:
    """What :func:`entries` reads, without the documents: for lists, which show columns and ``card``."""
    return entries(viewer).defer("body")


def find_entry(key: uuid.UUID | str, viewer: Viewer) -> CatalogueEntry | None:
    """The readable entry with that uuid, or None.

    An own entry decides alone, readable or not: nobody takes over an address of this instance by
    publishing under its uuid. Among received ones the first to arrive does. One query, for statements two.
    """
    known = sorted(CatalogueEntry.objects.filter(uuid=key), key=lambda entry: (bool(entry.source), entry.pk))
    return known[0] if known and is_readable(known[0], viewer) else None


def find_entries(object_ids: Iterable[str], viewer: Viewer) -> dict[str, CatalogueEntry]:
    """The readable ones of these ids, in one query."""
    return {entry.object_id: entry for entry in entries(viewer).filter(object_id__in=set(object_ids))}


def is_gone(entry: CatalogueEntry) -> bool:
    """Whether the address should answer 410: it was published once and is no more."""
    expired = entry.expires is not None and entry.expires < timezone.localdate()
    return entry.state != State.LIVE or entry.hidden or expired


def is_readable(entry: CatalogueEntry, viewer: Viewer) -> bool:
    """What :func:`entries` asks of all, asked of one."""
    return not is_gone(entry) and viewer.may_read(entry.audience) and speaks_of_readable(entry, viewer)


def speaks_of_readable(entry: CatalogueEntry, viewer: Viewer) -> bool:
    """Whether what a statement is about is for the viewer, as far as it is here; true for anything else.

    A statement says something of its document, so it is shown to nobody else than that, also where the
    document was narrowed after it. What was withdrawn goes by the audience it had last, for a use may
    outlast it. One query for statements, none for others.
    """
    if not entry.about:
        return True
    found = CatalogueEntry.objects.filter(object_id=entry.about).values_list("audience", flat=True)
    return all(viewer.may_read(audience) for audience in found)
