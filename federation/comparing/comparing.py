"""Anti-entropy: everything of a peer as held here against what the peer says it publishes."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import structlog
from django.db.models import F, Q
from django.utils import timezone

from federation import multibase, peers, pull, strictjson
from federation.addresses import bucket_page_of, head_of
from federation.comparing.buckets import COUNT, bucket_of, digest_of_lines, lines_of, snapshot
from federation.comparing.mending import Bucket, Moved, check_is_newest, mend, newest_changes
from federation.models import Peer, PeerState
from federation.signatures import sign
from federation.transport import MAX_ENTRIES, read_entry, read_head
from hub import fetching
from hub.catalogue.log import ReceivedChange
from hub.catalogue.models import LogHead
from hub.errors import BrokenChain, FetchFailed, RefusedMessage

logger = structlog.get_logger("federation")

HEAD_BYTES = 100_000
MAX_PAGES = 10_000
KEPT_BYTES = 64_000_000
"""Of documents of one bucket; once they are mended, the rest is read."""
MAX_ROUNDS = 1_000
DAILY = dt.timedelta(days=1)


class Outcome(StrEnum):
    """How a comparison ended.

    ``done``: both sides are equal now. ``later``: something was published meanwhile. ``not_offered``: the
    peer runs a version without buckets. ``failed``: the peer does not answer, or what it says is refused.
    """

    DONE = "done"
    LATER = "later"
    NOT_OFFERED = "not_offered"
    FAILED = "failed"


@dataclass(frozen=True)
class Comparison:
    """What a comparison found: unequal buckets, entries that were mended, and why it failed if it did."""

    outcome: Outcome
    differing: int = 0
    mended: int = 0
    reason: str = ""


@dataclass(frozen=True)
class _Told:
    """The head a peer has signed; ``buckets`` is None from a version that sends none."""

    position: tuple[int, int]
    head_hash: str
    buckets: list[str] | None


def due_peers() -> list[Peer]:
    """Approved peers that were last compared about a day ago, or never though all of their log is here."""
    before = timezone.now() - DAILY * (0.8 + secrets.randbelow(401) / 1000)
    due = Q(compared_at__lt=before) | Q(compared_at__isnull=True, verified_seq__gt=0)
    return list(Peer.objects.filter(due, state=PeerState.APPROVED))


def compare(peer: Peer) -> Comparison:
    """Compare all entries of a peer with its own buckets, and mend what differs, which should be nothing.

    Notes at the peer when it was, and what it led to; never raises for what the peer does. Of a peer that
    is not approved nothing is compared.
    """
    if not peer.is_approved:
        return Comparison(Outcome.LATER)
    try:
        result = _compare(peer)
    except FetchFailed as error:
        logger.warning("comparison failed", peer=peer.slug, error=str(error))
        return _failed(peer, error)
    except RefusedMessage as error:
        logger.error("comparison refused", peer=peer.slug, reason=error.reason)
        return _failed(peer, error)
    if result.mended:
        logger.error("entries mended", peer=peer.slug, buckets=result.differing, entries=result.mended)
    return result


def _failed(peer: Peer, error: Exception) -> Comparison:
    reason = peers.describe(peer, error)
    Peer.objects.filter(pk=peer.pk).update(compare_error=reason[:2000])
    return Comparison(Outcome.FAILED, reason=reason)


def _compare(peer: Peer) -> Comparison:
    told = _aligned(peer)
    if told is None:
        return Comparison(Outcome.LATER)
    if told.buckets is None:
        _note(peer, 0, 0)
        return Comparison(Outcome.NOT_OFFERED)
    here = snapshot(peer.origin)
    if here.position != told.position:
        return Comparison(Outcome.LATER)
    if here.head_hash != told.head_hash:
        raise BrokenChain(f"{peer.origin} has another history up to {here.seq} than the one held here")
    differing = [number for number in range(COUNT) if here.buckets[number] != told.buckets[number]]
    mended = 0
    try:
        for number in differing:
            for bucket in _parts_of_bucket(peer, told, number, told.buckets[number]):
                mended += mend(peer, bucket)
    except Moved:
        Peer.objects.filter(pk=peer.pk).update(mended=F("mended") + mended)
        return Comparison(Outcome.LATER, len(differing), mended)
    if here.seq:
        _note(peer, here.seq, mended)
    return Comparison(Outcome.DONE, len(differing), mended)


def _aligned(peer: Peer) -> _Told | None:
    """The peer's head once everything up to it is held here; None if that cannot be had right now."""
    for _attempt in range(2):
        told = _fetch_head(peer)
        if told.buckets is None or told.position == snapshot(peer.origin).position:
            return told
        pull.pull(peer)
    return None


def _note(peer: Peer, seq: int, mended: int) -> None:
    now = timezone.now()
    Peer.objects.filter(pk=peer.pk).update(
        compared_seq=seq, compared_at=now, mended=F("mended") + mended, compare_error=""
    )
    peer.compared_seq, peer.compared_at = seq, now


def _fetch_head(peer: Peer) -> _Told:
    url = fetching.prepared_url(head_of(peer.origin))
    head = strictjson.loads_object(_get(peer, url, HEAD_BYTES))
    epoch, seq, head_hash = read_head(head, peer.origin, multibase.decode_key(peer.ed25519), timezone.now())
    found = head.get("buckets")
    if found is not None and (
        not isinstance(found, list) or len(found) != COUNT or not all(isinstance(each, str) for each in found)
    ):
        raise RefusedMessage(f"the buckets of {peer.origin} are not {COUNT} digests")
    return _Told((epoch, seq), head_hash, found)


def _parts_of_bucket(peer: Peer, told: _Told, number: int, digest: str) -> Iterator[Bucket]:
    """The bucket, as often as it takes until there was room for everything that is not held here."""
    for _round in range(MAX_ROUNDS):
        bucket = _fetch_bucket(peer, told, number, digest)
        yield bucket
        if not bucket.left:
            return
    raise Moved


def _fetch_bucket(peer: Peer, told: _Told, number: int, digest: str) -> Bucket:
    """All of a bucket, page by page. Raises :class:`Moved` if it is no longer what the head says."""
    ours = lines_of(peer.origin, number)
    lines: dict[str, tuple[int, str]] = {}
    news: dict[str, ReceivedChange] = {}
    left: set[str] = set()
    size = 0
    after = ""
    for _page in range(MAX_PAGES):
        changes = _fetch_page(peer, told, number, after)
        for change in changes:
            line = change.revision, change.object_digest
            lines[change.object_id] = line
            if ours.get(change.object_id) == line or change.body is None:
                continue
            size += len(change.body.encode())
            if news and size > KEPT_BYTES:
                left.add(change.object_id)
            else:
                news[change.object_id] = change
        if not changes:
            break
        after = changes[-1].object_id
    if digest_of_lines(lines) != digest:
        raise Moved
    return Bucket(number, told.position, lines, news, left)


def _fetch_page(peer: Peer, told: _Told, number: int, after: str) -> list[ReceivedChange]:
    url = fetching.prepared_url(bucket_page_of(peer.origin, number, after))
    page = strictjson.loads_object(_get(peer, url, pull.PAGE_BYTES))
    key = multibase.decode_key(peer.ed25519)
    epoch, seq, _hash = read_head(page, peer.origin, key, timezone.now())
    if (epoch, seq) != told.position:
        raise Moved
    found = page.get("entries")
    asked = (page.get("bucket"), page.get("after")) == (number, after)
    if not asked or not isinstance(found, list) or len(found) > MAX_ENTRIES:
        raise RefusedMessage("the page of the bucket is not the one asked for")
    changes = [read_entry(entry, peer.origin, key) for entry in found]
    ids = [after, *(change.object_id for change in changes)]
    if ids != sorted(set(ids)) or any(bucket_of(each) != number for each in ids[1:]):
        raise RefusedMessage("the page of the bucket holds other entries than those asked for")
    _check_are_newest(peer, told, changes)
    return changes


def _check_are_newest(peer: Peer, told: _Told, changes: Sequence[ReceivedChange]) -> None:
    """Refuse at once what is not the newest change of its item in the log held here, so that no peer can make
    this instance read, and keep, what it never published. Raises :class:`BrokenChain` and :class:`Moved`.
    """
    newest = newest_changes(peer.origin, [change.object_id for change in changes])
    try:
        for change in changes:
            check_is_newest(change, newest.get(change.object_id))
    except BrokenChain as error:
        # The page is made after its head is read, and pushes arrive here at any time.
        later = any((change.epoch, change.seq) > told.position for change in changes)
        if later or not LogHead.objects.filter(
            origin=peer.origin, epoch=told.position[0], seq=told.position[1]
        ):
            raise Moved from error
        raise


def _get(peer: Peer, url: str, max_bytes: int) -> bytes:
    reply: Any = fetching.fetch(
        "GET", url, headers=sign("GET", url), max_bytes=max_bytes, seconds=pull.PAGE_SECONDS
    )
    if reply.status != 200:
        raise FetchFailed(f"{url} answers {reply.status}")
    return bytes(reply.body)
