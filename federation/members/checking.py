"""Asking the home hubs whether their members still are members."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

import structlog
from django.utils import timezone

from federation import strictjson
from federation.members.addresses import userinfo_of
from federation.members.admitting import end_members, renew
from federation.members.assertions import NotPermitted, read_assertion
from federation.models import Peer, PeerState
from hub.accounts.models import HomeAccount
from hub.errors import FetchFailed, RefusedMessage, Unreachable
from hub.fetching import fetch

logger = structlog.get_logger("federation")

GONE = (401, 403, 404, 410)
"""The account is deleted or locked, has lost its role, or the token was revoked."""
SECONDS = 10.0


def check_members() -> None:
    """Ask about everybody who is signed in from elsewhere, and end what is over.

    A home hub that does not answer is asked again next time: its members stay until their session ends.
    So does a member about whom it gives no usable answer, while it is asked about the others.
    """
    now = timezone.now()
    HomeAccount.objects.filter(expires__lte=now).exclude(access_token="").update(access_token="")
    peers = {peer.origin: peer for peer in Peer.objects.filter(state=PeerState.APPROVED)}
    current = HomeAccount.objects.filter(expires__gt=now).select_related("user").order_by("issuer", "pk")
    for issuer, members in groupby(list(current), key=lambda home: home.issuer):
        peer = peers.get(issuer)
        if peer is None:
            end_members(HomeAccount.objects.filter(issuer=issuer), "the issuer is no approved peer")
            continue
        _check_all(members, peer)


def _check_all(members: Iterable[HomeAccount], peer: Peer) -> None:
    for home in members:
        try:
            check(home, peer)
        except Unreachable as error:
            logger.info("home hub out of reach", peer=peer.slug, error=str(error))
            return
        except FetchFailed as error:
            logger.warning("no answer about a member", peer=peer.slug, subject=home.subject, error=str(error))


def check(home: HomeAccount, peer: Peer) -> None:
    """Ask about one member.

    Raises :class:`Unreachable` if the home hub cannot be asked, and :class:`FetchFailed` if it gives no
    usable answer.
    """
    headers = {"Authorization": f"Bearer {home.access_token}", "Accept": "application/json"}
    reply = fetch("GET", userinfo_of(peer.origin), headers=headers, seconds=SECONDS)
    # Whoever has signed in anew meanwhile brought a fresh assertion along.
    this = HomeAccount.objects.filter(pk=home.pk, access_token=home.access_token)
    if reply.status in GONE:
        end_members(this, f"the home hub answered {reply.status}")
        return
    try:
        claims = strictjson.loads_object(reply.body) if reply.status == 200 else None
    except RefusedMessage:
        claims = None
    if claims is None:
        raise FetchFailed(f"{peer.origin} answered {reply.status} and nothing to be read")
    if claims.get("sub") != home.subject:
        end_members(this, "the home hub speaks of somebody else")
        return
    try:
        renew(home, read_assertion(claims, peer))
    except NotPermitted as error:
        end_members(this, f"the home hub {error}")
