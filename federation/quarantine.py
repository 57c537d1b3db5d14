"""Entries that could not be shown when they came, tried again after an upgrade or an approval."""

from __future__ import annotations

import structlog
from django.db import transaction

from federation.inbox import why_not_shown
from federation.models import PeerState, Quarantined
from hub.catalogue import entries, log
from hub.catalogue.log import ReceivedChange
from hub.catalogue.models import CatalogueEntry, Change, LogHead, State
from hub.catalogue.tasks import wake_after_commit

logger = structlog.get_logger("federation")


def retry_quarantined() -> int:
    """Show what can be shown now; returns how many entries that were.

    One that fails again keeps its row, with the new reason, and holds up no other. Those of blocked
    peers are left alone.
    """
    held = Quarantined.objects.exclude(peer__state=PeerState.BLOCKED).order_by("seq")
    return sum(_retry_safely(pk, origin) for pk, origin in held.values_list("pk", "peer__origin"))


def _retry_safely(pk: int, origin: str) -> bool:
    try:
        return _retry(pk, origin)
    except Exception as error:  # whatever one entry does to this version must not hold up the others
        logger.exception("quarantined entry cannot be tried", pk=pk)
        reason = f"it cannot be stored here: {type(error).__name__}: {error}"
        Quarantined.objects.filter(pk=pk).update(reason=reason[:2000])
        return False


def _retry(pk: int, origin: str) -> bool:
    with transaction.atomic():
        # The order of applying: the log head, then the entry, then the position.
        LogHead.objects.select_for_update().get(origin=origin)
        held = Quarantined.objects.select_related("peer").filter(pk=pk).first()
        if held is None or held.peer.state == PeerState.BLOCKED:
            return False
        change = Change.objects.get(origin=origin, epoch=held.epoch, seq=held.seq)
        received = _as_received(change, held)
        if reason := why_not_shown(held.peer, received):
            Quarantined.objects.filter(pk=pk).update(reason=reason)
            return False
        held.delete()
        entry = CatalogueEntry.objects.select_for_update().filter(object_id=held.object_id).first()
        if entry is not None and (entry.revision >= received.revision or entry.state == State.ERASED):
            return False
        # A new position, so that the consumers, who have passed the old one, see it.
        position = log.next_position()
        Change.objects.filter(position=change.position).update(position=position)
        entries.write_received(entry, received, held.peer.slug, position)
        wake_after_commit()
    logger.info("quarantined entry shown", peer=held.peer.slug, object_id=held.object_id)
    return True


def _as_received(change: Change, held: Quarantined) -> ReceivedChange:
    return ReceivedChange(
        origin=change.origin,
        epoch=change.epoch,
        seq=change.seq,
        prev_hash=change.prev_hash,
        hash=change.hash,
        object_id=change.object_id,
        revision=change.revision,
        type=change.type,
        object_digest=change.object_digest,
        created=change.created,
        proof=change.proof or {},
        salt=held.salt,
        body=held.body,
    )
