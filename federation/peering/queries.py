"""Reads of peering: what is proposed, which bodies can be granted, and how both sides stand."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from federation.models import Peer, PeerState, Proposal
from hub.env import env
from hub.municipalities.models import Body

INACTIVE = (PeerState.BLOCKED, PeerState.LEFT)


@dataclass(frozen=True)
class OfferedBody:
    """A body that a peer may be allowed to publish for; ``taken_by`` names who publishes for it already.

    ``name`` is empty for a key the directory does not know.
    """

    key: str
    name: str
    kind: str
    chosen: bool
    taken_by: str


def open_proposals() -> QuerySet[Proposal]:
    """Those an operator has to decide on, newest first; peers and rejected ones are none."""
    peers = Peer.objects.exclude(state=PeerState.LEFT).values("origin")
    return Proposal.objects.filter(rejected__isnull=True).exclude(origin__in=peers)


def offer_bodies(keys: Iterable[str], chosen: Collection[str] | None, origin: str) -> list[OfferedBody]:
    """The bodies of these keys by name, for the peer at ``origin``.

    ``chosen`` are ticked; with None, all that nobody else publishes for. Two queries.
    """
    wanted = set(keys) | set(chosen or ())
    known = Body.objects.in_bulk(wanted)
    taken = _taken(origin)
    offered = [
        OfferedBody(
            key=key,
            name=known[key].name if key in known else "",
            kind=known[key].get_kind_display() if key in known else "",
            chosen=key in chosen if chosen is not None else key not in taken,
            taken_by=taken.get(key, ""),
        )
        for key in wanted
    ]
    return sorted(offered, key=lambda body: (body.name or "~", body.key))


def name_bodies(keys: Collection[str]) -> list[str]:
    """The bodies' names, or the key itself where the directory knows none; by name. One query."""
    known = Body.objects.in_bulk(keys)
    return sorted(known[key].name if key in known else key for key in keys)


def tell_admission(peer: Peer) -> str:
    """Whether the other side has approved this instance, in a sentence."""
    values = {"name": peer.name}
    if peer.admitted:
        return _("%(name)s has approved this instance.") % values
    if peer.admitted is None:
        return _("Whether %(name)s has approved this instance is not known yet.") % values
    return (
        _(
            "%(name)s has not approved this instance yet. Ask there by phone; the exchange then begins "
            "by itself."
        )
        % values
    )


def tell_progress(peer: Peer, held: int) -> str:
    """How far its log has been read, while that is not done; else ``""``. ``held`` is how much is here."""
    if not peer.is_approved or not peer.admitted or held >= peer.head_seq:
        return ""
    values = {
        "held": number_format(held, force_grouping=True),
        "all": number_format(peer.head_seq, force_grouping=True),
    }
    if peer.verified_at is None:
        return _("The first exchange is under way: %(held)s of %(all)s entries.") % values
    return _("Reading what is new: %(held)s of %(all)s entries.") % values


def explain_state(peer: Peer) -> str:
    """What the state of a peer means, in a sentence."""
    sentences = {
        PeerState.APPROVED: _("Both instances exchange their contributions, as soon as both have approved."),
        PeerState.PAUSED: _(
            "Nothing is exchanged for now. What %(name)s has published stays readable here; its members "
            "cannot sign in here."
        ),
        PeerState.BLOCKED: _(
            "Everything from %(name)s is refused, and what came from there is hidden. A block holds until "
            "you lift it."
        ),
        PeerState.LEFT: _(
            "The exchange with %(name)s has ended. What it published stays readable. For a new exchange "
            "both sides have to approve each other again."
        ),
    }
    return sentences[PeerState(peer.state)] % {"name": peer.name}


def _taken(origin: str) -> dict[str, str]:
    """Who publishes for a body, by key: this instance for its own, each peer but the one at ``origin``."""
    others = Peer.objects.exclude(origin=origin).exclude(state__in=INACTIVE)
    taken = {key: name for bodies, name in others.values_list("bodies", "name") for key in bodies}
    return {**taken, env.body: env.name} if env.body else taken
