"""Approving peers, and noting how the exchange with each one goes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from federation import multibase
from federation.identity import fingerprint_of
from federation.jobs import enqueue_retry
from federation.members.admitting import review_members
from federation.members.clients import keep_client
from federation.models import Peer, PeerState, backoff, next_pull
from federation.notices.queries import handed_over, lineage, own_number, why_not_a_peer
from federation.short_names import reserved_names
from federation.signatures import load_rsa
from hub.catalogue import applying
from hub.env import env
from hub.errors import FetchFailed, HubError, RefusedMessage

logger = structlog.get_logger("federation")

FIELDS = ("origin", "slug", "name", "ed25519", "rsa_pem", "fingerprint")


class PeerRefuses(FetchFailed):
    """The peer answers, but with a refusal: its operator has to act, usually by approving this instance."""


class ApprovalRefused(HubError):
    """A peer cannot be approved like this: the message says what does not fit and what to do."""


def approve(identity: Mapping[str, Any], bodies: Sequence[str] | None = None, *, new_key: str = "") -> Peer:
    """Approve a peer by its identity, pinning its keys; again, to change its bodies or resume it.

    ``bodies`` are the keys it may publish for; by default those it names. ``new_key`` is the fingerprint of
    keys that take the place of the pinned ones, as its operator has read it out, in groups or not. Raises
    :class:`ApprovalRefused` if the identity is malformed, the keys differ from the pinned ones, the peer
    is blocked, or a body is granted to another peer. What it no longer publishes for is hidden, and members
    it no longer speaks for are signed out; its own hub becomes a client of the provider here.
    """
    check_identity(identity)
    granted = sorted(set(bodies if bodies is not None else identity["bodies"]))
    _check_not_own(granted, identity["origin"])
    with transaction.atomic():
        known = {peer.origin: peer for peer in _locked_peers()}
        peer = known.pop(identity["origin"], None) or _new_peer(identity)
        _check_not_granted(granted, known.values(), identity["origin"])
        _check_pinned(peer, identity, "".join(new_key.split()).upper())
        peer.name, peer.bodies, peer.state = identity["name"], granted, PeerState.APPROVED
        peer.push_after = peer.pull_after = peer.notice_after = None
        peer.save()
        _review_shown(peer)
        keep_client(peer)
        review_members(peer)
    logger.info("peer approved", peer=peer.slug, fingerprint=peer.fingerprint, bodies=granted)
    return peer


def set_state(peer: Peer, state: PeerState) -> None:
    """Pause, block or resume a peer. A block hides what came from it, resuming shows it again.
    Pausing, too, signs its members out and takes the tokens of members from here away from it.

    Raises :class:`ApprovalRefused` if one of its bodies has been granted to another peer since.
    """
    with transaction.atomic():
        known = {other.pk: other for other in _locked_peers()}
        held = known.pop(peer.pk)
        peer.bodies = held.bodies
        if state == PeerState.APPROVED:
            if held.state == PeerState.LEFT:
                text = _("%(name)s has left; approve it anew with its identity.")
                raise ApprovalRefused(text % {"name": peer.name})
            _check_not_granted(peer.bodies, known.values(), peer.origin)
        peer.state = state
        peer.save(update_fields=["state"])
        if state != PeerState.PAUSED:
            _review_shown(peer)
        keep_client(peer)
        review_members(peer)
    logger.info("peer state set", peer=peer.slug, state=str(state))


def set_bodies(peer: Peer, bodies: Collection[str]) -> None:
    """Let a peer publish for these bodies and no others; what it no longer publishes for is hidden.

    Raises :class:`ApprovalRefused` if one is this instance's own or granted to another peer.
    """
    _check_not_own(bodies, peer.origin)
    with transaction.atomic():
        known = {other.pk: other for other in _locked_peers()}
        peer.state = known.pop(peer.pk).state
        if peer.state not in {PeerState.BLOCKED, PeerState.LEFT}:
            _check_not_granted(bodies, known.values(), peer.origin)
        peer.bodies = sorted(set(bodies))
        peer.save(update_fields=["bodies"])
        _review_shown(peer)
        review_members(peer)
    logger.info("peer bodies set", peer=peer.slug, bodies=peer.bodies)


def check_approval(peer: Peer) -> None:
    """Raises :class:`RefusedMessage`. Its log head is locked: a later block finds what is written now."""
    approval = Peer.objects.filter(pk=peer.pk).values_list("state", "bodies", "review_first", "ed25519")
    if approval.first() != (peer.state, peer.bodies, peer.review_first, peer.ed25519):
        raise RefusedMessage(f"the approval of {peer.name} was changed in the meantime")


def note_seen(peer: Peer) -> None:
    """It has just proven to be there."""
    Peer.objects.filter(pk=peer.pk).update(last_seen=timezone.now())


def note_pushed(peer: Peer) -> None:
    """All of the own log has arrived there."""
    _update(peer, push_failures=0, push_after=None, last_seen=timezone.now())
    _clear_error(peer)


def note_pulled(peer: Peer) -> None:
    """All of its log is held here."""
    _update(peer, pull_failures=0, pull_after=next_pull(), last_seen=timezone.now(), chain_alarm=False)
    _clear_error(peer)


def note_admitted(peer: Peer, admitted: bool, head_seq: int | None = None) -> None:
    """Whether it has approved this instance, and where its log ends; nothing is written that is known."""
    head_seq = peer.head_seq if head_seq is None else head_seq
    if (peer.admitted, peer.head_seq) != (admitted, head_seq):
        _update(peer, admitted=admitted, head_seq=head_seq)


def note_push_failure(peer: Peer, reason: str) -> None:
    """A push failed: tried again with growing delay."""
    _update(peer, push_failures=peer.push_failures + 1, push_after=backoff(peer.push_failures + 1))
    _note_error(peer, reason)


def note_pull_failure(peer: Peer, reason: str) -> None:
    """A pull failed: tried again with growing delay."""
    _update(peer, pull_failures=peer.pull_failures + 1, pull_after=backoff(peer.pull_failures + 1))
    _note_error(peer, reason)


def describe(peer: Peer, error: Exception) -> str:
    """The sentence an operator reads about a failed exchange."""
    if isinstance(error, PeerRefuses):
        return str(error)
    values = {"name": peer.name, "reason": str(error)}
    if isinstance(error, FetchFailed):
        return _("%(name)s does not answer and is tried again by itself: %(reason)s") % values
    if isinstance(error, RefusedMessage):
        return _("What %(name)s sends is refused, nothing of it is taken: %(reason)s") % values
    values["reason"] = f"{type(error).__name__}: {error}"
    text = _(
        "The exchange with %(name)s fails here and is tried again by itself; have it looked at: %(reason)s"
    )
    return text % values


def wrong_key(peer: Peer, shown: str) -> str:
    """The sentence for a peer whose keys are not the pinned ones; ``shown`` is the fingerprint it shows."""
    return _(
        "The key of %(name)s does not fit the approved fingerprint %(pinned)s; it shows %(shown)s. "
        "Nothing is taken from it. Ask its operator by phone; after a change of keys approve it with "
        "approve_peer --replace-key and the fingerprint it tells you."
    ) % {"name": peer.name, "pinned": peer.fingerprint, "shown": shown}


def _update(peer: Peer, **values: Any) -> None:
    """Change only these columns, since pushes and pulls of one peer run side by side."""
    Peer.objects.filter(pk=peer.pk).update(**values)
    for name, value in values.items():
        setattr(peer, name, value)


def note_unread_notices(peer: Peer, reason: str) -> None:
    """What it has announced could not be read: the next message that misses a notice has it read again."""
    _note_error(peer, reason)


def _note_error(peer: Peer, reason: str) -> None:
    logger.warning("exchange failed", peer=peer.slug, error=reason)
    _update(peer, last_error=reason[:2000], last_error_at=timezone.now())


def _clear_error(peer: Peer) -> None:
    recovered = Peer.objects.filter(pk=peer.pk, push_failures=0, pull_failures=0)
    recovered.exclude(last_error="").update(last_error="")


def check_identity(identity: Mapping[str, Any]) -> None:
    """Raise :class:`ApprovalRefused` for an identity that is malformed, this instance's own, or not ASCII."""
    if not isinstance(identity, Mapping):
        raise ApprovalRefused(
            _("The file holds no identity; let it be printed by federation_identity --json.")
        )
    for name in FIELDS:
        if not isinstance(identity.get(name), str) or not identity[name]:
            raise ApprovalRefused(_("The identity has no “%(field)s”.") % {"field": name})
    named = identity.get("bodies")
    if not isinstance(named, list) or not all(isinstance(key, str) for key in named):
        raise ApprovalRefused(_("The identity has no “%(field)s”.") % {"field": "bodies"})
    parts = urlsplit(identity["origin"])
    canonical = f"{parts.scheme}://{parts.netloc}".lower()
    if (
        parts.scheme not in {"http", "https"}
        or not parts.hostname
        or parts.username is not None
        or identity["origin"] != canonical
    ):
        raise ApprovalRefused(_("“%(origin)s” is not an address of scheme and host alone.") % identity)
    if not identity["origin"].isascii():
        text = _("“%(origin)s” has letters that are easily mistaken; write it in ASCII.")
        raise ApprovalRefused(text % identity)
    if identity["origin"] == env.origin:
        raise ApprovalRefused(_("This is this instance itself; an instance is no peer of its own."))
    try:
        multibase.decode_key(identity["ed25519"])
        load_rsa(identity["rsa_pem"])
        shown = fingerprint_of(identity["ed25519"], identity["rsa_pem"])
    except ValueError as error:
        text = _("The identity's keys cannot be read: %(error)s") % {"error": error}
        raise ApprovalRefused(text) from error
    if shown != identity["fingerprint"]:
        raise ApprovalRefused(_("The identity's fingerprint does not fit its keys; have it sent again."))


def _check_not_own(bodies: Collection[str], origin: str) -> None:
    if env.body and env.body in bodies and env.body not in handed_over(env.origin, origin):
        text = _("%(body)s is this instance's own body; no peer publishes for it.")
        raise ApprovalRefused(text % {"body": env.body})


def _new_peer(identity: Mapping[str, Any]) -> Peer:
    taken = reserved_names() | {env.slug}
    if identity["slug"] in taken or Peer.objects.filter(slug=identity["slug"]).exists():
        raise ApprovalRefused(_("The short name “%(slug)s” is taken here by another instance.") % identity)
    if reason := why_not_a_peer(identity["origin"]):
        raise ApprovalRefused(reason)
    # What was announced until now it knows by its own approval.
    return Peer(**{name: identity[name] for name in FIELDS}, notices_sent=own_number())


def _locked_peers() -> list[Peer]:
    """All peers, so that two approvals see each other; rows that refer to one can still be added."""
    return list(Peer.objects.select_for_update(no_key=True).order_by("pk"))


def _check_not_granted(bodies: Collection[str], others: Iterable[Peer], origin: str) -> None:
    """A body has one peer that publishes for it; two while one hands it over to the other at ``origin``."""
    for other in others:
        if other.state in {PeerState.BLOCKED, PeerState.LEFT}:
            continue
        if taken := set(bodies) & set(other.bodies):
            taken -= handed_over(other.origin, origin) | handed_over(origin, other.origin)
        if taken:
            raise ApprovalRefused(
                _("%(name)s is already approved to publish for %(bodies)s; take that from it first.")
                % {"name": other.name, "bodies": ", ".join(sorted(taken))}
            )


def _review_shown(peer: Peer) -> None:
    """Show what the peer may publish, hide the rest; what was quarantined is tried again by the worker."""
    granted = frozenset(peer.bodies) if peer.state != PeerState.BLOCKED else frozenset()
    count = sum(
        applying.review_shown(origin, lambda e: bool(e.publishers) and granted.issuperset(e.publishers))
        for origin in lineage(peer.origin)
    )
    if count:
        logger.info("entries hidden or shown", peer=peer.slug, count=count)
    if peer.state != PeerState.BLOCKED and peer.quarantined.exists():
        enqueue_retry(peer.slug)


def _check_pinned(peer: Peer, identity: Mapping[str, Any], new_key: str) -> None:
    """Raise :class:`ApprovalRefused` for other keys than the pinned ones; pin those of ``new_key``."""
    if peer.state == PeerState.BLOCKED:
        raise ApprovalRefused(_("%(name)s is blocked; lift the block first.") % {"name": peer.name})
    if new_key and new_key != identity["fingerprint"].replace(" ", ""):
        raise ApprovalRefused(
            _("The file shows the fingerprint %(shown)s, not the one you were told. Nothing is changed.")
            % {"shown": identity["fingerprint"]}
        )
    if (peer.ed25519, load_rsa(peer.rsa_pem)) == (identity["ed25519"], load_rsa(identity["rsa_pem"])):
        return
    if not new_key:
        raise ApprovalRefused(wrong_key(peer, identity["fingerprint"]))
    logger.warning("peer key replaced", peer=peer.slug, old=peer.fingerprint, new=identity["fingerprint"])
    peer.approved = timezone.now()
    for name in ("ed25519", "rsa_pem", "fingerprint"):
        setattr(peer, name, identity[name])
