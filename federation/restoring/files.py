"""Files of own documents whose bytes are gone: fetched back from peers that have kept a copy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO

import structlog

from federation.addresses import file_of
from federation.models import Peer
from federation.signatures import sign
from hub import fetching
from hub.documents import Attachment, Document
from hub.errors import FetchFailed, FileWithheld
from hub.files.queries import find_file
from hub.files.services import open_content, take_in
from hub.files.storage import content_storage

logger = structlog.get_logger("federation")

PATIENCE_SECONDS = 30.0
BYTES_PER_SECOND = 400_000
CHUNK = 64 * 1024


def fetch_back(document: Document, peers: Sequence[Peer]) -> list[Attachment]:
    """Make sure that the files of an own document are here; returns those that no peer could give."""
    return [
        attachment
        for attachment in document.attachments
        if not _is_here(attachment) and not any(_fetch(document, attachment, peer) for peer in peers)
    ]


@contextmanager
def opened(attachment: Attachment) -> Iterator[IO[bytes]]:
    """The bytes of an own attachment. Raises :class:`FileWithheld` where they are not here."""
    record = find_file(attachment.digest)
    if record is None:
        raise FileWithheld(f"{attachment.name}: no approved instance has kept this file")
    with open_content(record) as file:
        yield file


def _is_here(attachment: Attachment) -> bool:
    record = find_file(attachment.digest)
    return record is not None and content_storage().exists(record.name)


def _fetch(document: Document, attachment: Attachment, peer: Peer) -> bool:
    """Fetch one file from a peer's copy, check its size and digest, and store it as an own one."""
    url = fetching.prepared_url(file_of(peer.origin, document.uuid, attachment.digest, attachment.name))
    seconds = PATIENCE_SECONDS + attachment.size / BYTES_PER_SECOND
    try:
        with (
            content_storage().quarantine() as incoming,
            fetching.download(
                url, headers=sign("GET", url), max_bytes=attachment.size + CHUNK, seconds=seconds
            ) as part,
        ):
            for chunk in part.chunks:
                incoming.write(chunk)
            if (incoming.digest, incoming.size) != (attachment.digest, attachment.size):
                logger.error("a peer's copy of a file differs", peer=peer.slug, digest=attachment.digest)
                return False
            take_in(incoming, incoming.digest, incoming.size, attachment.media_type)
    except FetchFailed as error:
        logger.warning("file not fetched back", peer=peer.slug, digest=attachment.digest, error=str(error))
        return False
    return True
