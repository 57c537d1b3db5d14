"""Receiving: everything is verified outside the transaction, then applied in order in one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from federation import multibase, strictjson
from federation.models import Peer, Quarantined
from federation.transport import MAX_ENTRIES, check_chain, read_entry, read_head
from hub.catalogue import entries as catalogue_entries
from hub.catalogue import log
from hub.catalogue.log import ReceivedChange
from hub.catalogue.models import LogHead
from hub.documents import Audience, Document
from hub.env import env
from hub.errors import OutOfOrder, RefusedMessage, UnreadableDocument

logger = structlog.get_logger("federation")

ACTIVITIES = frozenset({"Create", "Update", "Delete", "Add"})


@dataclass(frozen=True)
class Verified:
    """Changes of one peer that may be applied; ``suspects`` maps a sequence to why it is not shown."""

    changes: Sequence[ReceivedChange]
    suspects: Mapping[int, str]


def receive_activity(peer: Peer, activity: Mapping[str, Any]) -> LogHead:
    """Take in what a peer pushed; returns the end of its log as held now.

    ``peer`` is who signed the message. Raises :class:`RefusedMessage` if anything does not belong to
    that peer, :class:`OutOfOrder` after a gap.
    """
    if activity.get("actor") != peer.actor or not str(activity.get("id", "")).startswith(peer.origin + "/"):
        raise RefusedMessage(f"the activity is not one of {peer.actor}, who signed it")
    if activity.get("type") not in ACTIVITIES:
        raise RefusedMessage(f"activities of type {str(activity.get('type'))[:40]!r} are not taken")
    entries = activity.get("entries")
    if not isinstance(entries, list) or len(entries) > MAX_ENTRIES:
        raise RefusedMessage(f"an activity carries up to {MAX_ENTRIES} entries")
    key = multibase.decode_key(peer.ed25519)
    epoch, seq, _ = read_head(activity.get("head"), peer.origin, key, timezone.now())
    apply(peer, verify(peer, entries))
    held = held_head(peer)
    if (held.epoch, held.seq) < (epoch, seq) and not entries:
        raise OutOfOrder(f"{peer.origin} is at {epoch}/{seq}, held is {held.seq}")
    return held


def verify(peer: Peer, entries: Sequence[object]) -> Verified:
    """Check proofs, digests, origins and chain of a peer's entries, and whether each can be shown.

    Raises :class:`RefusedMessage`; then none of them may be applied.
    """
    if peer.origin == env.origin:
        raise RefusedMessage("the own log is never taken from a peer")
    key = multibase.decode_key(peer.ed25519)
    changes = [read_entry(entry, peer.origin, key) for entry in entries]
    check_chain(changes)
    suspects = {change.seq: reason for change in changes if (reason := why_not_shown(peer, change))}
    return Verified(changes, suspects)


def apply(peer: Peer, verified: Verified) -> int:
    """Apply verified changes in one transaction; returns how many were new.

    What cannot be shown continues the chain, hides what it corrects, and is kept raw in quarantine.
    Raises :class:`OutOfOrder` after a gap, :class:`BrokenChain` on a contradiction, and
    :class:`RefusedMessage` if the peer's approval has changed since; then nothing is applied.
    """
    with transaction.atomic():
        applied = log.apply_received(verified.changes, peer.slug, verified.suspects)
        if applied.count:
            _check_approval(peer)
            _keep_suspects(peer, applied)
    if applied.count:
        logger.info("changes applied", peer=peer.slug, count=applied.count, seq=verified.changes[-1].seq)
    return applied.count


def held_head(peer: Peer) -> LogHead:
    """The end of the peer's log as held here."""
    return LogHead.objects.filter(origin=peer.origin).first() or LogHead(origin=peer.origin, epoch=0)


def why_not_shown(peer: Peer, change: ReceivedChange) -> str:
    """Why a rightly signed document is not shown; empty if it is."""
    if change.body is None:
        return ""
    if not _is_object_id(change.object_id, peer.origin):
        return f"{change.object_id} is not {peer.origin}/id/ and a UUID"
    try:
        strictjson.loads(change.body)
        document = Document.from_bytes(change.body)
    except (RefusedMessage, UnreadableDocument, ValueError, OverflowError) as error:
        return f"not readable by this version: {error}"
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
        return f"{peer.name} is not approved to publish for {', '.join(strangers) or 'nobody'}"
    return ""


def _is_object_id(object_id: str, origin: str) -> bool:
    """Whether it is the origin's address and a UUID in its usual writing, and nothing more."""
    try:
        key = uuid.UUID(object_id.rpartition("/")[2])
    except ValueError:
        return False
    return object_id == f"{origin}/id/{key}"


def _check_approval(peer: Peer) -> None:
    """The log head is locked by now, so that a later block finds, and hides, what is applied here."""
    approval = Peer.objects.filter(pk=peer.pk).values_list("state", "bodies").first()
    if approval != (peer.state, peer.bodies):
        raise RefusedMessage(f"the approval of {peer.name} was changed in the meantime")


def _keep_suspects(peer: Peer, applied: log.Applied) -> None:
    """Store what is not shown, and drop what a later change of the same object has overtaken."""
    newest = {change.object_id: change for change in applied.news}
    Quarantined.objects.filter(peer=peer, object_id__in=newest).delete()
    for change in newest.values():
        if reason := applied.held_back.get(change.seq):
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
