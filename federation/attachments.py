"""Attachments of received documents: noted as they come, fetched one after the other."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from federation.addresses import file_of
from federation.models import Peer, PeerState
from federation.signatures import sign
from hub import fetching
from hub.catalogue.models import CatalogueEntry, State
from hub.errors import FileWithheld, UnreadableDocument
from hub.files import services
from hub.files.models import FileState, StoredFile
from hub.files.queries import due_files

logger = structlog.get_logger("federation")

SWEEP = 50


def follow(entries: Sequence[CatalogueEntry]) -> None:
    """The catalogue's consumer: files of received documents are noted, and fetching them is enqueued."""
    from federation.tasks import enqueue_fetch  # tasks import this module

    if expect_attachments(entries):
        enqueue_fetch()


def expect_attachments(entries: Sequence[CatalogueEntry]) -> list[StoredFile]:
    """Note the files that received documents need and that are not here; returns those.

    The address is built from the origin and the document, not taken from the document, so no peer
    sends this instance anywhere else.
    """
    wanted: list[StoredFile] = []
    for entry in entries:
        if entry.is_local or entry.state != State.LIVE:
            continue
        try:
            document = entry.document
        except UnreadableDocument:
            continue
        for attachment in document.attachments:
            source = file_of(entry.origin, str(entry.uuid), attachment.digest, attachment.name)
            record = services.expect(attachment.digest, attachment.size, attachment.media_type, source)
            if record.state != FileState.STORED:
                wanted.append(record)
    return wanted


def fetch(digest: str) -> bool:
    """Fetch one wanted file from its approved origin; returns whether it is here now.

    A failure is noted at the file, with the time of the next attempt.
    """
    record = StoredFile.objects.filter(digest=digest).first()
    if record is None or record.state == FileState.STORED:
        return record is not None
    origin = record.source.partition("/dateien/")[0]
    if not Peer.objects.filter(origin=origin, state=PeerState.APPROVED).exists():
        record.withhold(f"{origin} is not an approved peer at the moment")
        return False
    try:
        services.receive(record, sign("GET", fetching.prepared_url(record.source)))
    except FileWithheld:
        return False
    logger.info("file stored", digest=digest, size=record.size)
    return True


def due_digests() -> list[str]:
    """Digests of wanted files whose next attempt is due, a handful at a time."""
    return list(due_files().values_list("digest", flat=True)[:SWEEP])
