"""Koblenz announces something about itself; Mainz, who the tests are, takes it in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client
from django.utils import timezone

from federation.models import Notice, Peer
from federation.notices import following
from federation.proofs import attach_proof
from hub.catalogue.log import timestamp
from hub.documents import canonical
from tests.wire.foreign import ForeignHub, rsa_key

Announce = Callable[..., dict[str, Any]]


def announce(hub: ForeignHub, kind: str, number: int = 1, **said: Any) -> dict[str, Any]:
    """A notice of ``hub``, signed by the keys it has now; ``said`` may falsify what stands in it."""
    created = timestamp(timezone.now())
    fields = {"type": kind, "origin": hub.origin, "number": number, "created": created, **said}
    return attach_proof(fields, hub.ed25519, f"{fields['origin']}/federation/actor#ed25519-key", created)


def renew_keys(hub: ForeignHub, name: str) -> dict[str, Any]:
    """New keys for ``hub``; returns what a rotation says of them."""
    hub.ed25519 = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())
    hub.rsa = rsa_key(name)
    identity = hub.identity()
    return {key: identity[key] for key in ("ed25519", "rsa_pem", "fingerprint")}


def rotate(hub: ForeignHub, name: str, number: int = 1) -> dict[str, Any]:
    """The notice by which ``hub``, which has the new keys after it, gives up the ones it has now."""
    old = ForeignHub(hub.origin, hub.slug)
    old.ed25519, old.rsa = hub.ed25519, hub.rsa
    return announce(old, "rotation", number, **renew_keys(hub, name))


def post(client: Client, notice: Any) -> Any:
    """Hand in a notice, as anybody may."""
    body = notice if isinstance(notice, bytes) else canonical(notice)
    return client.post("/federation/notices", data=body, content_type="application/json")


def move(client: Client, hub: ForeignHub, to: str, number: int = 1) -> Any:
    """``hub`` announces that it moves there, and its keys answer there; returns what is answered at once."""
    answer = post(client, announce(hub, "move", number, to=to))
    arrive(hub, to, number)
    return answer


def arrive(hub: ForeignHub, to: str, number: int = 1, keys: ForeignHub | None = None) -> None:
    """Do the job that follows ``hub``, while its keys, or those of another, answer at the new origin."""
    shown = (keys or hub).identity(origin=to)
    with mock.patch("federation.notices.following.fetch_identity", return_value=shown):
        following.carry_out(Notice.objects.get(origin=hub.origin, number=number))


@pytest.fixture
def pinned(peer: Peer) -> Callable[[], Peer]:
    """The peer as it is in the database now."""
    return lambda: Peer.objects.get(pk=peer.pk)
