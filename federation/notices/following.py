"""Following a peer to the new domain that it has announced, once its keys answer there.

A notice alone proves who is moving, not that the new domain is theirs: until it answers with the pinned keys,
the peer stays where it was, and the notice waits.
"""

from __future__ import annotations

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from federation.jobs import enqueue_carry_over, enqueue_fetching_notices, enqueue_pull
from federation.models import Notice, NoticeType, Peer
from federation.notices import effects, moving
from federation.notices.queries import pending_moves
from federation.notices.receiving import LISTENED_TO, read_page
from federation.peering.identities import NoIdentity, fetch_identity
from hub.errors import FetchFailed, RefusedMessage

logger = structlog.get_logger("federation")

AGAIN_SECONDS = 300
PAGE_SECONDS = 10.0


def open_notices() -> QuerySet[Notice]:
    """Handovers of which something has not been followed yet, and moves that wait for the new domain."""
    return moving.open_handovers() | pending_moves()


def carry_out(notice: Notice) -> None:
    """Do what a notice still asks for; a move whose new domain does not answer is tried again later."""
    if pending_moves().filter(pk=notice.pk).exists() and not follow(notice):
        return
    moving.carry_over(notice)


def follow(notice: Notice) -> bool:
    """Follow a peer to its new domain if it is there; returns whether it was followed."""
    peer = Peer.objects.filter(origin=notice.origin, state__in=LISTENED_TO).first()
    if peer is None or _newest(peer) != notice:
        return False
    try:
        _check_there(peer, notice)
        with transaction.atomic():
            locked = Peer.objects.select_for_update().get(pk=peer.pk)
            if not _is_unchanged(locked, peer) or _newest(locked) != notice:
                raise RefusedMessage("the approval was changed in the meantime")
            effects.follow_domain(locked, notice)
            _close_overtaken(notice)
    except (NoIdentity, FetchFailed, RefusedMessage) as error:
        logger.warning("move not followed", peer=peer.slug, to=notice.document["to"], reason=str(error))
        enqueue_carry_over(notice.pk, after=AGAIN_SECONDS)
        return False
    enqueue_fetching_notices(peer.slug)
    enqueue_pull(peer.slug)
    return True


def _newest(peer: Peer) -> Notice | None:
    moves = Notice.objects.filter(type=NoticeType.MOVE, origin=peer.origin)
    return moves.order_by("-number").first()


def _is_unchanged(locked: Peer, peer: Peer) -> bool:
    return (locked.origin, locked.ed25519) == (peer.origin, peer.ed25519) and locked.state in LISTENED_TO


def _close_overtaken(notice: Notice) -> None:
    """What it announced before and has never come about is no question any more."""
    moves = Notice.objects.filter(type=NoticeType.MOVE, origin=notice.origin, done=None)
    moves.exclude(pk=notice.pk).update(done=timezone.now())


def _check_there(peer: Peer, notice: Notice) -> None:
    """Raise :class:`RefusedMessage` unless the peer's own keys answer at its new domain.

    Or newer ones, which the pinned key vouches for in what that very address announces next.
    """
    to = notice.document["to"]
    if fetch_identity(to)["fingerprint"] == peer.fingerprint:
        return
    announced = read_page(to, notice.number, PAGE_SECONDS)
    if not announced or announced[0].type != NoticeType.ROTATION or announced[0].origin != to:
        raise RefusedMessage(f"other keys than the pinned ones answer at {to}")
    announced[0].verify(peer.ed25519)
