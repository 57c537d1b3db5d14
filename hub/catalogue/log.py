"""The log: appending own changes and applying those of peers, gapless and in order.

Lock order for what comes from a peer: the peer's log head, then its entries, then the instance-wide
position. Settling locks an own entry first and then, by :func:`append`, the own log head; both orders
cannot meet, since applying never touches entries of the own origin and settling no others. The
position is last in both. A database sequence would not do for it: it commits out of order, and a
cursor then skips rows.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.models import Exists, F, Max, OuterRef, Q

from hub.catalogue import entries
from hub.catalogue.models import CatalogueEntry, Change, ChangeType, LogHead, Position, State
from hub.catalogue.tasks import wake_after_commit
from hub.documents import canonical
from hub.errors import BrokenChain, OutOfOrder, UnreadableDocument

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


@dataclass
class Applied:
    """What applying did: how many changes were new, those of them that are news of their object, and
    by sequence why a document among these is not shown.
    """

    count: int = 0
    news: list[ReceivedChange] = field(default_factory=list)
    held_back: dict[int, str] = field(default_factory=dict)


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


def apply_received(
    changes: Sequence[ReceivedChange], source: str, suspects: Mapping[int, str] | None = None
) -> Applied:
    """Apply verified consecutive changes of one origin in one transaction.

    Known ones are passed over. ``suspects`` maps the sequences of documents that are not to be shown
    to the reason; they, and those that cannot be stored, continue the chain, and what they correct is
    hidden. Raises :class:`OutOfOrder` when the changes start after a gap and :class:`BrokenChain` when
    one contradicts what is held; then nothing is applied.
    """
    if not changes:
        return Applied()
    origin = changes[0].origin
    with transaction.atomic():
        LogHead.objects.bulk_create([LogHead(origin=origin, epoch=changes[0].epoch)], ignore_conflicts=True)
        head = LogHead.objects.select_for_update().get(origin=origin)
        fresh = [change for change in changes if not _is_known(change, head)]
        if not fresh:
            return Applied()
        applying = _Applying(fresh, source, suspects or {})
        for change in fresh:
            _check_follows(change, head)
            head.seq, head.head_hash = change.seq, change.hash
            applying.store(change)
        head.save()
        wake_after_commit()
    return applying.applied


def review_shown(origin: str, may_show: Callable[[CatalogueEntry], bool]) -> int:
    """Hide the live entries received from ``origin`` that may not be shown, show those that may.

    Returns how many changed; each has a new position, so that the consumers follow. An entry whose
    correction is held back stays hidden. ``may_show`` reads the column ``publishers``.
    """
    later = Change.objects.filter(
        object_id=OuterRef("object_id"), revision__gt=OuterRef("revision"), type=ChangeType.PUBLISH
    )
    with transaction.atomic():
        if not LogHead.objects.select_for_update().filter(origin=origin).first():
            return 0
        held = (
            CatalogueEntry.objects.filter(origin=origin, state=State.LIVE)
            .exclude(source="")
            .only("hidden", "position", "publishers")
            .order_by("position")
        )
        outdated = set(held.filter(Exists(later)).values_list("pk", flat=True))
        changed = [entry for entry in held if entry.hidden == (may_show(entry) and entry.pk not in outdated)]
        if changed:
            for entry, position in zip(changed, next_positions(len(changed)), strict=True):
                entry.hidden, entry.position = not entry.hidden, position
            CatalogueEntry.objects.bulk_update(changed, ["hidden", "position"], batch_size=500)
            wake_after_commit()
    return len(changed)


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


class _Applying:
    """One batch being applied: what is held of its objects is read once, and locked."""

    def __init__(self, fresh: Sequence[ReceivedChange], source: str, suspects: Mapping[int, str]) -> None:
        self.source, self.suspects = source, suspects
        self.applied = Applied(count=len(fresh))
        ids = {change.object_id for change in fresh}
        held = CatalogueEntry.objects.select_for_update().filter(object_id__in=ids).order_by("pk")
        self.entries = {entry.object_id: entry for entry in held}
        logged = Change.objects.filter(object_id__in=ids).order_by().values("object_id")
        self.revisions: dict[str, int] = dict(
            logged.annotate(highest=Max("revision")).values_list("object_id", "highest")
        )
        erased = Q(type=ChangeType.ERASE)
        self.erased: set[str] = set(logged.filter(erased).values_list("object_id", flat=True))

    def store(self, received: ReceivedChange) -> None:
        """Log one change, and bring its entry up to date unless the change is old news."""
        position = next_position()
        _log_received(received, position)
        if self._is_old_news(received):
            return
        self.revisions[received.object_id] = received.revision
        self.applied.news.append(received)
        entry = self.entries.get(received.object_id)
        if received.type == ChangeType.PUBLISH:
            if received.body is not None:
                self._publish(entry, received, position)
            return
        if received.type == ChangeType.ERASE:
            self.erased.add(received.object_id)
        if entry is not None:
            state = State.ERASED if received.type == ChangeType.ERASE else State.WITHDRAWN
            entries.take_offline(entry, state, received.revision, received.created, position)

    def _is_old_news(self, received: ReceivedChange) -> bool:
        """Revisions only go up, and erasure is final."""
        known = self.revisions.get(received.object_id, 0)
        return received.revision <= known or received.object_id in self.erased

    def _publish(self, entry: CatalogueEntry | None, received: ReceivedChange, position: int) -> None:
        object_id = received.object_id
        reason = self.suspects.get(received.seq, "")
        if not reason:
            try:
                with transaction.atomic():
                    self.entries[object_id] = entries.write_received(entry, received, self.source, position)
                return
            except OperationalError:
                raise  # says nothing about the document: the whole batch is tried again
            except (DatabaseError, UnreadableDocument, ValueError, OverflowError) as error:
                logger.exception("received document cannot be stored", object_id=object_id)
                reason = f"it cannot be stored here: {error}"
        self.applied.held_back[received.seq] = reason
        if entry is not None:
            # Read again, since a failed attempt has left its traces in the one at hand.
            self.entries[object_id] = entry = CatalogueEntry.objects.get(pk=entry.pk)
            if entry.state == State.LIVE:
                entries.hide(entry, position)


def _log_received(received: ReceivedChange, position: int) -> None:
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
