"""Pull for truth: each peer's log is read from where it ends here, and both ends are compared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import structlog
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from federation import inbox, multibase, peers, strictjson
from federation.addresses import actor_of, log_of
from federation.identity import fingerprint_of
from federation.models import Peer, PeerState
from federation.notices import moving
from federation.notices.receiving import fetch_notices
from federation.signatures import sign
from federation.transport import MAX_ENTRIES, read_head
from hub import fetching
from hub.catalogue.epochs import withdraw_unnamed
from hub.catalogue.models import LogHead
from hub.errors import BrokenChain, FetchFailed, RefusedMessage

logger = structlog.get_logger("federation")

PAGE_BYTES = 16_000_000
PAGE_SECONDS = 60.0
MAX_PAGES = 100_000
TOLD_EVERY = 1_000
REVERIFY = dt.timedelta(hours=1)


def due_peers() -> list[Peer]:
    """Approved peers whose next pull is due."""
    due = Q(pull_after__isnull=True) | Q(pull_after__lte=timezone.now())
    return list(Peer.objects.filter(due, state=PeerState.APPROVED))


def pull(peer: Peer, say: Callable[[str], object] = lambda line: None) -> int:
    """Read a peer's log to its end; returns how many changes were new, and tells now and then how far it is.

    A failure is noted at the peer, never raised; what was applied before it stays.
    """
    if not peer.is_approved:
        return 0
    applied = 0
    try:
        for _page in range(MAX_PAGES):
            count = _pull_page(peer)
            if count is None:
                break
            told = applied // TOLD_EVERY
            applied += count
            if applied // TOLD_EVERY > told:
                say(_("%(count)s entries fetched from %(name)s") % {"count": applied, "name": peer.name})
    except (FetchFailed, RefusedMessage) as error:
        if isinstance(error, BrokenChain):
            Peer.objects.filter(pk=peer.pk).update(chain_alarm=True)
        peers.note_pull_failure(peer, _diagnosis(peer, error))
    except Exception as error:  # seen at the peer and tried again, or its log would stop in silence
        logger.exception("pull failed", peer=peer.slug)
        peers.note_pull_failure(peer, peers.describe(peer, error))
    else:
        peers.note_pulled(peer)
        moving.finish_move(peer)
    return applied


def _pull_page(peer: Peer) -> int | None:
    """Fetch and apply one page; returns how many changes were new, or None at the end of the log."""
    held = inbox.held_head(peer)
    url = fetching.prepared_url(f"{log_of(peer.origin)}?after={held.seq}&limit={MAX_ENTRIES}")
    headers = sign("GET", url)
    if peer.pull_etag and peer.verified_at and timezone.now() - peer.verified_at < REVERIFY:
        headers["If-None-Match"] = peer.pull_etag
    reply = fetching.fetch("GET", url, headers=headers, max_bytes=PAGE_BYTES, seconds=PAGE_SECONDS)
    if reply.status == 304:
        peers.note_admitted(peer, True)
        return None
    if reply.status != 200:
        if reply.status in {401, 403}:
            peers.note_admitted(peer, False)
        raise peers.PeerRefuses(_answered(peer, reply))
    page = strictjson.loads_object(reply.body)
    epoch, seq, head_hash = read_head(page, peer.origin, multibase.decode_key(peer.ed25519), timezone.now())
    peers.note_admitted(peer, True, seq)
    entries = page.get("entries")
    if not isinstance(entries, list) or len(entries) > MAX_ENTRIES or page.get("after") != held.seq:
        raise RefusedMessage("the page of the log is not the one asked for")
    _check_epoch(peer, held, epoch, seq)
    verified = inbox.verify(peer, entries)
    if entries and verified.changes[0].seq != held.seq + 1:
        raise RefusedMessage("the page of the log is not the one asked for")
    count = inbox.apply(peer, verified)
    _compare(peer, seq, head_hash, reply)
    return count if entries else None


def _check_epoch(peer: Peer, held: LogHead, epoch: int, seq: int) -> None:
    if held.epoch and held.epoch != epoch:
        raise BrokenChain(
            _("%(name)s has started a new log (%(new)s instead of %(old)s): ask its operator about it.")
            % {"name": peer.name, "new": epoch, "old": held.epoch}
        )
    if seq < held.seq:
        raise BrokenChain(
            _("The log of %(name)s ends at %(new)s, but %(old)s are held here: is it restored from a backup?")
            % {"name": peer.name, "new": seq, "old": held.seq}
        )


def _compare(peer: Peer, seq: int, head_hash: str, reply: fetching.Reply) -> None:
    """Note the moment both ends are equal. Raises :class:`BrokenChain` if they only seem to be."""
    held = inbox.held_head(peer)
    if held.seq != seq:
        return
    if held.head_hash != head_hash:
        raise BrokenChain(f"{peer.origin} has another history up to {seq} than the one held here")
    # The row is asked, since the new epoch may have been accepted after this pull began.
    if held.epoch > 1 and Peer.objects.filter(pk=peer.pk, verified_at=None).exists():
        withdraw_unnamed(peer.origin, held.epoch)  # its end: what it does not name is no more
    peer.verified_seq, peer.verified_at = seq, timezone.now()
    peer.pull_etag = reply.headers.get("ETag", "")[:100]
    Peer.objects.filter(pk=peer.pk).update(
        verified_seq=seq, verified_at=peer.verified_at, pull_etag=peer.pull_etag
    )


def _answered(peer: Peer, reply: fetching.Reply) -> str:
    return _("%(name)s does not give its log (it answers %(status)s): has it approved this instance?") % {
        "name": peer.name,
        "status": reply.status,
    }


def _diagnosis(peer: Peer, error: FetchFailed | RefusedMessage) -> str:
    """The error, or the clearer sentence if the peer shows other keys than the pinned ones."""
    try:
        shown = _shown_fingerprint(peer)
    except (FetchFailed, RefusedMessage, ValueError, KeyError, TypeError, AttributeError, IndexError):
        return peers.describe(peer, error)
    if shown == peer.fingerprint:
        return peers.describe(peer, error)
    if _followed(peer, shown):
        return _("%(name)s has new keys, announced with the old one; it is tried again at once.") % {
            "name": peer.name
        }
    return peers.wrong_key(peer, shown)


def _followed(peer: Peer, shown: str) -> bool:
    """Whether the peer has announced the keys it shows, and they are pinned now."""
    try:
        fetch_notices(peer)
    except (FetchFailed, RefusedMessage) as error:
        logger.warning("notices cannot be followed", peer=peer.slug, reason=str(error))
    return peer.fingerprint == shown


def _shown_fingerprint(peer: Peer) -> str:
    reply = fetching.fetch("GET", actor_of(peer.origin), headers={"Accept": "application/activity+json"})
    actor: dict[str, Any] = strictjson.loads_object(reply.body)
    return fingerprint_of(
        actor["assertionMethod"][0]["publicKeyMultibase"], actor["publicKey"]["publicKeyPem"]
    )
