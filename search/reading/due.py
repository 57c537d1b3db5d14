"""Which stored files are to be read: those of documents that are shown here, each content once."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from hub.catalogue.models import CatalogueEntry, State
from hub.documents import UNSEARCHED
from hub.files.models import FileReference, FileState, StoredFile
from search.models import FileText, TextState
from search.reading import READABLE, Reason

MOST_TRIES = 3
"""How often a file is tried at which the worker itself ended, or that may have met a busy machine."""

PASSING = (Reason.CRASHED, Reason.TOO_SLOW, Reason.TOO_MUCH_MEMORY)
AGAIN_AFTER = dt.timedelta(days=1)


def origin_of(entry: CatalogueEntry) -> str:
    """Under whose name its files are stored: nobody's for own ones."""
    return "" if entry.is_local else entry.origin


def shown_references() -> QuerySet[FileReference]:
    """The files of documents that are searched: not of those that are hidden, held or moved away."""
    shown = CatalogueEntry.objects.filter(
        object_id=OuterRef("object_id"), state=State.LIVE, hidden=False, overlay="", moved_to="", about=""
    ).exclude(kind__in=sorted(UNSEARCHED))
    return FileReference.objects.filter(Exists(shown))


def due_contents() -> QuerySet[StoredFile]:
    """Files that were not read yet, smallest first; a content that several origins brought comes for each.

    What may have failed for want of time or memory is tried again a day later.
    """
    needed = shown_references().filter(digest=OuterRef("digest"), origin=OuterRef("origin"))
    again = Q(reason__in=PASSING, tries__lt=MOST_TRIES, read__lt=timezone.now() - AGAIN_AFTER)
    open_still = Q(state=TextState.WAITING) | Q(state=TextState.UNREADABLE) & again
    known = FileText.objects.filter(~open_still, digest=OuterRef("digest"))
    return StoredFile.objects.filter(
        Exists(needed), ~Exists(known), state=FileState.STORED, media_type__in=sorted(READABLE)
    ).order_by("size", "pk")


def unattached_texts() -> QuerySet[FileText]:
    """Texts of contents that no shown document attaches any more."""
    return FileText.objects.filter(~Exists(shown_references().filter(digest=OuterRef("digest"))))


def refused_texts() -> QuerySet[FileText]:
    """Texts of contents that were found harmful after they had been read."""
    brought = StoredFile.objects.filter(digest=OuterRef("digest"))
    refused, stored = brought.filter(state=FileState.REFUSED), brought.filter(state=FileState.STORED)
    return FileText.objects.filter(Exists(refused), ~Exists(stored))
