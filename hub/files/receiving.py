"""Fetching what peers offer: piece by piece, gone on with after an interruption, checked when it is whole.

A peer's file is fetched from that peer even if the same bytes are here already: only who can hand
them out may have them shown in its name, and an answer tells nobody what else is stored here.
"""

from __future__ import annotations

import datetime as dt
import errno
import time
from collections.abc import Mapping

import structlog
from django.db import transaction
from django.utils import timezone

from hub import fetching
from hub.env import env
from hub.errors import FetchFailed, FileWithheld, ScannerUnavailable, Unreachable
from hub.files.letting_go import refuse_content
from hub.files.locking import lock_content
from hub.files.media_types import differs
from hub.files.models import FileState, StoredFile
from hub.files.partial import Overtaken, PartialFile, digest_of_file
from hub.files.scanning import scan
from hub.files.storage import content_storage

logger = structlog.get_logger("hub.files")

CHUNK = 64 * 1024
MEGABYTE = 1024 * 1024

# A fetch may take this long, and a second more for so many bytes; slower senders are left.
PATIENCE_SECONDS = 30.0
BYTES_PER_SECOND = 400_000

USED_EVERY = dt.timedelta(hours=1)

TRIES_WITHOUT_PROGRESS = 3
"""After so many the beginning that is here is thrown away: perhaps it is in the way."""


class HarmfulFile(FileWithheld):
    """The scanner has found something: the file is not fetched again, and its origin should be told."""


def expect(
    digest: str, size: int, media_type: str, *, origin: str, source: str, wanted: bool = True
) -> StoredFile:
    """Note that a file of ``origin`` is to be had at the address ``source``; returns its record.

    Unless it is ``wanted`` at once it is fetched when somebody asks for it. The record may be stored
    already, and one that is refused stays so: the same bytes are as harmful from elsewhere. A new address
    or size is tried at once. Held to the end of the transaction, so that it is not let go meanwhile.
    """
    with transaction.atomic():
        record, created = StoredFile.objects.select_for_update().get_or_create(
            digest=digest,
            origin=origin,
            defaults={"size": size, "media_type": media_type[:150], "source": source, "wanted": wanted},
        )
        is_open = record.state in (FileState.MISSING, FileState.WITHHELD)
        if not created and is_open and (record.source, record.size) != (source, size):
            record.source, record.size = source, size
            record.state, record.reason, record.attempts, record.retry_at = FileState.MISSING, "", 0, None
            record.save()
    return record


def want(record: StoredFile) -> None:
    """Note that somebody waits for a file that is not here: it is fetched before all others."""
    StoredFile.objects.filter(pk=record.pk).update(used=timezone.now())
    if not record.wanted and record.state != FileState.REFUSED:
        record.await_fetch(wanted=True)


def note_use(record: StoredFile) -> None:
    """Note that a received file is asked for, once an hour at most: those that are not make way first."""
    now = timezone.now()
    if record.is_received and (record.used is None or record.used < now - USED_EVERY):
        StoredFile.objects.filter(pk=record.pk).update(used=now)


def retry(record: StoredFile) -> None:
    """Let a withheld or refused file be fetched and scanned once more, at once: an operator has looked at it.

    Of a file that was handed in here the bytes are still here: they are scanned again at once.
    Raises :class:`ScannerUnavailable`.
    """
    if record.is_received:
        record.await_fetch(wanted=True)
        return
    with content_storage().open(record.name) as file:
        finding = scan(file)
    if finding:
        record.refuse(finding.reason)
    else:
        record.settle()


def arrived(record: StoredFile) -> int:
    """How many bytes of a file that is being fetched are here."""
    return content_storage().partial(record.partial_name).size


def receive(
    record: StoredFile, headers: Mapping[str, str] | None = None, *, pause_after: float | None = None
) -> bool:
    """Fetch a wanted file, check its size and digest, and store it; returns whether it is here now.

    After ``pause_after`` seconds a file that can be gone on with is left as far as it is, for other files
    to have their turn, and False is returned. Whatever goes wrong (unreachable, wrong content, full disk,
    a storage that refuses, a scanner that does not answer), the record says why and when the next attempt
    is due, and :class:`FileWithheld` is raised. Of a connection that broke off the beginning stays, and what
    waits for the scanner stays whole, else nothing. What the scanner finds harmful is refused for good.
    """
    if record.state == FileState.STORED:
        return True
    partial = content_storage().partial(record.partial_name)
    before = partial.size
    try:
        is_whole = _fetch(record, partial, headers or {}, pause_after)
        if is_whole:
            _store(record, partial)
    except HarmfulFile as error:
        partial.delete()
        refuse_content(record.digest, str(error))
        record.refresh_from_db()
        raise
    except Exception as error:  # a storage may raise anything, and one file must not stop the others
        _keep_or_drop(record, partial, before, error)
        reason = _reason_of(error)
        record.withhold(reason)
        logger.warning("file withheld", digest=record.digest, source=record.source, reason=reason)
        raise FileWithheld(reason) from error
    return is_whole


def _fetch(
    record: StoredFile, partial: PartialFile, headers: Mapping[str, str], pause_after: float | None
) -> bool:
    """Add what is missing; whether nothing is missing any more."""
    if record.size > env.attachment_max_mb * MEGABYTE:
        raise FileWithheld(
            f"it has {record.size} bytes, more than the {env.attachment_max_mb} MB allowed here"
        )
    have = partial.size
    if have > record.size:
        partial.delete()
        have = 0
    if have == record.size > 0:
        return True
    with fetching.download(
        record.source,
        headers=headers,
        max_bytes=record.size + CHUNK,  # what is too long is noticed below
        seconds=PATIENCE_SECONDS + (record.size - have) / BYTES_PER_SECOND,
        start=have,
        etag=f'"{record.hex}"',
    ) as part:
        if have and not part.start:
            partial.delete()
        return _append(record, partial, part, pause_after)


def _append(record: StoredFile, partial: PartialFile, part: fetching.Part, pause_after: float | None) -> bool:
    pause_at = time.monotonic() + pause_after if pause_after is not None and part.resumable else None
    with partial.appending(part.start) as writer:
        for chunk in part.chunks:
            if writer.at + len(chunk) > record.size:
                raise FileWithheld(f"it has more bytes than the {record.size} announced")
            writer.append(chunk)
            if pause_at is not None and time.monotonic() >= pause_at and writer.at < record.size:
                if writer.at - part.start < BYTES_PER_SECOND * (pause_after or 0):
                    raise Unreachable(f"{record.source} sends too slowly")
                return False
        if writer.at != record.size:
            raise FileWithheld(f"it has {writer.at} bytes instead of the {record.size} announced")
    return True


def _store(record: StoredFile, partial: PartialFile) -> None:
    """Check the whole file, and move it to its content's place unless the record is gone meanwhile."""
    with partial.alone() as file:
        digest = digest_of_file(file)
        if digest != record.digest:
            raise FileWithheld(f"its checksum is {digest} instead of {record.digest}")
        if finding := scan(file):
            raise HarmfulFile(finding.reason)
        if otherwise := differs(file, record.media_type):
            raise FileWithheld(f"it is {otherwise} instead of {record.media_type}")
        with transaction.atomic():
            lock_content(record.digest)
            if not StoredFile.objects.select_for_update().filter(pk=record.pk).exists():
                raise FileWithheld("no document needs it any more")
            if not content_storage().exists(record.name):
                content_storage().adopt(partial, record.name)
            record.settle()
        partial.delete()


def _keep_or_drop(record: StoredFile, partial: PartialFile, before: int, error: Exception) -> None:
    """The beginning stays where the connection alone is to blame; what brought it further counts anew."""
    if isinstance(error, (Overtaken, ScannerUnavailable)):
        return
    if not isinstance(error, FetchFailed):
        partial.delete()
    elif partial.size > before:
        record.attempts = 0
    elif record.attempts >= TRIES_WITHOUT_PROGRESS:
        partial.delete()


def _reason_of(error: Exception) -> str:
    if isinstance(error, (FileWithheld, FetchFailed, ScannerUnavailable)):
        return str(error)
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return "the disk is full"
    return f"storing failed: {type(error).__name__}: {error}"
