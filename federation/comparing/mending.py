"""Bringing one bucket in line with what its origin says it holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import structlog
from django.db import transaction

from federation.comparing.buckets import lines_of
from federation.models import Peer, Quarantined
from federation.moderation.reviewing import reviewed_first
from federation.peers import check_approval
from federation.suspects import set_aside, why_not_shown
from hub.catalogue import entries
from hub.catalogue.erasing import forget_words, take_erased
from hub.catalogue.log import ReceivedChange, next_position
from hub.catalogue.models import CatalogueEntry, Change, ChangeType, LogHead, State
from hub.catalogue.tasks import wake_after_commit
from hub.errors import BrokenChain

logger = structlog.get_logger("federation")

Lines = Mapping[str, tuple[int, str]]


class Moved(Exception):
    """Something was published or taken in meanwhile: compare again later."""


@dataclass(frozen=True)
class Bucket:
    """What the origin holds in a bucket at ``(epoch, seq)`` of its log: all lines, and the entries, with
    their documents, of those that are not held here; without the ids ``left``, for which there was no room.
    """

    number: int
    position: tuple[int, int]
    lines: Lines
    news: Mapping[str, ReceivedChange]
    left: Collection[str] = frozenset()


def mend(peer: Peer, bucket: Bucket) -> int:
    """Write what differs as the origin says, take offline what it does not have; returns how many.

    ``bucket`` has been verified: proofs, digests, and that its lines give the digest in the signed head.
    Raises :class:`Moved` if the log held here is no longer at that position, :class:`BrokenChain` if what
    it says is not what its log says.
    """
    with transaction.atomic():
        # The order of applying: the log head, then the entries, then the position.
        head = LogHead.objects.select_for_update().filter(origin=peer.origin).first()
        if head is None or (head.epoch, head.seq) != bucket.position:
            raise Moved
        check_approval(peer)
        ours = lines_of(peer.origin, bucket.number)
        wanted = {key for key, line in bucket.lines.items() if ours.get(key) != line}
        wanted -= set(bucket.left)
        gone = sorted(set(ours) - set(bucket.lines))
        if not wanted <= set(bucket.news):
            raise Moved
        ids = sorted(wanted) + gone
        held = CatalogueEntry.objects.select_for_update().filter(object_id__in=ids).order_by("pk")
        known = {entry.object_id: entry for entry in held}
        newest = newest_changes(peer.origin, ids)
        with reviewed_first(peer, wanted):
            for object_id in sorted(wanted):
                change = bucket.news[object_id]
                check_is_newest(change, newest.get(object_id))
                rewrite(peer, change, known.get(object_id), newest[object_id])
        for object_id in gone:
            _drop(peer, object_id, known.get(object_id), newest.get(object_id))
        wake_after_commit()
    return len(ids)


def newest_changes(origin: str, ids: Collection[str]) -> dict[str, Change]:
    """The last change of each of these objects in the log as held here."""
    found = Change.objects.filter(origin=origin, object_id__in=ids).order_by("epoch", "seq")
    return {change.object_id: change for change in found}


def check_is_newest(change: ReceivedChange, held: Change | None) -> None:
    """Raise :class:`BrokenChain` unless ``held``, of the log as held here, is this change."""
    if held is None or (held.epoch, held.seq, held.hash) != (change.epoch, change.seq, change.hash):
        told = f"{held.epoch}/{held.seq}" if held else "nothing"
        raise BrokenChain(
            f"{change.origin} gives {change.epoch}/{change.seq} as the state of {change.object_id}, "
            f"but its log as held here says {told}"
        )


def rewrite(peer: Peer, change: ReceivedChange, entry: CatalogueEntry | None, logged: Change) -> None:
    """Make the entry what its last change says, or keep that in quarantine; the log head is locked."""
    Quarantined.objects.filter(peer=peer, object_id=change.object_id).delete()
    if reason := why_not_shown(peer, change):
        if entry is not None and entry.state == State.LIVE:
            entries.hide(entry, next_position())
            entry.save(update_fields=["hidden", "position"])
        set_aside(peer, change, reason)
        return
    # A new position, so that the consumers, who have passed the old one, see it.
    position = next_position()
    Change.objects.filter(position=logged.position).update(position=position)
    entries.write_received(entry, change, peer.slug, position)


def _drop(peer: Peer, object_id: str, entry: CatalogueEntry | None, logged: Change | None) -> None:
    Quarantined.objects.filter(peer=peer, object_id=object_id).delete()
    erased = logged is not None and logged.type == ChangeType.ERASE
    if erased:
        forget_words([object_id])
    if entry is None or entry.state not in (State.LIVE, State.WITHDRAWN if erased else State.LIVE):
        return
    revision = max(entry.revision, logged.revision if logged else 0)
    changed = logged.created if logged else entry.changed
    if erased:
        take_erased(entry, revision, changed, next_position())
    else:
        entries.take_offline(entry, State.WITHDRAWN, revision, changed, next_position())
