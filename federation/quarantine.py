"""Entries that could not be shown when they came, tried again after an upgrade or an approval."""

from __future__ import annotations

import structlog
from django.db import transaction
from django.db.models import QuerySet

from federation.jobs import enqueue_retry
from federation.models import PeerState, Quarantined
from federation.moderation.reviewing import reviewed_first
from federation.suspects import NOT_APPROVED, locked_entry, show_header, why_not_shown
from hub.catalogue import entries, log
from hub.catalogue.log import ReceivedChange
from hub.catalogue.models import Change, LogHead, State
from hub.catalogue.tasks import wake_after_commit

logger = structlog.get_logger("federation")

CHUNK = 100


def retry_quarantined(among: QuerySet[Quarantined] | None = None) -> int:
    """Show what can be shown now, of all or ``among`` these; returns how many entries that were.

    In the order they came, a chunk read at a time. One that fails again keeps its row, with the new reason,
    and holds up no other. Those of blocked peers are left alone.
    """
    wanted = Quarantined.objects.all() if among is None else among
    held = wanted.exclude(peer__state=PeerState.BLOCKED).order_by("pk").values_list("pk", "peer__origin")
    shown = last = 0
    while chunk := list(held.filter(pk__gt=last)[:CHUNK]):
        shown += sum(_retry_safely(pk, origin) for pk, origin in chunk)
        last = chunk[-1][0]
    return shown


def retry_of_peer(slug: str, *, everything: bool) -> int:
    """:func:`retry_quarantined` of one peer; not ``everything``: without what only waits for more bodies."""
    among = Quarantined.objects.filter(peer__slug=slug)
    return retry_quarantined(among if everything else among.exclude(reason__contains=NOT_APPROVED))


def enqueue_worthwhile() -> None:
    """Have tried again what an upgrade, or time, may help; what waits for more bodies is tried with them."""
    waiting = Quarantined.objects.exclude(reason__contains=NOT_APPROVED).exclude(
        peer__state=PeerState.BLOCKED
    )
    for slug in waiting.order_by().values_list("peer__slug", flat=True).distinct():
        enqueue_retry(slug, everything=False)


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
        entry = locked_entry(held.object_id)
        if entry is not None and (entry.revision > received.revision or entry.state == State.ERASED):
            held.delete()
            return False
        if reason := why_not_shown(held.peer, received):
            Quarantined.objects.filter(pk=pk).update(reason=reason[:2000])
            with reviewed_first(held.peer, [held.object_id]):
                if show_header(held.peer, received, entry):
                    wake_after_commit()
            return False
        held.delete()
        # A new position, so that the consumers, who have passed the old one, see it.
        position = log.next_position()
        Change.objects.filter(position=change.position).update(position=position)
        with reviewed_first(held.peer, [held.object_id]):
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
