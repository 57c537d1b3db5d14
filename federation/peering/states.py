"""Pausing, resuming, blocking and unblocking a peer: one table of what may follow on what.

Each verb takes the peer or its short name or address, and returns the sentence that says what was done.
"""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from federation.jobs import begin_exchange
from federation.models import Peer, PeerState
from federation.peers import ApprovalRefused, set_state
from hub.errors import HubError

FROM = {
    "pause": frozenset({PeerState.APPROVED}),
    "resume": frozenset({PeerState.PAUSED}),
    "block": frozenset({PeerState.APPROVED, PeerState.PAUSED, PeerState.LEFT}),
    "unblock": frozenset({PeerState.BLOCKED}),
}
"""The states in which each can be done. One that has left is approved anew instead of being resumed."""


class UnknownPeer(HubError):
    """No peer has this name or address: look it up with ``federation_status``."""


def pause(peer: Peer | str) -> str:
    """Exchange nothing for now; what it published stays readable."""
    held = _take(peer, "pause")
    set_state(held, PeerState.PAUSED)
    return _("The exchange with %(name)s is paused.") % {"name": held.name}


def resume(peer: Peer | str) -> str:
    """Go on with a paused one; what was missed is fetched at once."""
    held = _take(peer, "resume")
    set_state(held, PeerState.APPROVED)
    begin_exchange(held)
    return _("The exchange with %(name)s goes on. What was missed meanwhile is fetched now.") % {
        "name": held.name
    }


def block(peer: Peer | str) -> str:
    """Refuse everything from it and hide what came from it."""
    held = _take(peer, "block")
    set_state(held, PeerState.BLOCKED)
    return _("%(name)s is blocked. What came from there is hidden.") % {"name": held.name}


def unblock(peer: Peer | str) -> str:
    """Lift the block: show what came from it, and go on."""
    held = _take(peer, "unblock")
    set_state(held, PeerState.APPROVED)
    begin_exchange(held)
    return _("The block of %(name)s is lifted, and the exchange goes on.") % {"name": held.name}


def _take(peer: Peer | str, verb: str) -> Peer:
    if isinstance(peer, str):
        found = Peer.objects.filter(Q(slug=peer) | Q(origin=peer.rstrip("/"))).first()
        if found is None:
            raise UnknownPeer(
                _("No instance here has the short name or address “%(name)s”.") % {"name": peer}
            )
        peer = found
    if peer.state not in FROM[verb]:
        raise ApprovalRefused(
            _("That is not possible now: %(name)s is %(state)s.")
            % {"name": peer.name, "state": peer.get_state_display()}
        )
    return peer
