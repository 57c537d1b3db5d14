"""Handing over the own notices: to each peer in order, until it has acknowledged them."""

from __future__ import annotations

from typing import Any

import structlog
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from federation import peers, strictjson
from federation.addresses import notices_of as address_of
from federation.models import Notice, Peer, PeerState, backoff
from federation.notices.queries import own_ends, own_notices
from hub import fetching
from hub.documents import canonical
from hub.errors import FetchFailed, RefusedMessage

logger = structlog.get_logger("federation")

REPLY_BYTES = 16_000
MAX_ROUNDS = 1_000


def due_peers() -> QuerySet[Peer]:
    """Those that have not acknowledged all of the own notices, unless they wait after a failure; three
    queries.

    Whoever has left is told nothing more; those that this instance itself has left are told that, for a week.
    """
    last, left = own_ends()
    told = Q(state__in=[PeerState.APPROVED, PeerState.PAUSED], notices_sent__lt=last)
    told |= Q(state=PeerState.LEFT, notices_sent__lt=left)
    due = Q(notice_after__isnull=True) | Q(notice_after__lte=timezone.now())
    return Peer.objects.filter(told, due)


def deliver(peer: Peer) -> bool:
    """Hand over to one peer what it has not acknowledged; returns whether it has everything now.

    A failure is noted at the peer, never raised; it is due again after a growing delay.
    """
    last, left = own_ends()
    end = left if peer.state == PeerState.LEFT else last
    try:
        for _round in range(MAX_ROUNDS):
            notice = own_notices(peer.notices_sent).filter(number__lte=end).first()
            if notice is None:
                return True
            _hand_over(peer, notice)
    except (FetchFailed, RefusedMessage) as error:
        _note_failure(peer, peers.describe(peer, error))
    except Exception as error:  # seen at the peer and tried again, or the notice would wait in silence
        logger.exception("notice could not be handed over", peer=peer.slug)
        _note_failure(peer, peers.describe(peer, error))
    return False


def _note_failure(peer: Peer, reason: str) -> None:
    logger.warning("notice not taken", peer=peer.slug, error=reason)
    failures = peer.notice_failures + 1
    _update(peer, notice_failures=failures, notice_after=backoff(failures), notice_error=reason[:2000])


def _update(peer: Peer, **values: Any) -> None:
    """Change only these columns: logs are exchanged with the same peer meanwhile."""
    Peer.objects.filter(pk=peer.pk).update(**values)
    for name, value in values.items():
        setattr(peer, name, value)


def _hand_over(peer: Peer, notice: Notice) -> None:
    """Post one notice and note what is held there. Raises ``FetchFailed`` if it has to wait."""
    url = fetching.prepared_url(address_of(peer.origin))
    headers = {"Content-Type": "application/json"}
    reply = fetching.fetch(
        "POST", url, headers=headers, body=canonical(notice.document), max_bytes=REPLY_BYTES
    )
    held = _held(reply) if reply.status in {202, 409} else None
    if held is None:
        raise peers.PeerRefuses(
            _("%(name)s does not take the notice number %(number)s (it answers %(status)s).")
            % {"name": peer.name, "number": notice.number, "status": reply.status}
        )
    if reply.status == 409 and (held == 0 or held >= notice.number):
        # It has been approved since and reads what it needs by itself, or it contradicts.
        raise FetchFailed(_("notice %(number)s has to wait there") % {"number": notice.number})
    _update(peer, notices_sent=held, notice_failures=0, notice_after=None, notice_error="")


def _held(reply: fetching.Reply) -> int | None:
    number = strictjson.loads_object(reply.body).get("number")
    return number if type(number) is int and number >= 0 else None
