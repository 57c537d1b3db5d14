"""Reading what is known of files."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone

from hub.files.models import FileState, StoredFile
from hub.files.names import digest_of


def find_file(digest: str, origin: str = "") -> StoredFile | None:
    """The record of the file ``sha256:<hex>`` that ``origin`` brought (none: stored here), or None."""
    return StoredFile.objects.filter(digest=digest, origin=origin).first()


def find_in_library(name: str) -> StoredFile | None:
    """The record of a file of the editors' library by its name in the storage, without reading a byte.

    None for files that lie under a name of their own, as all did once.
    """
    digest = digest_of(name)
    return find_file(digest) if digest else None


def due_files() -> QuerySet[StoredFile]:
    """Files wanted from an origin whose next attempt is due, smallest first: a large one holds up none."""
    return (
        StoredFile.objects.exclude(state=FileState.STORED)
        .exclude(origin="")
        .filter(Q(retry_at__isnull=True) | Q(retry_at__lte=timezone.now()))
        .order_by("size", "created", "pk")
    )


def withheld_files() -> QuerySet[StoredFile]:
    """Files that are shown as withheld."""
    return StoredFile.objects.filter(state=FileState.WITHHELD).order_by("-changed")
