"""Which documents need which files. What no live document needs is let go: :mod:`hub.files.letting_go`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from hub.files.models import FileReference, StoredFile


@dataclass(frozen=True)
class Need:
    """All files that one document needs; none if it is not live. ``origin`` as in :class:`FileReference`."""

    object_id: str
    origin: str
    digests: frozenset[str] = frozenset()


def note_needs(needs: Sequence[Need]) -> None:
    """Let the references of these documents be exactly what they need now."""
    wanted = {(need.object_id, digest): need.origin for need in needs for digest in need.digests}
    held = FileReference.objects.filter(object_id__in=[need.object_id for need in needs])
    known = {(reference.object_id, reference.digest): reference for reference in held}
    _drop([reference for key, reference in known.items() if key not in wanted])
    FileReference.objects.bulk_create(
        FileReference(object_id=object_id, digest=digest, origin=origin)
        for (object_id, digest), origin in wanted.items()
        if (object_id, digest) not in known
    )


def needed_by(digest: str, origin: str) -> list[str]:
    """The ids of the live documents that need a file, at most a hundred."""
    found = FileReference.objects.filter(digest=digest, origin=origin).order_by("object_id")
    return list(found.values_list("object_id", flat=True)[:100])


def _drop(references: Collection[FileReference]) -> None:
    """The files count as changed: their grace begins."""
    if not references:
        return
    FileReference.objects.filter(pk__in=[reference.pk for reference in references]).delete()
    files = Q(pk=None)
    for reference in references:
        files |= Q(digest=reference.digest, origin=reference.origin)
    StoredFile.objects.filter(files).update(changed=timezone.now())
