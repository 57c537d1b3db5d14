"""What of a peer's is rightly signed and yet not shown, or by its header alone: found out and set aside."""

from __future__ import annotations

import uuid

import structlog
from django.core.exceptions import ValidationError

from federation import strictjson
from federation.models import Peer, Quarantined
from hub.catalogue import entries as catalogue_entries
from hub.catalogue.headers import write_header
from hub.catalogue.log import ReceivedChange, next_position
from hub.catalogue.models import CatalogueEntry
from hub.documents import UNLISTED, Audience, Document
from hub.errors import RefusedMessage, UnreadableDocument

logger = structlog.get_logger("federation")

NOT_APPROVED = "is not approved to publish for"
"""In the reason of what waits for the peer to be approved for more bodies."""


def why_not_shown(peer: Peer, change: ReceivedChange) -> str:
    """Why a rightly signed document is not shown; empty if it is."""
    if change.body is None:
        return ""
    if not _is_object_id(change.object_id, peer.origin):
        return f"{change.object_id} is not {peer.origin}/id/ and a UUID"
    try:
        strictjson.loads(change.body)
        document = change.document
    except (RefusedMessage, UnreadableDocument, ValueError, OverflowError) as error:
        return f"not readable by this version: {error}"
    return _why_not_taken(peer, change, document)


def set_aside(peer: Peer, change: ReceivedChange, reason: str) -> None:
    """Keep a document raw that is not shown, or is by its header alone; tried again later.

    Inside the transaction that applies it, with the log head and what is held of the object locked.
    """
    logger.warning("entry quarantined", peer=peer.slug, object_id=change.object_id, reason=reason)
    Quarantined.objects.create(
        peer=peer,
        epoch=change.epoch,
        seq=change.seq,
        object_id=change.object_id,
        salt=change.salt,
        body=change.body or "",
        reason=reason[:2000],
    )
    show_header(peer, change, locked_entry(change.object_id))


def locked_entry(object_id: str) -> CatalogueEntry | None:
    """What is held of the object, locked to the end of the transaction."""
    return CatalogueEntry.objects.select_for_update().filter(object_id=object_id).first()


def show_header(peer: Peer, change: ReceivedChange, entry: CatalogueEntry | None) -> bool:
    """Show the header of a document of another major version, unless it is shown already; whether it was.

    Statements, topics and pages of bodies have no header that says anything, so they only wait. ``entry`` is
    what is held of the object, locked: the position comes last.
    """
    header = _header_of(peer, change)
    if header is None:
        return False
    if entry is not None and entry.digest == change.object_digest and not entry.hidden:
        return False
    write_header(entry, change, header, peer.slug, next_position())
    return True


def _header_of(peer: Peer, change: ReceivedChange) -> Document | None:
    if not change.body or not _is_object_id(change.object_id, peer.origin):
        return None
    try:
        strictjson.loads(change.body)
        header = Document.from_header(change.body)
    except (RefusedMessage, UnreadableDocument, ValueError, OverflowError):
        return None
    return None if header.kind in UNLISTED or _why_not_taken(peer, change, header) else header


def _why_not_taken(peer: Peer, change: ReceivedChange, document: Document) -> str:
    if document.id != change.object_id:
        return f"the document calls itself {document.id}"
    try:
        catalogue_entries.check_projection(document)
    except ValidationError as error:
        return f"it does not fit the catalogue: {error}"
    if document.audience is Audience.INSTANCE:
        return "its audience is the origin alone"
    strangers = sorted(set(document.publishers) - set(peer.bodies))
    if strangers or not document.publishers:
        return f"{peer.name} {NOT_APPROVED} {', '.join(strangers) or 'nobody'}"
    return ""


def _is_object_id(object_id: str, origin: str) -> bool:
    """Whether it is the origin's address and a UUID in its usual writing, and nothing more."""
    try:
        key = uuid.UUID(object_id.rpartition("/")[2])
    except ValueError:
        return False
    return object_id == f"{origin}/id/{key}"
