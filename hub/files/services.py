"""Taking in what was handed in here, and opening what is stored. For peers: :mod:`hub.files.receiving`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import IO, TypeVar

import structlog
from django.core.files.base import File
from django.db import transaction

from hub.errors import FileWithheld
from hub.files.locking import lock_content
from hub.files.models import FileState, StoredFile, storage_name
from hub.files.partial import PartialFile
from hub.files.quarantine import QuarantineFile
from hub.files.queries import find_file
from hub.files.storage import content_storage

logger = structlog.get_logger("hub.files")

CHUNK = 256 * 1024
Found = TypeVar("Found")


def store(source: IO[bytes] | File[bytes], media_type: str) -> StoredFile:
    """Store local bytes by their content and return the record.

    The same bytes are stored once, whoever brings them. Raises :class:`OSError`, leaving nothing
    behind, when the disk is full.
    """
    with content_storage().quarantine() as incoming:
        for chunk in _chunks_of(source):
            incoming.write(chunk)
        return take_in(incoming, incoming.digest, incoming.size, media_type)


def take_in(incoming: QuarantineFile | PartialFile, digest: str, size: int, media_type: str) -> StoredFile:
    """Move a whole local file of ``size`` bytes, already on this disk, to its content's place.

    ``digest`` is ``sha256:<hex>``, worked out by the caller, who has also shown it to the scanner. What was
    refused earlier stays refused. Raises :class:`OSError` when the disk is full.
    """
    name, record = storage_name(digest), find_file(digest)
    if record and record.state == FileState.REFUSED:
        return record
    if record and record.state == FileState.STORED and content_storage().exists(name):
        return record  # what is stored here is never let go
    with transaction.atomic():
        lock_content(digest)
        if not content_storage().exists(name):
            content_storage().adopt(incoming, name)
        record, _ = StoredFile.objects.get_or_create(
            digest=digest,
            origin="",
            defaults={"state": FileState.STORED, "size": size, "media_type": media_type},
        )
        if record.state != FileState.STORED:
            record.settle()
    return record


def open_content(record: StoredFile) -> File[bytes]:
    """The stored bytes, for reading.

    Raises :class:`FileWithheld` when they are not here; a record whose bytes are lost is fetched
    again.
    """
    return _found(record, lambda: content_storage().open(record.name))


def open_part(record: StoredFile, start: int, length: int) -> Iterator[bytes]:
    """Some of the stored bytes, piece by piece. Raises :class:`FileWithheld` before the first."""
    if not length:
        _require_stored(record)
        return iter(())
    return _found(record, lambda: content_storage().part(record.name, start, length))


def _found(record: StoredFile, read: Callable[[], Found]) -> Found:
    _require_stored(record)
    try:
        return read()
    except FileNotFoundError as error:
        newest = StoredFile.objects.filter(pk=record.pk).first()
        if newest is None or newest.state != FileState.STORED:
            raise FileWithheld("it was let go this moment") from error
        logger.error("stored file is gone", digest=record.digest)
        record.withhold("its bytes are gone from the storage")
        raise FileWithheld(record.reason) from error


def _require_stored(record: StoredFile) -> None:
    if record.state != FileState.STORED:
        raise FileWithheld(record.reason or "not fetched yet")


def _chunks_of(source: IO[bytes] | File[bytes]) -> Iterator[bytes]:
    if isinstance(source, File):
        chunks: Iterable[bytes] = source.chunks(CHUNK)
        yield from chunks
        return
    while chunk := source.read(CHUNK):
        yield chunk
