"""New epochs: a log begun anew, complete in itself, after its origin lost the end of the old one for good."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone

from hub.catalogue import entries, log
from hub.catalogue.models import CatalogueEntry, Change, ChangeType, LogHead, State
from hub.catalogue.tasks import wake_after_commit
from hub.documents import Audience
from hub.env import env

logger = structlog.get_logger("hub.catalogue")

CHUNK = 500


def begin_epoch(above: int = 0) -> LogHead:
    """Begin the own log anew with everything that peers are to hold; returns its head.

    The epoch is above ``above`` and the present one. Every live item that is not for this instance alone is
    published again with a revision above any known here, every erased one erased again. In one transaction.
    """
    with transaction.atomic():
        named = list(
            CatalogueEntry.objects.select_for_update()
            .filter(origin=env.origin, source="", state__in=[State.LIVE, State.ERASED])
            .exclude(audience=Audience.INSTANCE)
            .only("object_id", "state", "digest", "revision", "position", "changed")
            .order_by("pk")
        )
        LogHead.objects.bulk_create([LogHead(origin=env.origin)], ignore_conflicts=True)
        head = LogHead.objects.select_for_update().get(origin=env.origin)
        head.epoch, head.seq, head.head_hash = max(head.epoch, above) + 1, 0, ""
        named.sort(key=lambda entry: entry.position)
        changes = _changes(named, head)
        positions = log.next_positions(len(named)) if named else ()
        for entry, change, position in zip(named, changes, positions, strict=True):
            entry.position = change.position = position
        Change.objects.bulk_create(changes, batch_size=CHUNK)
        CatalogueEntry.objects.bulk_update(named, ["revision", "position", "changed"], batch_size=CHUNK)
        head.save()
        wake_after_commit()
    return head


def _changes(named: Sequence[CatalogueEntry], head: LogHead) -> list[Change]:
    """One change for each entry, without positions; moves the entries and the head along."""
    now = timezone.now()
    logged = Change.objects.filter(origin=env.origin).order_by().values("object_id")
    highest = dict(logged.annotate(highest=Max("revision")).values_list("object_id", "highest"))
    changes = []
    for entry in named:
        entry.revision = max(entry.revision, highest.get(entry.object_id, 0)) + 1
        entry.changed = now
        change = Change(
            origin=env.origin,
            epoch=head.epoch,
            seq=head.seq + 1,
            prev_hash=head.head_hash,
            object_id=entry.object_id,
            revision=entry.revision,
            type=ChangeType.PUBLISH if entry.state == State.LIVE else ChangeType.ERASE,
            object_digest=entry.digest,
            created=now,
        )
        change.hash = log.hash_of(change)
        head.seq, head.head_hash = change.seq, change.hash
        changes.append(change)
    return changes


def follow_epoch(origin: str, epoch: int) -> None:
    """Be ready for the new log of a peer, from its first entry on; what is held of it stays for now.

    Its revisions count anew, so those of the entries held begin below them.
    """
    with transaction.atomic():
        LogHead.objects.select_for_update().filter(origin=origin, epoch__lt=epoch).update(
            epoch=epoch, seq=0, head_hash=""
        )
        CatalogueEntry.objects.filter(origin=origin).exclude(source="").update(revision=1)


def withdraw_unnamed(origin: str, epoch: int) -> int:
    """Withdraw what was received from ``origin`` and this epoch of it does not name; returns how many.

    To be called when the end of that epoch is reached. Chunks are committed one by one; it may be interrupted
    and done again, and ends when the epoch is no longer the present one.
    """
    named = Change.objects.filter(object_id=OuterRef("object_id"), origin=origin, epoch=epoch)
    unnamed = CatalogueEntry.objects.filter(~Exists(named), origin=origin, state=State.LIVE).exclude(
        source=""
    )
    count = 0
    while gone := _withdraw_some(unnamed, origin, epoch):
        count += gone
    return count


def _withdraw_some(unnamed: QuerySet[CatalogueEntry], origin: str, epoch: int) -> int:
    """Withdraw the first of these, and return how many. Locks as in applying: head, entries, position."""
    with transaction.atomic():
        if LogHead.objects.select_for_update().filter(origin=origin, epoch=epoch).first() is None:
            return 0
        gone = list(unnamed.select_for_update().defer("body", "summary").order_by("pk")[:CHUNK])
        if gone:
            now = timezone.now()
            for entry, position in zip(gone, log.next_positions(len(gone)), strict=True):
                entries.empty(entry, State.WITHDRAWN, entry.revision, now, position)
            entries.save_received(gone)
            wake_after_commit()
    return len(gone)
