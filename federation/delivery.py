"""Push for speed: the own log is posted to each peer from where it last acknowledged.

The peer's acknowledgement is the cursor, so a lost push costs nothing: the next one starts there,
and the peer pulls what it misses.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from typing import Any

import structlog
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from federation import peers, strictjson
from federation.addresses import inbox_of
from federation.jobs import enqueue_push
from federation.models import Peer, PeerState
from federation.outgoing import entries_after, own_head, signed_head
from federation.signatures import sign
from federation.transport import MAX_ENTRIES, build_activity
from hub import fetching
from hub.catalogue.models import CatalogueEntry
from hub.documents import canonical
from hub.env import env
from hub.errors import FetchFailed, RefusedMessage

logger = structlog.get_logger("federation")

PUSH_BYTES = 700_000
INBOX_BYTES = 1_000_000
MAX_ROUNDS = 1_000
REPLY_BYTES = 64_000
PATIENCE = 3
STALE_SECONDS = 1.0


def follow(entries: Sequence[CatalogueEntry]) -> None:
    """The catalogue's consumer: own changes are to be pushed; a job for each peer is enqueued."""
    if any(entry.is_local for entry in entries):
        # A peer that keeps failing waits for its backoff, or its timeouts would use up the worker.
        given_up = Q(push_failures__gte=PATIENCE, push_after__gt=timezone.now())
        for slug in _approved().exclude(given_up).values_list("slug", flat=True):
            enqueue_push(slug)


def push(peer: Peer) -> int:
    """Push to one peer until it has everything; returns how many entries it acknowledged.

    A failure is noted at the peer, never raised.
    """
    if not peer.is_approved:
        return 0
    before = peer.pushed_seq
    try:
        for _round in range(MAX_ROUNDS):
            if not _push_batch(peer):
                break
    except (FetchFailed, RefusedMessage) as error:
        peers.note_push_failure(peer, peers.describe(peer, error))
    except Exception as error:  # seen at the peer and tried again, or the push would stop in silence
        logger.exception("push failed", peer=peer.slug)
        peers.note_push_failure(peer, peers.describe(peer, error))
    else:
        peers.note_pushed(peer)
    return max(0, peer.pushed_seq - before)


def _approved() -> QuerySet[Peer]:
    return Peer.objects.filter(state=PeerState.APPROVED)


def _push_batch(peer: Peer) -> bool:
    """Post the next entries; returns whether the peer's answer left anything to do."""
    head = own_head()
    after = peer.pushed_seq if peer.pushed_epoch == head.epoch else 0
    entries = entries_after(head.epoch, after, MAX_ENTRIES, PUSH_BYTES)
    if not entries:
        return False
    activity = canonical(_activity(entries))
    if len(activity) > INBOX_BYTES:
        # Too large to push: the bare head tells the peer that there is something to pull.
        activity = canonical(_activity([]))
    reply = _post(peer, activity)
    if reply.status not in {202, 409}:
        raise peers.PeerRefuses(_refusal(peer, reply))
    held = _acknowledged(reply)
    moved = held != after
    peer.pushed_epoch, peer.pushed_seq = head.epoch, min(held, head.seq)
    Peer.objects.filter(pk=peer.pk).update(pushed_epoch=peer.pushed_epoch, pushed_seq=peer.pushed_seq)
    return moved and held < head.seq


def _activity(entries: Sequence[dict[str, Any]]) -> dict[str, Any]:
    activity_id = f"{env.origin}/federation/activities/{uuid.uuid4()}"
    return build_activity(env.origin, activity_id, entries, signed_head())


def _post(peer: Peer, body: bytes) -> fetching.Reply:
    """Post once, and once more with a new signature if a kept-open connection had gone stale."""
    url = fetching.prepared_url(inbox_of(peer.origin))
    started = time.monotonic()
    try:
        return _post_once(url, body)
    except FetchFailed:
        if time.monotonic() - started > STALE_SECONDS:
            raise
        return _post_once(url, body)


def _post_once(url: str, body: bytes) -> fetching.Reply:
    headers = {"Content-Type": "application/activity+json", **sign("POST", url, body)}
    return fetching.fetch("POST", url, headers=headers, body=body, max_bytes=REPLY_BYTES)


def _acknowledged(reply: fetching.Reply) -> int:
    seq = strictjson.loads_object(reply.body).get("seq")
    if type(seq) is not int or seq < 0:
        raise FetchFailed("the acknowledgement has no sequence")
    return seq


def _refusal(peer: Peer, reply: fetching.Reply) -> str:
    try:
        reason = str(strictjson.loads_object(reply.body).get("error", ""))[:300]
    except RefusedMessage:
        reason = ""
    return _("%(name)s refuses what is pushed to it (%(status)s): %(reason)s") % {
        "name": peer.name,
        "status": reply.status,
        "reason": reason or _("no reason given"),
    }
