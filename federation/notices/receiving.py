"""Taking in the notices of peers: what has to be true before one is believed, and what follows from it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from federation import strictjson
from federation.addresses import notices_of as address_of
from federation.jobs import enqueue_carry_over
from federation.models import Notice, NoticeType, Peer, PeerState
from federation.notices import effects
from federation.notices.documents import FRESH, ReadNotice, read_document, without_proof
from federation.notices.queries import held_number, lineage, whereabouts
from federation.peers import describe, note_unread_notices
from federation.signatures import sign
from hub import fetching
from hub.errors import FetchFailed, HubError, OutOfOrder, RefusedMessage, TooSlow

logger = structlog.get_logger("federation")

PAGE_BYTES = 4_000_000
MAX_PAGES = 500
FETCH_SECONDS = 60.0
LISTENED_TO = frozenset({PeerState.APPROVED, PeerState.PAUSED})


class UnknownOrigin(HubError):
    """The notice is of an instance that is no peer here."""


class ForgedNotice(RefusedMessage):
    """The proof is not by the key pinned for the origin; if that has new keys, compare them by phone."""


class Missed(OutOfOrder):
    """Notices before this one are missing; ``proved`` tells whether the pinned key vouches for this one."""

    def __init__(self, reason: str, *, proved: bool) -> None:
        super().__init__(reason)
        self.proved = proved


class Contradiction(RefusedMessage):
    """Two notices of one number that both are signed rightly: ask the peer's operator which one counts."""


def find_sender(notice: ReadNotice) -> Peer:
    """The peer that a notice is of, also under a domain it has left. Raises :class:`UnknownOrigin`."""
    peer = Peer.objects.filter(origin=whereabouts(notice.origin)[-1]).first()
    if peer is None:
        raise UnknownOrigin(f"{notice.origin} is no peer of this instance")
    return peer


def take(notice: ReadNotice) -> tuple[Peer, int]:
    """Take in a notice; returns whose it is and the number that need not come again. Repeating it changes
    nothing, and what is older than the approval is passed over, as in :func:`fetch_notices`.

    Raises :class:`UnknownOrigin`, :class:`ForgedNotice`, :class:`Missed` after a gap,
    :class:`Contradiction`, and :class:`RefusedMessage` where what it says cannot be followed here.
    """
    sender = find_sender(notice)
    with transaction.atomic():
        peer = Peer.objects.select_for_update().get(pk=sender.pk)
        held = held_number(peer.origin)
        if notice.number <= held:
            _check_repeated(peer, notice)
        elif _is_passed_over(peer, notice, proved := _is_proved(peer, notice)):
            held = notice.number
        else:
            _check_next(peer, notice, held, proved)
            held = _accept(peer, notice).number
    return peer, held


def fetch_notices(peer: Peer) -> int:
    """Read what a peer has announced and is not held here; returns how many notices were new.

    Those from before its approval that the pinned key does not vouch for are passed over: the operators have
    compared what came of them by phone. It takes a minute at most; the next time goes on from there. Raises
    ``FetchFailed`` or :class:`RefusedMessage`.
    """
    taken = 0
    after = held_number(peer.origin)
    until = time.monotonic() + FETCH_SECONDS
    for _page in range(MAX_PAGES):
        for notice in (found := read_page(peer.origin, after, _left(until))):
            _left(until)
            if notice.number <= after:
                continue
            if notice.number != after + 1 and held_number(peer.origin):
                raise FetchFailed(_("it does not show all that it announced: has it approved this instance?"))
            peer.refresh_from_db()
            taken += _take_fetched(peer, notice)
            after = notice.number
        if not found or found[-1].number != after:
            break
    peer.refresh_from_db()
    return taken


def _left(until: float) -> float:
    """The seconds until that moment. Raises :class:`hub.errors.TooSlow` once it is over."""
    left = until - time.monotonic()
    if left <= 0:
        raise TooSlow(f"reading the notices takes longer than {FETCH_SECONDS:.0f} seconds")
    return left


def catch_up(peer: Peer) -> int:
    """The same in the background: a failure is noted at the peer, never raised."""
    try:
        return fetch_notices(peer)
    except (FetchFailed, RefusedMessage) as error:
        note_unread_notices(peer, describe(peer, error))
        return 0


def read_page(origin: str, after: int, seconds: float) -> list[ReadNotice]:
    """What the instance at ``origin`` announced after that number, a page of it, nothing believed yet.

    Raises ``FetchFailed`` or :class:`RefusedMessage`.
    """
    url = fetching.prepared_url(f"{address_of(origin)}?after={after}")
    reply = fetching.fetch("GET", url, headers=sign("GET", url), max_bytes=PAGE_BYTES, seconds=seconds)
    if reply.status != 200:
        raise FetchFailed(f"{url} answers {reply.status}")
    listed = strictjson.loads_object(reply.body).get("notices")
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise RefusedMessage("the notices are not a list")
    return [read_document(each) for each in listed]


def _take_fetched(peer: Peer, notice: ReadNotice) -> bool:
    with transaction.atomic():
        locked = Peer.objects.select_for_update().get(pk=peer.pk)
        if notice.origin not in lineage(locked.origin) or notice.number <= held_number(locked.origin):
            return False
        _check_state(locked)
        proved = _is_proved(locked, notice)
        if _is_old(locked, notice) and not (proved and notice.type == NoticeType.ROTATION):
            return False
        if not proved:
            raise _forged(locked, notice)
        _check_time(locked, notice)
        _accept(locked, notice)
    return True


def _check_repeated(peer: Peer, notice: ReadNotice) -> None:
    known = Notice.objects.filter(origin__in=lineage(peer.origin), number=notice.number).first()
    if known is None or without_proof(known.document) == notice.unsigned:
        return
    if not _is_proved(peer, notice):
        raise _forged(peer, notice)
    logger.error("two notices of one number", peer=peer.slug, number=notice.number)
    raise Contradiction(f"notice {notice.number} of {notice.origin} says something else than the one held")


def _is_old(peer: Peer, notice: ReadNotice) -> bool:
    return notice.created < peer.approved - FRESH


def _is_passed_over(peer: Peer, notice: ReadNotice, proved: bool) -> bool:
    """What it announced before its approval has no effect any more; only changes of keys go on from there."""
    return proved and _is_old(peer, notice) and notice.type != NoticeType.ROTATION


def _check_next(peer: Peer, notice: ReadNotice, held: int, proved: bool) -> None:
    if notice.number > held + 1:
        raise Missed(f"notice {notice.number} comes after {held}", proved=proved)
    if not proved:
        raise _forged(peer, notice)
    _check_state(peer)
    _check_time(peer, notice)


def _check_state(peer: Peer) -> None:
    """Raise :class:`RefusedMessage` for one that is blocked or has left; for a locked peer."""
    if peer.state not in LISTENED_TO:
        raise RefusedMessage(f"{peer.origin} is {peer.state} here")


def _check_time(peer: Peer, notice: ReadNotice) -> None:
    last = Notice.objects.filter(origin__in=lineage(peer.origin)).order_by("-number").first()
    if last is not None and notice.created < last.created:
        raise RefusedMessage("the notice is older than the one before it")


def _is_proved(peer: Peer, notice: ReadNotice) -> bool:
    """Only what the peer says of itself where it is now counts; its old domain is nobody's."""
    if notice.origin != peer.origin:
        return False
    try:
        notice.verify(peer.ed25519)
    except RefusedMessage:
        return False
    return True


def _forged(peer: Peer, notice: ReadNotice) -> ForgedNotice:
    logger.error("notice refused", peer=peer.slug, number=notice.number, fingerprint=peer.fingerprint)
    return ForgedNotice(f"the proof is not by the key pinned for {notice.origin}")


def _accept(peer: Peer, read: ReadNotice) -> Notice:
    notice = Notice.objects.create(
        origin=read.origin,
        number=read.number,
        type=read.type,
        document=read.document,
        created=read.created,
    )
    if EFFECTS[read.type](peer, notice):
        notice.done = timezone.now()
        notice.save(update_fields=["done"])
    logger.warning("notice taken", peer=peer.slug, number=read.number, type=str(read.type))
    return notice


def _follow_handover(peer: Peer, notice: Notice) -> bool:
    """Wait for the items at the other side; what is there already is followed by a job at once."""
    enqueue_carry_over(notice.pk)
    return False


EFFECTS: Mapping[NoticeType, Callable[[Peer, Notice], bool]] = {
    NoticeType.ROTATION: effects.pin_new_keys,
    NoticeType.MOVE: effects.note_move,
    NoticeType.HANDOVER: _follow_handover,
    NoticeType.LEAVE: effects.see_off,
}
"""What follows from a notice; each tells whether that is done for good."""
