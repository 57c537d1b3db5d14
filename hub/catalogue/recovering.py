"""Taking own changes back from peers, after a restore from a backup that did not have them yet.

Locks as in settling: own entries first, then the own log head, then the position.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import structlog
from django.db import transaction

from hub.catalogue import entries, guarding, log, settling
from hub.catalogue.applying import check_follows, logged
from hub.catalogue.erasing import take_erased
from hub.catalogue.log import ReceivedChange
from hub.catalogue.models import CatalogueEntry, Change, ChangeType, LogHead, State
from hub.catalogue.tasks import wake_after_commit
from hub.documents import Audience, Document
from hub.env import env
from hub.errors import BrokenChain

logger = structlog.get_logger("hub.catalogue")


def take_back(changes: Sequence[ReceivedChange]) -> int:
    """Append own verified consecutive changes that a peer has kept; returns how many were missing here.

    In one transaction; those that are here are passed over. Each entry they touch says ``recovered`` until
    its page has followed. Changes of a newer epoch continue from its beginning. Raises
    :class:`hub.errors.OutOfOrder` after a gap, :class:`hub.errors.BrokenChain` if one contradicts the own
    log, :class:`hub.errors.UnreadableDocument` for a document of a newer version; then nothing is taken.
    """
    with transaction.atomic():
        ids = {change.object_id for change in changes}
        held = CatalogueEntry.objects.select_for_update().filter(object_id__in=ids).order_by("pk")
        known = {entry.object_id: entry for entry in held}
        LogHead.objects.bulk_create([LogHead(origin=env.origin)], ignore_conflicts=True)
        head = LogHead.objects.select_for_update().get(origin=env.origin)
        fresh = [change for change in changes if _is_missing(change, head)]
        if not fresh:
            return 0
        if fresh[0].epoch > head.epoch and fresh[0].seq == 1:
            head.epoch, head.seq, head.head_hash = fresh[0].epoch, 0, ""
        for change in fresh:
            check_follows(change, head)
            head.seq, head.head_hash = change.seq, change.hash
        head.save()
        _store(fresh, known)
        wake_after_commit()
    return len(fresh)


def withdraw_recovered(object_id: str) -> bool:
    """Withdraw a recovered item that has no page; returns whether there was one.

    Raises :class:`hub.errors.NotCurrent` while publishing waits.
    """
    guarding.ensure_current()
    wanted = CatalogueEntry.objects.filter(object_id=object_id, recovered=True, state=State.LIVE)
    with transaction.atomic():
        entry = wanted.select_for_update().first()
        if entry is None:
            return False
        entry.recovered = False
        settling.withdraw(entry)
        wake_after_commit()
    return True


def _is_missing(change: ReceivedChange, head: LogHead) -> bool:
    if (change.epoch, change.seq) > (head.epoch, head.seq):
        return True
    held = Change.objects.filter(origin=env.origin, epoch=change.epoch, seq=change.seq)
    if list(held.values_list("hash", flat=True)) != [change.hash]:
        raise BrokenChain(f"{change.origin} {change.epoch}/{change.seq} contradicts the own log")
    return False


def _store(fresh: Sequence[ReceivedChange], known: dict[str, CatalogueEntry]) -> None:
    """Log the changes and bring the entries to where the last change of each object leaves it."""
    positions = log.next_positions(len(fresh))
    Change.objects.bulk_create(
        [logged(change, position) for change, position in zip(fresh, positions, strict=True)]
    )
    first = {change.object_id: change.created for change in reversed(fresh)}
    last = {change.object_id: (change, at) for change, at in zip(fresh, positions, strict=True)}
    for object_id, (change, position) in last.items():
        entry = known.get(object_id) or CatalogueEntry(
            object_id=object_id,
            uuid=uuid.UUID(object_id.rpartition("/")[2]),
            origin=env.origin,
            first_published=first[object_id],
            audience=Audience.PUBLIC,
        )
        if entry.state != State.ERASED:
            _bring(entry, change, position)


def _bring(entry: CatalogueEntry, change: ReceivedChange, position: int) -> None:
    """An entry as the change leaves it. Of a superseded document there is nothing to show for now."""
    entry.recovered = True
    if change.type == ChangeType.PUBLISH and change.body is not None:
        document = Document.from_bytes(change.body)
        digest, salt, revision = change.object_digest, change.salt, change.revision
        entries.fill(entry, document, change.body, digest, salt, revision, change.created, position)
        entry.save()
        return
    entry.recovered = change.type != ChangeType.PUBLISH  # superseded: what its page says now is news
    if change.type == ChangeType.ERASE:
        take_erased(entry, change.revision, change.created, position)
    else:
        entries.take_offline(entry, State.WITHDRAWN, change.revision, change.created, position)
