"""Files of documents: which are needed is noted as they come; those of peers are fetched in short rounds."""

from __future__ import annotations

import time
from collections.abc import Sequence

import structlog
from django.db.models import QuerySet

from federation.addresses import file_of
from federation.jobs import enqueue_fetch
from federation.models import Peer, PeerState
from federation.signatures import sign
from hub import fetching
from hub.catalogue.consumers import lag
from hub.catalogue.models import CatalogueEntry, Setback, State
from hub.documents import Attachment
from hub.errors import FileWithheld, UnreadableDocument
from hub.files import letting_go, receiving
from hub.files.models import FileState, StoredFile
from hub.files.queries import due_files
from hub.files.references import Need, note_needs

logger = structlog.get_logger("federation")

CONSUMER = "federation.files"
NO_ROOM = "quota: the room for files of other instances is used up (HUB_ATTACHMENT_QUOTA_MB)"

ROUND_SECONDS = 30.0
"""After that time the next peer gets its turn: no other file is started, and a large one is paused."""


def follow(entries: Sequence[CatalogueEntry]) -> None:
    """The catalogue's consumer: which files documents need is noted, and fetching is enqueued."""
    origins = {record.origin for record in expect_attachments(entries) if record.wanted}
    for peer in Peer.objects.filter(origin__in=origins):
        enqueue_fetch(peer)


def expect_attachments(entries: Sequence[CatalogueEntry]) -> list[StoredFile]:
    """Note the files that documents need; returns those of received documents that are not here.

    The pictures of a text are always fetched: nobody clicks on them.
    The address is built from the origin and the document, not taken from the document, so no peer
    sends this instance anywhere else. Of a document nobody here can read what was known stays.
    """
    lazy = lazy_origins()
    missing: list[StoredFile] = []
    needs: list[Need] = []
    for entry in entries:
        try:
            attachments = entry.document.attachments if entry.state == State.LIVE else ()
        except UnreadableDocument:
            continue
        origin = "" if entry.is_local else entry.origin
        needs.append(Need(entry.object_id, origin, frozenset(each.digest for each in attachments)))
        if origin and not entry.overlay:  # what is hidden or held here is fetched once it is released
            missing += [
                _expect(entry, each, origin not in lazy or each.role == "picture") for each in attachments
            ]
    note_needs(needs)
    return [record for record in missing if record.state != FileState.STORED]


def _expect(entry: CatalogueEntry, attachment: Attachment, wanted: bool) -> StoredFile:
    name = attachment.name if attachment.name.strip(".") else "file"  # dots alone would lead elsewhere
    return receiving.expect(
        attachment.digest,
        attachment.size,
        attachment.media_type,
        origin=entry.origin,
        source=file_of(entry.origin, str(entry.uuid), attachment.digest, name),
        wanted=wanted,
    )


def lazy_origins() -> set[str]:
    """The origins whose files are fetched when somebody asks for them."""
    return set(Peer.objects.filter(lazy_files=True).values_list("origin", flat=True))


def set_lazy(peer: Peer, lazy: bool) -> None:
    """Fetch the peer's files only when somebody asks for them, or from now on all. What is here stays."""
    peer.lazy_files = lazy
    peer.save(update_fields=["lazy_files"])
    waiting = StoredFile.objects.filter(
        origin=peer.origin, wanted=lazy, state__in=(FileState.MISSING, FileState.WITHHELD)
    )
    if waiting.update(wanted=not lazy) and not lazy:
        enqueue_fetch(peer)


def fetch_for_reader(record: StoredFile) -> Peer | None:
    """Somebody waits for a received file that is not here: fetch it first. Returns from whom, None if it
    cannot be fetched now.
    """
    peer = Peer.objects.filter(origin=record.origin, state=PeerState.APPROVED).first()
    if peer is None or record.state == FileState.REFUSED:
        return None
    receiving.want(record)
    enqueue_fetch(peer)
    return peer


def let_go() -> None:
    """Let go of what no document needs, and of what exceeds the room for files of other instances.

    Not before every document is read: a reference that is not noted yet looks like none.
    """
    if lag().get(CONSUMER) or Setback.objects.filter(consumer=CONSUMER).exists():
        logger.warning("no files let go: not all documents are read yet", consumer=CONSUMER)
        return
    letting_go.let_go_unneeded()
    letting_go.make_room(0, lazy_origins())


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
    if not letting_go.make_room(record.size, lazy_origins()):
        record.withhold(NO_ROOM)
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
