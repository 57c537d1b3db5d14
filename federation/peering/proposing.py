"""Verbs of peering: propose, take a proposal in, look into it, approve or reject it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from urllib.parse import urlsplit

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from federation.addresses import proposals_of
from federation.models import Peer, PeerState, Proposal, backoff
from federation.peering.identities import NoIdentity, fetch_identity, read_address
from federation.peers import ApprovalRefused, approve
from hub import fetching
from hub.documents import canonical
from hub.env import env
from hub.errors import FetchFailed, HubError

logger = structlog.get_logger("federation")

MOST_OPEN = 50
MOST_PER_HOST = 3
REJECTED_FOR = dt.timedelta(days=1)
TOLD_WITHIN = dt.timedelta(days=7)
FORGOTTEN_AFTER = dt.timedelta(days=90)
PATIENCE = 6
REPLY_BYTES = 10_000
SECONDS = 10.0


class AlreadyPeer(HubError):
    """The address belongs to a peer: its page is the place for changes."""

    def __init__(self, peer: Peer) -> None:
        super().__init__(_("%(name)s is known here already.") % {"name": peer.name})
        self.peer = peer


def propose(address: str) -> Proposal:
    """Fetch the identity of an instance that shall become a peer, and tell it so.

    Once more for the same address fetches it afresh. Telling is tried again by the worker if it fails.
    Raises :class:`~federation.peering.identities.NoIdentity` and :class:`AlreadyPeer`.
    """
    origin = read_address(address)
    if peer := _peers_there(origin).first():
        raise AlreadyPeer(peer)
    identity = fetch_identity(origin)
    proposal, _created = Proposal.objects.update_or_create(
        origin=origin,
        defaults={
            "identity": identity,
            "by_us": True,
            "told": None,
            "rejected": None,
            "failures": 0,
            "retry_at": None,
            "error": "",
        },
    )
    look_into(proposal)
    return proposal


def take_in(origin: str) -> None:
    """Note that somebody says the instance at ``origin`` would like to become a peer.

    Nothing is believed: a worker fetches the identity from there. Left out without a word are peers, what
    was rejected within a day, a host's fourth proposal, and everything beyond :data:`MOST_OPEN`.
    """
    if _peers_there(origin).exists():
        return
    with transaction.atomic():
        known = Proposal.objects.select_for_update().filter(origin=origin).first()
        if known is not None:
            _renew(known)
            return
        if _is_full(origin):
            logger.warning("proposal left out", origin=origin)
            return
        Proposal.objects.bulk_create([Proposal(origin=origin, by_them=True)], ignore_conflicts=True)
    logger.info("proposal taken in", origin=origin)


def look_into(proposal: Proposal) -> None:
    """Fetch what is missing of a proposal and tell the other side of our own; a failure is noted at it.

    A stranger's whose identity cannot be fetched for long is forgotten.
    """
    try:
        if proposal.identity is None:
            proposal.identity = fetch_identity(proposal.origin)
        if proposal.by_us and proposal.told is None:
            _tell(proposal.origin)
            proposal.told = timezone.now()
        proposal.failures, proposal.retry_at, proposal.error = 0, None, ""
    except (NoIdentity, FetchFailed) as error:
        proposal.failures += 1
        proposal.retry_at, proposal.error = backoff(proposal.failures), str(error)[:2000]
        if not proposal.by_us and proposal.failures >= PATIENCE:
            proposal.delete()
            return
    _write_down(proposal)


def due_proposals() -> QuerySet[Proposal]:
    """Those of which something is missing, and whose next attempt is due."""
    now = timezone.now()
    untold = Q(by_us=True, told__isnull=True, created__gt=now - TOLD_WITHIN)
    due = Q(retry_at__isnull=True) | Q(retry_at__lte=now)
    return Proposal.objects.filter(Q(identity__isnull=True) | untold, due, rejected__isnull=True)


def approve_proposal(proposal: Proposal, compared: str, bodies: Sequence[str]) -> Peer:
    """Approve the instance of a proposal for these bodies; ``compared`` is the fingerprint told by phone.

    Exactly the keys with that fingerprint are pinned. Raises
    :class:`~federation.peers.ApprovalRefused` if the instance has been found with others since.
    """
    with transaction.atomic():
        held = Proposal.objects.select_for_update().filter(pk=proposal.pk, rejected__isnull=True).first()
        if held is None or held.identity is None:
            raise ApprovalRefused(_("This proposal is no longer there; somebody else has decided on it."))
        if held.identity["fingerprint"] != compared:
            raise ApprovalRefused(
                _(
                    "The keys of this instance have changed since you compared the fingerprint. Nothing is "
                    "approved. Compare the new fingerprint by phone."
                )
            )
        peer = approve(held.identity, bodies, new_key=compared)
        if not held.by_us or held.told:
            held.delete()
    return peer


def reject(proposal: Proposal) -> None:
    """Say no: it is gone from the list, and the same instance can propose itself again after a day."""
    Proposal.objects.filter(pk=proposal.pk).update(rejected=timezone.now(), by_us=False, told=None)
    logger.info("proposal rejected", origin=proposal.origin)


def forget_old_proposals() -> None:
    """Drop rejections that have run out, and what has been waiting for months."""
    now = timezone.now()
    over = Q(rejected__lt=now - REJECTED_FOR) | Q(created__lt=now - FORGOTTEN_AFTER)
    approved = Q(origin__in=Peer.objects.values("origin"), created__lt=now - TOLD_WITHIN)
    Proposal.objects.filter(over | approved).delete()


def _peers_there(origin: str) -> QuerySet[Peer]:
    return Peer.objects.filter(origin=origin).exclude(state=PeerState.LEFT)


def _renew(known: Proposal) -> None:
    """They have proposed (again) what is known: a rejection counts for a day."""
    if known.rejected and timezone.now() - known.rejected < REJECTED_FOR:
        return
    if known.rejected:
        known.identity, known.created = None, timezone.now()
    known.by_them, known.rejected = True, None
    known.save()


def _is_full(origin: str) -> bool:
    """Whether strangers have proposed enough, all of them or those of this host."""
    waiting = Proposal.objects.filter(by_us=False, rejected__isnull=True).values_list("origin", flat=True)
    hosts = [urlsplit(each).hostname for each in waiting]
    return len(hosts) >= MOST_OPEN or hosts.count(urlsplit(origin).hostname) >= MOST_PER_HOST


def _tell(origin: str) -> None:
    """Raises :class:`~hub.errors.FetchFailed`."""
    body = canonical({"origin": env.origin})
    headers = {"Content-Type": "application/json"}
    url = proposals_of(origin)
    reply = fetching.fetch("POST", url, headers=headers, body=body, max_bytes=REPLY_BYTES, seconds=SECONDS)
    if reply.status != 202:
        raise FetchFailed(f"{url} answered {reply.status}")


def _write_down(proposal: Proposal) -> None:
    """What was found out, and nothing that others may have changed meanwhile."""
    names = ("identity", "told", "failures", "retry_at", "error")
    Proposal.objects.filter(pk=proposal.pk, rejected__isnull=True).update(
        **{name: getattr(proposal, name) for name in names}
    )
