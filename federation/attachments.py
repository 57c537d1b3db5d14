"""Attachments of received documents: noted as they come, fetched peer by peer in short rounds."""

from __future__ import annotations

import time
from collections.abc import Sequence

import structlog
from django.db.models import QuerySet

from federation.addresses import file_of
from federation.models import Peer, PeerState
from federation.signatures import sign
from hub import fetching
from hub.catalogue.models import CatalogueEntry, State
from hub.errors import FileWithheld, UnreadableDocument
from hub.files import receiving
from hub.files.models import FileState, StoredFile
from hub.files.queries import due_files

logger = structlog.get_logger("federation")

ROUND_SECONDS = 30.0
"""After that time the next peer gets its turn: no other file is started, and a large one is paused."""


def follow(entries: Sequence[CatalogueEntry]) -> None:
    """The catalogue's consumer: files of received documents are noted, and fetching them is enqueued."""
    from federation.tasks import enqueue_fetch  # tasks import this module

    origins = {record.origin for record in expect_attachments(entries)}
    for peer in Peer.objects.filter(origin__in=origins):
        enqueue_fetch(peer)


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
            record = receiving.expect(
                attachment.digest,
                attachment.size,
                attachment.media_type,
                origin=entry.origin,
                source=file_of(entry.origin, str(entry.uuid), attachment.digest, attachment.name),
            )
            if record.state != FileState.STORED:
                wanted.append(record)
    return wanted


def due_peers() -> QuerySet[Peer]:
    """The peers of which files are due."""
    return Peer.objects.filter(origin__in=due_files().order_by().values("origin"))


def fetch_round(peer: Peer) -> bool:
    """Fetch the peer's files that are due, for a while; returns whether some are left for another round."""
    end = time.monotonic() + ROUND_SECONDS
    while record := due_files().filter(origin=peer.origin).first():
        if time.monotonic() >= end:
            return True
        fetch(record, pause_after=ROUND_SECONDS)
    return False


def fetch(record: StoredFile, *, pause_after: float | None = None) -> bool:
    """Fetch one wanted file from its approved origin; returns whether it is here now.

    After ``pause_after`` seconds it is left as far as it is. A failure of any kind is noted at the file,
    with the time of the next attempt.
    """
    if not Peer.objects.filter(origin=record.origin, state=PeerState.APPROVED).exists():
        record.withhold(f"{record.origin} is not an approved peer at the moment")
        return False
    try:
        headers = sign("GET", fetching.prepared_url(record.source))
        is_here = receiving.receive(record, headers, pause_after=pause_after)
    except FileWithheld:
        return False
    except Exception as error:  # an address that cannot be prepared must not stop the other files
        logger.exception("file cannot be asked for", digest=record.digest, source=record.source)
        record.withhold(f"it cannot be asked for: {error}")
        return False
    if is_here:
        logger.info("file stored", digest=record.digest, origin=record.origin, size=record.size)
    return is_here
