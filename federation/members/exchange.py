"""The way to a home hub and back: authorization code with PKCE, state and nonce (OpenID Connect Core 1.0).

Endpoints follow from the peer's address and are spoken to through the outbound door; the ID token is
believed by the peer's pinned key alone, so neither a fetched key nor a third hub can stand in for it.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.sessions.backends.base import SessionBase

from federation import strictjson
from federation.members.addresses import authorization_of, callback_of, discovery_of, token_of
from federation.models import Peer
from federation.signatures import load_rsa
from hub.accounts.id_tokens import Expected, RefusedToken, read_id_token
from hub.accounts.identity_provider import SCOPES
from hub.env import env
from hub.errors import FetchFailed, RefusedMessage
from hub.fetching import fetch

BEGUN = "members_signing_in"
"""Key in the session: sign-ins that were begun in this browser, by their state."""
LASTS_SECONDS = 600
AT_ONCE = 5
SECONDS = 10.0


@dataclass(frozen=True)
class Begun:
    """A sign-in on its way: with whom, since when, what only this browser knows, and where to afterwards."""

    origin: str
    nonce: str
    verifier: str
    after: str
    at: float


@dataclass(frozen=True)
class Tokens:
    """What came back: the verified claims, and what they can be looked up with again."""

    claims: dict[str, Any]
    access_token: str


def look_for(peer: Peer) -> None:
    """Raises :class:`FetchFailed` unless the peer's provider is there and is the peer's."""
    reply = fetch("GET", discovery_of(peer.origin), headers={"Accept": "application/json"}, seconds=SECONDS)
    if reply.status != 200:
        raise FetchFailed(f"{peer.origin} answered {reply.status}")
    issuer = _read(reply.body, peer).get("issuer")
    if issuer != peer.origin:
        raise FetchFailed(f"the provider at {peer.origin} calls itself {issuer!r}")


def begin(session: SessionBase, peer: Peer, after: str) -> str:
    """The address to send the browser to; what is needed when it comes back is kept in its session."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    known = sorted(_known(session).items(), key=lambda item: item[1].at)[-(AT_ONCE - 1) :]
    begun = dict(known) | {state: Begun(peer.origin, nonce, verifier, after, time.time())}
    session[BEGUN] = {key: vars(value) for key, value in begun.items()}
    challenge = hashlib.sha256(verifier.encode()).digest()
    query = {
        "response_type": "code",
        "client_id": env.origin,
        "redirect_uri": callback_of(env.origin, peer.slug),
        "scope": " ".join(SCOPES),
        "state": state,
        "nonce": nonce,
        "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    return f"{authorization_of(peer.origin)}?{urlencode(query)}"


def resume(session: SessionBase, peer: Peer, state: str) -> Begun | None:
    """The sign-in with that state, which is thereby spent; None unless it was begun here with this peer."""
    known = _known(session)
    begun = known.pop(state, None)
    if begun is not None:
        session[BEGUN] = {key: vars(value) for key, value in known.items()}
    return begun if begun and begun.origin == peer.origin else None


def redeem(peer: Peer, begun: Begun, code: str) -> Tokens:
    """Exchange the code and verify the ID token.

    Raises :class:`FetchFailed` if the peer does not answer, :class:`RefusedToken` for an answer that must
    not be believed.
    """
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": callback_of(env.origin, peer.slug),
        "client_id": env.origin,
        "code_verifier": begun.verifier,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    body = urlencode(form).encode()
    reply = fetch("POST", token_of(peer.origin), headers=headers, body=body, seconds=SECONDS)
    if reply.status >= 500:
        raise FetchFailed(f"{peer.origin} answered {reply.status}")
    answer = _read(reply.body, peer)
    access_token = answer.get("access_token")
    if reply.status != 200 or not isinstance(access_token, str):
        raise RefusedToken(f"the code was not taken: {reply.status} {answer.get('error')}")
    expected = Expected(peer.origin, env.origin, begun.nonce, access_token)
    return Tokens(read_id_token(answer.get("id_token"), load_rsa(peer.rsa_pem), expected), access_token)


def _known(session: SessionBase) -> dict[str, Begun]:
    kept = session.get(BEGUN)
    begun = {state: Begun(**values) for state, values in kept.items()} if isinstance(kept, dict) else {}
    return {state: each for state, each in begun.items() if time.time() - each.at < LASTS_SECONDS}


def _read(body: bytes, peer: Peer) -> dict[str, Any]:
    try:
        return strictjson.loads_object(body)
    except RefusedMessage as error:
        raise FetchFailed(f"{peer.origin} answered with no JSON object") from error
