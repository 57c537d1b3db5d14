"""Approved peers as clients of this hub's provider of OpenID Connect."""

from __future__ import annotations

import structlog
from allauth.idp.oidc.models import Client, Token
from django.utils import timezone

from federation.members.addresses import callback_of
from federation.models import Peer, PeerState
from hub.accounts.identity_provider import SCOPES
from hub.env import env

logger = structlog.get_logger("federation")

MARK = "peer"
"""Tells clients that are peers from those an operator has entered by hand."""
LONGEST_ID = 100


def keep_client(peer: Peer) -> None:
    """Make the peer a client if it is approved, else take that away, and with it every token it holds."""
    if not peer.is_approved:
        deleted, _ = Client.objects.filter(pk=peer.origin, data__has_key=MARK).delete()
        if deleted:
            logger.info("client removed", peer=peer.slug)
        return
    if len(peer.origin) > LONGEST_ID:
        logger.warning("address too long for a client: its members stay at home", peer=peer.slug)
        return
    Client.objects.update_or_create(
        pk=peer.origin,
        defaults={
            "name": peer.name[:100],
            "type": Client.Type.PUBLIC,
            "scopes": "\n".join(SCOPES),
            "default_scopes": "openid",
            "grant_types": Client.GrantType.AUTHORIZATION_CODE,
            "response_types": Client.ResponseType.CODE,
            "redirect_uris": callback_of(peer.origin, env.slug),
            "cors_origins": "",
            "allow_uri_wildcards": False,
            "skip_consent": False,
            "data": {MARK: peer.slug},
        },
    )


def align_clients() -> None:
    """Bring clients in step with peers (approved before there were clients, or deleted); drop old tokens."""
    approved = {peer.origin: peer for peer in Peer.objects.filter(state=PeerState.APPROVED)}
    known = Client.objects.filter(data__has_key=MARK)
    known.exclude(pk__in=approved).delete()
    missing = set(approved) - set(known.values_list("pk", flat=True))
    for origin in sorted(missing):
        keep_client(approved[origin])
    Token.objects.filter(expires_at__lte=timezone.now()).delete()
