"""Reading what is known of files."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, Sum
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
    """Files wanted from an origin whose next attempt is due: those somebody waits for, then by size.

    Smallest first, so that a large one holds up none.
    """
    return (
        StoredFile.objects.filter(state__in=(FileState.MISSING, FileState.WITHHELD), wanted=True)
        .exclude(origin="")
        .filter(Q(retry_at__isnull=True) | Q(retry_at__lte=timezone.now()))
        .order_by(F("used").desc(nulls_last=True), "size", "created", "pk")
    )


def withheld_files() -> QuerySet[StoredFile]:
    """Files that are shown as withheld: those that are tried again, and those that are refused."""
    return StoredFile.objects.filter(state__in=(FileState.WITHHELD, FileState.REFUSED)).order_by("-changed")


def received_bytes() -> int:
    """How many bytes of other instances lie here; the same bytes count once, whoever brought them."""
    here = StoredFile.objects.filter(state=FileState.STORED).exclude(origin="")
    total = here.values("digest").annotate(bytes=Max("size")).aggregate(total=Sum("bytes"))["total"]
    return int(total or 0)


def files_of(origin: str) -> dict[str, int]:
    """How many files of that origin are ``stored``, ``missing`` (on their way), ``on_demand`` (fetched when
    somebody asks for them), ``withheld`` (tried again) and ``refused`` (harmful), and the ``bytes`` that
    are here.
    """
    counts = StoredFile.objects.filter(origin=origin).aggregate(**_COUNTS)
    return {name: int(count or 0) for name, count in counts.items()}


_COUNTS: dict[str, Any] = {
    "stored": Count("pk", filter=Q(state=FileState.STORED)),
    "missing": Count("pk", filter=Q(state=FileState.MISSING, wanted=True)),
    "on_demand": Count("pk", filter=Q(state=FileState.MISSING, wanted=False)),
    "withheld": Count("pk", filter=Q(state=FileState.WITHHELD)),
    "refused": Count("pk", filter=Q(state=FileState.REFUSED)),
    "bytes": Sum("size", filter=Q(state=FileState.STORED)),
}
