"""Receiving: everything is verified outside the transaction, then applied in order in one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone

from federation import multibase
from federation.models import Peer, Quarantined
from federation.moderation.reviewing import reviewed_first
from federation.peers import check_approval
from federation.suspects import set_aside, why_not_shown
from federation.transport import MAX_ENTRIES, check_chain, read_entry, read_head
from hub.catalogue import applying
from hub.catalogue.erasing import forget_words
from hub.catalogue.log import ReceivedChange
from hub.catalogue.models import ChangeType, LogHead
from hub.env import env
from hub.errors import OutOfOrder, RefusedMessage

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
    _check_attribution(peer, activity)
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
    ids = {change.object_id for change in verified.changes}
    with transaction.atomic(), reviewed_first(peer, ids):
        applied = applying.apply_received(verified.changes, peer.slug, verified.suspects)
        if applied.count:
            check_approval(peer)
            _keep_suspects(peer, applied)
    if applied.count:
        logger.info("changes applied", peer=peer.slug, count=applied.count, seq=verified.changes[-1].seq)
    return applied.count


def held_head(peer: Peer) -> LogHead:
    """The end of the peer's log as held here."""
    return LogHead.objects.filter(origin=peer.origin).first() or LogHead(origin=peer.origin, epoch=0)


def _check_attribution(peer: Peer, activity: Mapping[str, Any]) -> None:
    """What an activity is about and whose that is are at the origin of who signed it (CVE-2024-23832)."""
    named = activity.get("object", [])
    named = named if isinstance(named, list) else [named]
    if not all(isinstance(each, str) and each.startswith(peer.origin + "/id/") for each in named):
        raise RefusedMessage(f"the activity is about something that is not at {peer.origin}")
    if activity.get("attributedTo", peer.actor) != peer.actor:
        raise RefusedMessage(f"the activity is attributed to another than {peer.actor}")


def _keep_suspects(peer: Peer, applied: applying.Applied) -> None:
    """Store what is not shown, and drop what a later change of the same object has overtaken."""
    newest = {change.object_id: change for change in applied.news}
    Quarantined.objects.filter(peer=peer, object_id__in=newest).delete()
    forget_words([change.object_id for change in applied.news if change.type == ChangeType.ERASE])
    for change in newest.values():
        if reason := applied.held_back.get(change.seq):
            set_aside(peer, change, reason)
