"""Taking files in: local ones at once, those of peers after their size and digest are checked.

A peer's file is fetched from that peer even if the same bytes are here already: only who can hand
them out may have them shown in its name, and an answer tells nobody what else is stored here.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator, Mapping
from typing import IO

import structlog
from django.core.files.base import File

from hub import fetching
from hub.env import env
from hub.errors import FetchFailed, FileWithheld
from hub.files.models import FileState, StoredFile, storage_name
from hub.files.storage import content_storage

logger = structlog.get_logger("hub.files")

CHUNK = 256 * 1024
MEGABYTE = 1024 * 1024

# A fetch may take this long, and a second more for so many bytes; slower senders are left.
PATIENCE_SECONDS = 30.0
BYTES_PER_SECOND = 400_000


def store(source: IO[bytes] | File[bytes], media_type: str) -> StoredFile:
    """Store local bytes by their content and return the record.

    The same bytes are stored once, whoever brings them. Raises :class:`OSError`, leaving nothing
    behind, when the disk is full.
    """
    storage = content_storage()
    with storage.quarantine() as incoming:
        for chunk in _chunks_of(source):
            incoming.write(chunk)
        digest, size = incoming.digest, incoming.size
        if not storage.exists(storage_name(digest)):
            storage.adopt(incoming, storage_name(digest))
    record, _ = StoredFile.objects.get_or_create(
        digest=digest,
        origin="",
        defaults={"state": FileState.STORED, "size": size, "media_type": media_type},
    )
    if record.state != FileState.STORED:
        record.settle()
    return record


def expect(digest: str, size: int, media_type: str, *, origin: str, source: str) -> StoredFile:
    """Note that a file of ``origin`` is wanted from the address ``source``; returns its record.

    The record may be stored already. A new address or size is tried at once.
    """
    record, created = StoredFile.objects.get_or_create(
        digest=digest,
        origin=origin,
        defaults={"size": size, "media_type": media_type[:150], "source": source},
    )
    if not created and record.state != FileState.STORED and (record.source, record.size) != (source, size):
        record.source, record.size = source, size
        record.state, record.reason, record.attempts, record.retry_at = FileState.MISSING, "", 0, None
        record.save()
    return record


def receive(record: StoredFile, headers: Mapping[str, str] | None = None) -> None:
    """Fetch a wanted file, check its size and digest, and store it.

    Whatever goes wrong (unreachable, wrong content, full disk, a storage that refuses), nothing partial
    stays, the record says why and when the next attempt is due, and :class:`FileWithheld` is raised.
    """
    if record.state == FileState.STORED:
        return
    try:
        _fetch_into_storage(record, headers or {})
    except Exception as error:  # a storage may raise anything, and one file must not stop the others
        reason = _reason_of(error)
        record.withhold(reason)
        logger.warning("file withheld", digest=record.digest, source=record.source, reason=reason)
        raise FileWithheld(reason) from error
    record.settle()


def open_content(record: StoredFile) -> File[bytes]:
    """The stored bytes, for reading.

    Raises :class:`FileWithheld` when they are not here; a record whose bytes are lost is fetched
    again.
    """
    if record.state != FileState.STORED:
        raise FileWithheld(record.reason or "not fetched yet")
    try:
        return content_storage().open(record.name)
    except FileNotFoundError as error:
        logger.error("stored file is gone", digest=record.digest)
        record.withhold("its bytes are gone from the storage")
        raise FileWithheld(record.reason) from error


def _fetch_into_storage(record: StoredFile, headers: Mapping[str, str]) -> None:
    cap = env.attachment_max_mb * MEGABYTE
    if record.size > cap:
        raise FileWithheld(
            f"it has {record.size} bytes, more than the {env.attachment_max_mb} MB allowed here"
        )
    storage = content_storage()
    with storage.quarantine() as incoming:
        # One byte over the announced size is enough to know that the size is wrong.
        seconds = PATIENCE_SECONDS + record.size / BYTES_PER_SECOND
        with fetching.download(
            record.source, headers=headers, max_bytes=record.size + 1, seconds=seconds
        ) as chunks:
            for chunk in chunks:
                incoming.write(chunk)
        if incoming.size != record.size:
            raise FileWithheld(f"it has {incoming.size} bytes instead of the {record.size} announced")
        if incoming.digest != record.digest:
            raise FileWithheld(f"its checksum is {incoming.digest} instead of {record.digest}")
        if not storage.exists(record.name):
            storage.adopt(incoming, record.name)


def _reason_of(error: Exception) -> str:
    if isinstance(error, (FileWithheld, FetchFailed)):
        return str(error)
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return "the disk is full"
    return f"storing failed: {type(error).__name__}: {error}"


def _chunks_of(source: IO[bytes] | File[bytes]) -> Iterator[bytes]:
    if isinstance(source, File):
        chunks: Iterable[bytes] = source.chunks(CHUNK)
        yield from chunks
        return
    while chunk := source.read(CHUNK):
        yield chunk
