"""Taking the own log back from the peers that have kept it, then making the pages follow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

from federation.models import Peer
from federation.outgoing import own_head
from federation.restoring import alarms, checking
from federation.restoring.held import Held, ask_all, fetch_page
from federation.restoring.pages import Brought, bring_pages
from federation.transport import check_chain
from hub.catalogue.log import ReceivedChange
from hub.catalogue.recovering import take_back
from hub.errors import BrokenChain, FetchFailed, RefusedMessage, UnreadableDocument

logger = structlog.get_logger("federation")

Say = Callable[[str], object]


@dataclass
class Recovered:
    """What a recovery did: ``taken`` entries of the own log by the peer that gave them, and the pages."""

    taken: dict[str, int] = field(default_factory=dict)
    pages: Brought = field(default_factory=Brought)

    @property
    def count(self) -> int:
        """How many entries of the own log were missing."""
        return sum(self.taken.values())


def recover(say: Say = lambda line: None) -> Recovered:
    """Take back what any approved peer holds beyond the own log, and bring the pages along.

    Safe to repeat: it goes on where it was interrupted. Raises
    :class:`federation.restoring.checking.Contradiction` when a peer's entries do not continue the own log,
    :class:`hub.errors.UnreadableDocument` when a newer version has written them. Whatever it fails with is
    the alarm that operators read, and the next one begins after a pause.
    """
    try:
        done = _recover(say)
    except (OperationalError, InterfaceError):
        raise  # the database is away: that has its own alarm
    except Exception as error:
        checking.hold_off(_reason(error))
        raise
    alarms.end_alarm()
    logger.info("own log recovered", entries=done.count, pages=done.pages.count, kept=len(done.pages.kept))
    return done


def _recover(say: Say) -> Recovered:
    done = Recovered()
    with checking.held_up(_("What is missing is being fetched from the approved instances.")):
        answers = ask_all(checking.approved_peers())
        claims = checking.weigh_claims(own_head(), answers)
        for peer, held in claims.proven.items():
            _take_from(peer, held, done, say)
        for peer in claims.unclear:
            say(checking.unproven(peer))
        done.pages = bring_pages(checking.approved_peers(), say)
    return done


def _reason(error: Exception) -> str:
    """The sentence an operator reads."""
    if isinstance(error, checking.Contradiction):
        return str(error)
    if isinstance(error, UnreadableDocument):
        return _(
            "What is missing here cannot be taken back, because a newer version has written it. Install the "
            "version that was running before the restore: %(reason)s"
        ) % {"reason": error}
    return _(
        "What is missing here cannot be taken back. It is tried again by itself; have it looked at: "
        "%(reason)s"
    ) % {"reason": f"{type(error).__name__}: {error}"}


def _take_from(peer: Peer, held: Held, done: Recovered, say: Say) -> None:
    """All that this peer has beyond the own log. If it stops answering, the next one may go on."""
    before, waiting = own_head(), list[ReceivedChange]()
    try:
        while (now := _position(held)) is not None:
            page = fetch_page(peer, waiting[-1].seq if waiting else now)
            check_chain([*waiting[-1:], *page.changes])
            # What a compromised key has signed is believed once a later change vouches for it.
            sure = len(waiting) + page.sure if page.sure else 0
            waiting += page.changes
            count = take_back(waiting[:sure])
            waiting = waiting[sure:]
            if not count and (sure or not page.changes):
                return
            if count:
                done.taken[peer.slug] = done.taken.get(peer.slug, 0) + count
                say(_("%(count)s entries fetched from %(name)s") % {"count": done.count, "name": peer.name})
    except BrokenChain as error:
        logger.error("own log contradicted", peer=peer.slug, reason=error.reason, epoch=before.epoch)
        raise checking.contradiction(peer.name) from error
    except (FetchFailed, RefusedMessage) as error:
        logger.warning("recovery goes on with another peer", peer=peer.slug, error=str(error))
        say(str(error))


def _position(held: Held) -> int | None:
    """After which sequence of the peer's epoch to go on; None if nothing is missing."""
    head = own_head()
    if (held.epoch, held.seq) <= (head.epoch, head.seq):
        if held.epoch == head.epoch and not checking.agrees(head, held):
            raise BrokenChain(f"the own log has another change at {held.epoch}/{held.seq}")
        return None
    return head.seq if held.epoch == head.epoch else 0
