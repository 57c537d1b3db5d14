"""Other hubs for tests that only need their name."""

from __future__ import annotations

from federation.models import Peer


def add_peer(name: str, origin: str) -> Peer:
    """An approved hub with keys that verify nothing."""
    return Peer.objects.create(
        name=name, slug=name.lower(), origin=origin, ed25519="z6Mk", rsa_pem="-", fingerprint="-"
    )
