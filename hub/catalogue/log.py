"""The log: envelopes, positions, appending own changes. Those of peers: :mod:`hub.catalogue.applying`.

Lock order for what comes from a peer: the peer's log head, then its entries, then the instance-wide
position. Settling locks an own entry first and then, by :func:`append`, the own log head; both orders
cannot meet, since applying never touches entries of the own origin and settling no others. The
position is last in both. A database sequence would not do for it: it commits out of order, and a
cursor then skips rows.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import structlog
from django.db import connection
from django.db.models import F

from hub.catalogue.models import Change, LogHead, Position
from hub.documents import Document, canonical

logger = structlog.get_logger("hub.catalogue")


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

    @cached_property
    def document(self) -> Document:
        """The parsed body. Raises :class:`UnreadableDocument` for one this version cannot read."""
        return Document.from_bytes(self.body or "")


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
    return next_positions(1).start


def next_positions(count: int) -> range:
    """The next ``count`` positions, locked like one."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalogue_position SET value = value + %s RETURNING value", [count])
        row = cursor.fetchone()
    if row is None:
        Position.objects.bulk_create([Position(singleton=True, value=0)], ignore_conflicts=True)
        return next_positions(count)
    return range(int(row[0]) - count + 1, int(row[0]) + 1)


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
