"""Giving up bytes: those of other instances that nobody needs or uses, and those that are harmful.

What was handed in here is never deleted: drafts, older wordings and the library may need it, and nothing
but the bytes themselves would bring it back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from hub.env import env
from hub.files.locking import lock_content
from hub.files.models import FileReference, FileState, StoredFile, storage_name
from hub.files.queries import received_bytes
from hub.files.references import needed_by
from hub.files.signals import content_refused
from hub.files.storage import content_storage

logger = structlog.get_logger("hub.files")

GRACE = dt.timedelta(days=1)
"""How long bytes stay that no document needs any more: it may be published again."""

UNUSED = dt.timedelta(days=30)
"""A file nobody has asked for in that time makes way for others where room is short."""

IN_USE = dt.timedelta(hours=1)
"""A file that was asked for so recently stays."""

MEGABYTE = 1024 * 1024


@dataclass
class Freed:
    """What was let go: records of files, and bytes of the storage."""

    files: int = 0
    bytes: int = 0


def let_go_unneeded() -> Freed:
    """Forget the received files that no live document needs any more, and delete their bytes."""
    since = timezone.now() - GRACE
    idle = Q(changed__lt=since) | ~Q(state=FileState.STORED)
    freed = Freed()
    for record in _unneeded().filter(idle, created__lt=since).iterator():
        with transaction.atomic():
            lock_content(record.digest)
            held = StoredFile.objects.select_for_update().filter(pk=record.pk).first()
            # Asked again once the row is held: somebody may have needed it while this waited.
            if held and _unneeded().filter(idle, pk=held.pk).exists():
                content_storage().partial(held.partial_name).delete()
                StoredFile.objects.filter(pk=held.pk).delete()
                _count(freed, held)
    if freed.files:
        logger.info("files let go", why="no document needs them", files=freed.files, bytes=freed.bytes)
    return freed


def make_room(coming: int, on_demand: Collection[str] = ()) -> bool:
    """Whether ``coming`` bytes of another instance fit into ``HUB_ATTACHMENT_QUOTA_MB``.

    If not, files go first, those longest unused before others, until a tenth is free: files of the origins
    ``on_demand``, whose files are fetched when somebody asks for them, and what nobody has asked for in a
    month. They are fetched again when somebody does.
    """
    quota = env.attachment_quota_mb * MEGABYTE
    if not quota:
        return True
    held = received_bytes()
    if held + coming <= quota or coming > quota:
        return coming <= quota
    freed = Freed()
    for record in _least_used(on_demand):
        if held - freed.bytes + coming <= quota * 9 // 10:
            break
        _give_up_bytes(record, freed)
    logger.info("files let go", why="the room is used up", files=freed.files, bytes=freed.bytes)
    return held - freed.bytes + coming <= quota


def refuse_content(digest: str, reason: str) -> None:
    """Never hand out harmful bytes again, whoever brought them; those that were received are deleted."""
    for record in StoredFile.objects.filter(digest=digest):
        record.refuse(reason)
        logger.error(
            "file refused",
            digest=digest,
            origin=record.origin or "handed in here",
            reason=reason,
            needed_by=needed_by(digest, record.origin),
        )
    with transaction.atomic():
        lock_content(digest)
        _free(digest)
        content_refused.send(StoredFile, digest=digest)


def _unneeded() -> QuerySet[StoredFile]:
    needed = FileReference.objects.filter(digest=OuterRef("digest"), origin=OuterRef("origin"))
    return StoredFile.objects.exclude(origin="").filter(~Exists(needed))


def _least_used(on_demand: Collection[str]) -> Iterator[StoredFile]:
    now = timezone.now()
    received = StoredFile.objects.filter(state=FileState.STORED).exclude(origin="")
    return (
        received.annotate(last=Coalesce("used", "changed"))
        .filter(Q(origin__in=on_demand) | Q(last__lt=now - UNUSED))
        .exclude(used__gt=now - IN_USE)
        .order_by("last", "pk")
        .iterator()
    )


def _give_up_bytes(record: StoredFile, freed: Freed) -> None:
    with transaction.atomic():
        lock_content(record.digest)
        stored = StoredFile.objects.select_for_update().filter(pk=record.pk, state=FileState.STORED).first()
        if stored is not None:
            stored.await_fetch(wanted=False)
            _count(freed, stored)


def _count(freed: Freed, record: StoredFile) -> None:
    freed.files += 1
    freed.bytes += record.size if _free(record.digest) else 0


def _free(digest: str) -> bool:
    """Delete bytes that no record holds any more; whether there were any. Who calls it has the lock.

    A file that is being read at this moment is read to its end, from the disk as from a bucket. After a
    crash in between a record misses its bytes, which is noticed and mended when they are asked for.
    """
    records = StoredFile.objects.filter(digest=digest)
    if records.filter(Q(state=FileState.STORED) | Q(origin="")).exists():
        return False
    name = storage_name(digest)
    was_here = content_storage().exists(name)
    content_storage().delete(name)
    return was_here
