"""Applying the log of a peer: gapless, in order, in few statements. The locks: :mod:`hub.catalogue.log`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog
from django.db import DatabaseError, OperationalError, transaction
from django.db.models import Count, Exists, Max, Min, OuterRef, Q

from hub.catalogue import entries
from hub.catalogue.bulk import insert_rows
from hub.catalogue.log import ReceivedChange, next_positions
from hub.catalogue.models import CatalogueEntry, Change, ChangeType, LogHead, State
from hub.catalogue.tasks import wake_after_commit
from hub.errors import BrokenChain, OutOfOrder, UnreadableDocument

logger = structlog.get_logger("hub.catalogue")


@dataclass
class Applied:
    """What applying did: how many changes were new, those of them that are news of their object, and
    by sequence why a document among these is not shown.
    """

    count: int = 0
    news: list[ReceivedChange] = field(default_factory=list)
    held_back: dict[int, str] = field(default_factory=dict)


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
            check_follows(change, head)
            head.seq, head.head_hash = change.seq, change.hash
            applying.take(change)
        head.save()
        applying.store()
        wake_after_commit()
    return applying.applied


def review_shown(origin: str, may_show: Callable[[CatalogueEntry], bool]) -> int:
    """Hide the live entries received from ``origin`` that may not be shown, show those that may.

    Returns how many changed; each has a new position, so that the consumers follow. An entry whose
    correction is held back stays hidden. ``may_show`` reads the column ``publishers``.
    """
    with transaction.atomic():
        head = LogHead.objects.select_for_update().filter(origin=origin).first()
        if head is None:
            return 0
        later = Change.objects.filter(
            object_id=OuterRef("object_id"),
            epoch=head.epoch,
            revision__gt=OuterRef("revision"),
            type=ChangeType.PUBLISH,
        )
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


def check_follows(change: ReceivedChange, head: LogHead) -> None:
    """Check that a change comes right after ``head``. Raises :class:`BrokenChain` or :class:`OutOfOrder`."""
    if change.origin != head.origin or change.epoch != head.epoch:
        raise BrokenChain(f"{change.origin} epoch {change.epoch} does not continue {head}")
    if change.seq != head.seq + 1:
        raise OutOfOrder(f"{change.origin} {change.epoch}/{change.seq} comes after {head.seq}")
    if change.prev_hash != head.head_hash:
        raise BrokenChain(
            f"{change.origin} {change.epoch}/{change.seq} is not chained to the change before it"
        )


class _Applying:
    """One batch being applied: what is held of its objects is read once, locked, changed in memory and
    stored in few statements; the position is locked last and for as short as possible.
    """

    def __init__(self, fresh: Sequence[ReceivedChange], source: str, suspects: Mapping[int, str]) -> None:
        self.source, self.suspects = source, suspects
        self.fresh = fresh
        self.applied = Applied(count=len(fresh))
        self.ids = {change.object_id for change in fresh}
        self.entries = self._held()
        self.revisions: dict[str, int] = {}
        self.first: dict[str, dt.datetime] = {}
        self.erased: set[str] = set()
        self._read_logged()
        self.last: dict[str, ReceivedChange] = {}

    def _read_logged(self) -> None:
        """What the log held here says of these objects: last revision, first publication, erasure.

        A new epoch counts revisions anew, since its origin may no longer know those of the one before.
        """
        published, erased = Q(type=ChangeType.PUBLISH), Q(type=ChangeType.ERASE)
        logged = Change.objects.filter(object_id__in=self.ids).order_by().values("object_id")
        for row in logged.annotate(
            revision=Max("revision", filter=Q(epoch=self.fresh[0].epoch)),
            first=Min("created", filter=published),
            erasures=Count("pk", filter=erased),
        ):
            self.revisions[row["object_id"]] = row["revision"] or 0
            if row["first"]:
                self.first[row["object_id"]] = row["first"]
            if row["erasures"]:
                self.erased.add(row["object_id"])

    def take(self, received: ReceivedChange) -> None:
        """Take up one change, unless it is old news: revisions only go up, and erasure is final."""
        known = self.revisions.get(received.object_id, 0)
        if received.revision <= known or received.object_id in self.erased:
            return
        self.revisions[received.object_id] = received.revision
        self.applied.news.append(received)
        if received.type == ChangeType.ERASE:
            self.erased.add(received.object_id)
        if received.type == ChangeType.PUBLISH:
            self.first.setdefault(received.object_id, received.created)
        if received.type != ChangeType.PUBLISH or received.body is not None:
            self.last[received.object_id] = received

    def store(self) -> None:
        """Log all changes and bring the entries up to date: each object's last change decides."""
        given = next_positions(len(self.fresh))
        positions = {change.seq: position for change, position in zip(self.fresh, given, strict=True)}
        insert_rows([logged(change, positions[change.seq]) for change in self.fresh])
        written = self._written(self.last.values(), positions)
        try:
            with transaction.atomic():
                entries.save_received(written)
        except OperationalError:
            raise  # says nothing about the documents: the whole batch is tried again
        except DatabaseError:  # one of them cannot be stored: it is found one by one
            self.entries = self._held()
            for change in self.last.values():
                self._store_alone(change, positions)

    def _written(
        self, changes: Iterable[ReceivedChange], positions: Mapping[int, int]
    ) -> list[CatalogueEntry]:
        """The entries as they are to be stored; what cannot be shown is noted and hides what it corrects."""
        written = (self._write(change, positions[change.seq]) for change in changes)
        return [entry for entry in written if entry is not None]

    def _write(self, change: ReceivedChange, position: int) -> CatalogueEntry | None:
        entry = self.entries.get(change.object_id)
        if change.type == ChangeType.PUBLISH:
            reason = self.suspects.get(change.seq, "")
            if not reason:
                try:
                    filled = entries.fill_received(entry, change, self.source, position)
                except (UnreadableDocument, ValueError, OverflowError) as error:
                    reason = f"it cannot be read here: {error}"
                else:
                    if entry is None:
                        filled.first_published = self.first[change.object_id]
                    return filled
            return self._hold_back(change, reason, position)
        if entry is not None:
            state = State.ERASED if change.type == ChangeType.ERASE else State.WITHDRAWN
            entries.empty(entry, state, change.revision, change.created, position)
        return entry

    def _hold_back(self, change: ReceivedChange, reason: str, position: int) -> CatalogueEntry | None:
        self.applied.held_back[change.seq] = reason
        entry = self.entries.get(change.object_id)
        if entry is None or entry.state != State.LIVE:
            return None
        entries.hide(entry, position)
        return entry

    def _store_alone(self, change: ReceivedChange, positions: Mapping[int, int]) -> None:
        written = self._written([change], positions)
        try:
            with transaction.atomic():
                entries.save_received(written)
        except OperationalError:
            raise
        except DatabaseError as error:
            logger.exception("received document cannot be stored", object_id=change.object_id)
            # Read again, since the failed attempt has left its traces in the one at hand.
            self.entries = self._held()
            held = self._hold_back(change, f"it cannot be stored here: {error}", positions[change.seq])
            entries.save_received([held] if held else [])

    def _held(self) -> dict[str, CatalogueEntry]:
        """The entries of these objects, locked."""
        held = CatalogueEntry.objects.select_for_update().filter(object_id__in=self.ids).order_by("pk")
        return {entry.object_id: entry for entry in held}


def logged(received: ReceivedChange, position: int) -> Change:
    """The change as it stands in the log here, not saved yet."""
    return Change(
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
