"""The log: appending own changes and applying those of peers, gapless and in order.

Lock order everywhere: entry, then the origin's log head, then the instance-wide position. A
database sequence would not do: it commits out of order, and a cursor then skips rows.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from hub.catalogue import entries
from hub.catalogue.models import CatalogueEntry, Change, ChangeType, LogHead, Position, State
from hub.catalogue.tasks import wake_after_commit
from hub.documents import canonical
from hub.errors import BrokenChain, OutOfOrder


@dataclass(frozen=True)
class ReceivedChange:
    """A verified change of a peer. ``body`` is the exact JSON text; None for stubs and withdrawals."""

    origin: str
    epoch: int
    seq: int
    prev_hash: str
    hash: str
    object_id: str
    revision: int
    type: str
    object_digest: str
    created: dt.datetime
    proof: dict[str, Any]
    salt: str = ""
    body: str | None = None


def timestamp(moment: dt.datetime) -> str:
    """RFC 3339 in UTC with microseconds, as envelopes carry it."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def envelope(change: Change | ReceivedChange) -> dict[str, Any]:
    """What is chained and signed: the change without its body, its proof and its local position."""
    return {
        "origin": change.origin,
        "epoch": change.epoch,
        "seq": change.seq,
        "prevHash": change.prev_hash,
        "objectId": change.object_id,
        "revision": change.revision,
        "type": str(change.type),
        "objectDigest": change.object_digest,
        "created": timestamp(change.created),
    }


def hash_of(change: Change | ReceivedChange) -> str:
    """SHA-256, in hex, over the canonical envelope."""
    return hashlib.sha256(canonical(envelope(change))).hexdigest()


def next_position() -> int:
    """The next position; its row stays locked until the transaction ends, so no reader skips one."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalogue_position SET value = value + 1 RETURNING value")
        row = cursor.fetchone()
    if row is None:
        Position.objects.bulk_create([Position(singleton=True, value=0)], ignore_conflicts=True)
        return next_position()
    return int(row[0])


def append(
    origin: str, object_id: str, revision: int, kind: str, digest: str, created: dt.datetime
) -> Change:
    """Append an own change inside the caller's transaction and return it.

    ``kind`` is a :class:`ChangeType`; ``digest`` is empty for withdrawals and erasures.
    """
    LogHead.objects.bulk_create([LogHead(origin=origin)], ignore_conflicts=True)
    LogHead.objects.filter(origin=origin).update(seq=F("seq") + 1)
    head = LogHead.objects.get(origin=origin)
    change = Change(
        origin=origin,
        epoch=head.epoch,
        seq=head.seq,
        prev_hash=head.head_hash,
        object_id=object_id,
        revision=revision,
        type=kind,
        object_digest=digest,
        created=created,
    )
    change.hash = hash_of(change)
    LogHead.objects.filter(origin=origin).update(head_hash=change.hash)
    change.position = next_position()
    change.save(force_insert=True)
    return change


def apply_received(changes: Sequence[ReceivedChange], source: str) -> int:
    """Apply verified consecutive changes of one origin in one transaction; returns how many were new.

    Known ones are passed over. Raises :class:`OutOfOrder` when they start after a gap and
    :class:`BrokenChain` when one contradicts what is held; then nothing is applied.
    """
    if not changes:
        return 0
    origin = changes[0].origin
    with transaction.atomic():
        LogHead.objects.bulk_create([LogHead(origin=origin, epoch=changes[0].epoch)], ignore_conflicts=True)
        head = LogHead.objects.select_for_update().get(origin=origin)
        fresh = [change for change in changes if not _is_known(change, head)]
        for change in fresh:
            _check_follows(change, head)
            head.seq, head.head_hash = change.seq, change.hash
            _store(change, source)
        head.save()
        if fresh:
            wake_after_commit()
    return len(fresh)


def _is_known(change: ReceivedChange, head: LogHead) -> bool:
    if change.epoch != head.epoch or change.seq > head.seq:
        return False
    held = Change.objects.filter(origin=change.origin, epoch=change.epoch, seq=change.seq).values_list(
        "hash", flat=True
    )
    if list(held) != [change.hash]:
        raise BrokenChain(f"{change.origin} {change.epoch}/{change.seq} contradicts the change held here")
    return True


def _check_follows(change: ReceivedChange, head: LogHead) -> None:
    if change.origin != head.origin or change.epoch != head.epoch:
        raise BrokenChain(f"{change.origin} epoch {change.epoch} does not continue {head}")
    if change.seq != head.seq + 1:
        raise OutOfOrder(f"{change.origin} {change.epoch}/{change.seq} comes after {head.seq}")
    if change.prev_hash != head.head_hash:
        raise BrokenChain(
            f"{change.origin} {change.epoch}/{change.seq} is not chained to the change before it"
        )


def _store(received: ReceivedChange, source: str) -> None:
    entry = CatalogueEntry.objects.select_for_update().filter(object_id=received.object_id).first()
    position = next_position()
    Change.objects.create(
        position=position,
        origin=received.origin,
        epoch=received.epoch,
        seq=received.seq,
        prev_hash=received.prev_hash,
        hash=received.hash,
        object_id=received.object_id,
        revision=received.revision,
        type=received.type,
        object_digest=received.object_digest,
        created=received.created,
        proof=received.proof,
    )
    if received.type == ChangeType.PUBLISH:
        if received.body is not None:
            entries.write_received(entry, received, source, position)
    elif entry is not None:
        state = State.ERASED if received.type == ChangeType.ERASE else State.WITHDRAWN
        entries.take_offline(entry, state, received.revision, received.created, position)
