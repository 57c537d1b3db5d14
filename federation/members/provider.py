"""This hub's own provider signs with the key its peers have pinned."""

from __future__ import annotations

from typing import Any

from allauth.idp.oidc.models import PrivateKey
from cryptography.hazmat.primitives import serialization

from federation.identity import own_keys
from hub.accounts.identity_provider import IdentityProvider


class FederatedIdentityProvider(IdentityProvider):
    """Signs ID tokens with the RSA key of the federation: peers verify them without fetching a key."""

    def list_private_keys(self, **filters: Any) -> list[PrivateKey]:
        """The one active key."""
        pem = own_keys().rsa.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return [PrivateKey(pem=pem.decode())]
