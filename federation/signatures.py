"""HTTP message signatures (RFC 9421) with Content-Digest (RFC 9530): signing and, above all, refusing.

Signed with ``rsa-v1_5-sha256`` over method, target address and, where there is a body, its digest.
A signature is accepted once, within 15 minutes of its making, from an approved peer's pinned key.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import structlog
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import IntegrityError, transaction
from django.utils import timezone
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    MappingKeyResolver,
    algorithms,
)
from http_message_signatures.exceptions import HTTPMessageSignaturesException

from federation.addresses import origin_of_key, signature_key_of
from federation.identity import own_keys
from federation.models import Nonce, Peer, PeerState
from hub.env import env
from hub.errors import RefusedMessage

logger = structlog.get_logger("federation")

TOLERANCE = dt.timedelta(minutes=15)
LABEL = "hub"
COVERED = ("@method", "@target-uri")
ENOUGH = (frozenset(COVERED), frozenset({"@method", "@authority", "@path", "@query"}))


@dataclass
class Message:
    """A request as it is signed: ``url`` as on the wire, with our own public origin."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes = b""


class ForbiddenPeer(RefusedMessage):
    """Rightly signed by a peer that is paused or blocked, as ``state`` says: an operator decides, not the
    message.
    """

    def __init__(self, reason: str, state: str = "") -> None:
        super().__init__(reason)
        self.state = state


def sign(method: str, url: str, body: bytes | None = None, key_id: str = "") -> dict[str, str]:
    """The headers that sign a request to ``url`` (as on the wire), as this instance or by that key id."""
    key_id = key_id or signature_key_of(env.origin)
    message = Message(method, url, {})
    signer = HTTPMessageSigner(
        signature_algorithm=algorithms.RSA_V1_5_SHA256,
        key_resolver=MappingKeyResolver(public_keys={}, private_keys={key_id: own_keys().rsa}),
    )
    signer.sign(
        message,
        key_id=key_id,
        created=timezone.now(),
        nonce=secrets.token_urlsafe(18),
        label=LABEL,
        covered_component_ids=COVERED,
        body=body,
    )
    return message.headers


def authenticate(message: Message) -> Peer:
    """The approved peer that signed ``message``.

    Raises :class:`RefusedMessage` for a missing, wrong, old, repeated or insufficient signature, and
    :class:`ForbiddenPeer` when it is right but the peer is paused or blocked.
    """
    resolver = _PinnedKeys()
    try:
        results = _Verifier(signature_algorithm=algorithms.RSA_V1_5_SHA256, key_resolver=resolver).verify(
            message, max_age=dt.timedelta(0), body=message.body
        )
    except HTTPMessageSignaturesException as error:
        if peer := resolver.peer:
            logger.warning(
                "signature refused", peer=peer.slug, fingerprint=peer.fingerprint, error=str(error)
            )
        raise RefusedMessage(f"signature refused: {error}") from error
    peer = resolver.peer
    if peer is None or len(results) != 1:
        raise RefusedMessage("signature refused: exactly one is expected")
    check_coverage(results[0].covered_components)
    _check_nonce(str(results[0].parameters["keyid"]), results[0].nonce)
    if peer.state != PeerState.APPROVED:
        raise ForbiddenPeer(f"{peer.origin} is {peer.state} here", peer.state)
    return peer


class _Verifier(HTTPMessageVerifier):
    max_clock_skew = TOLERANCE


class _PinnedKeys(HTTPSignatureKeyResolver):
    """Keys come from approvals alone; nothing is fetched for a stranger."""

    def __init__(self) -> None:
        self.peer: Peer | None = None

    def resolve_public_key(self, key_id: str) -> rsa.RSAPublicKey | None:
        origin = origin_of_key(key_id)
        self.peer = Peer.objects.filter(origin=origin).first() if origin else None
        return load_rsa(self.peer.rsa_pem) if self.peer else None


@lru_cache(maxsize=256)
def load_rsa(pem: str) -> rsa.RSAPublicKey:
    """The RSA public key of a PEM text. Raises ValueError for any other key or fewer than 2048 bits."""
    key = serialization.load_pem_public_key(pem.encode())
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < 2048:
        raise ValueError("not an RSA public key of at least 2048 bits")
    return key


def check_coverage(covered: Mapping[str, Any]) -> None:
    """Check that method and address are covered. Raises :class:`RefusedMessage`."""
    names = {identifier.strip('"') for identifier in covered}
    if not any(needed <= names for needed in ENOUGH):
        raise RefusedMessage("signature refused: it does not cover method and address")


def _check_nonce(key_id: str, nonce: str | None) -> None:
    if not nonce or len(nonce) > 100:
        raise RefusedMessage("signature refused: it has no nonce")
    try:
        with transaction.atomic():
            Nonce.objects.create(key_id=key_id[:300], value=nonce)
    except IntegrityError as error:
        raise RefusedMessage("signature refused: it was used before") from error


def forget_old_nonces() -> int:
    """Delete nonces whose signatures would be too old by now; returns how many."""
    deleted, _ = Nonce.objects.filter(seen__lt=timezone.now() - 3 * TOLERANCE).delete()
    return deleted
