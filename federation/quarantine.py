"""Entries that could not be shown when they came, tried again after an upgrade or an approval."""

from __future__ import annotations

import structlog
from django.db import transaction

from federation.inbox import why_not_shown
from federation.models import Quarantined
from hub.catalogue import entries, log
from hub.catalogue.log import ReceivedChange
from hub.catalogue.models import CatalogueEntry, Change, LogHead
from hub.catalogue.tasks import wake_after_commit

logger = structlog.get_logger("federation")


def retry_quarantined() -> int:
    """Show what can be shown now; returns how many entries that were."""
    return sum(_retry(pk) for pk in Quarantined.objects.order_by("seq").values_list("pk", flat=True))


def _retry(pk: int) -> bool:
    with transaction.atomic():
        held = Quarantined.objects.select_for_update().select_related("peer").filter(pk=pk).first()
        if held is None:
            return False
        entry = CatalogueEntry.objects.select_for_update().filter(object_id=held.object_id).first()
        LogHead.objects.select_for_update().get(origin=held.peer.origin)
        change = Change.objects.get(origin=held.peer.origin, epoch=held.epoch, seq=held.seq)
        received = _as_received(change, held)
        if reason := why_not_shown(held.peer, received):
            Quarantined.objects.filter(pk=pk).update(reason=reason)
            return False
        # A new position, so that the consumers, who have passed the old one, see it.
        position = log.next_position()
        Change.objects.filter(position=change.position).update(position=position)
        entries.write_received(entry, received, held.peer.slug, position)
        held.delete()
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
