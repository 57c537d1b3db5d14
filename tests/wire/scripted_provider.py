"""A home hub that says what a test wants it to say: a provider of OpenID Connect behind a real server."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from hub.env import env
from tests.wire.foreign import KOBLENZ, ForeignHub
from tests.wire.server import Request, Response, Server, serve

ACCESS_TOKEN = "the-access-token"


class ScriptedProvider(ForeignHub):
    """Answers discovery, token and userinfo; ``id_token`` and ``userinfo`` are what it says there."""

    def __init__(self, origin: str, slug: str) -> None:
        super().__init__(origin, slug)
        self.issuer = origin
        self.id_token: object = None
        self.userinfo: Any = {}
        self.token_status = self.userinfo_status = 200
        self.forms: list[dict[str, str]] = []
        self.keys = [jwk_of(self.rsa, "k1")]

    def answer(self, request: Request) -> Response:
        path = urlsplit(request.path).path
        if path == "/.well-known/openid-configuration":
            return _json({"issuer": self.issuer, **self.discovery()})
        if path == "/jwks":
            return _json({"keys": self.keys})
        if path == "/identity/o/api/token":
            self.forms.append({name: values[0] for name, values in parse_qs(request.body.decode()).items()})
            return _json({"access_token": ACCESS_TOKEN, "id_token": self.id_token}, self.token_status)
        if path == "/identity/o/api/userinfo":
            return _json(self.userinfo, self.userinfo_status)
        return Response(status=404)

    def discovery(self) -> dict[str, str]:
        """Where its endpoints are."""
        return {
            "authorization_endpoint": f"{self.origin}/authorize",
            "token_endpoint": f"{self.origin}/identity/o/api/token",
            "userinfo_endpoint": f"{self.origin}/identity/o/api/userinfo",
            "jwks_uri": f"{self.origin}/jwks",
        }

    def claims(self, given: str, /, **changes: Any) -> dict[str, Any]:
        """What an honest provider says; ``changes`` replace claims, None takes one away."""
        now = int(time.time())
        said = {
            "iss": self.origin, "sub": "s-1", "aud": env.origin, "azp": env.origin, "nonce": given,
            "iat": now, "exp": now + 300, "jti": uuid.uuid4().hex, "given_name": "Ada",
            "family_name": "Lotse", "body": KOBLENZ, "role": "author",
            "bodies": [{"body": KOBLENZ, "role": "author"}], **changes,
        }  # fmt: skip
        return {name: value for name, value in said.items() if value is not None}

    def sign(self, claims: dict[str, Any], key: rsa.RSAPrivateKey | None = None, **header: Any) -> str:  # type: ignore[override]
        """A token with RS256 by this hub's key, or another one."""
        text = unsigned({"alg": "RS256", "typ": "JWT", **header}, claims)
        signature = (key or self.rsa).sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{text}.{encode(signature)}"

    def sign_by_secret(self, claims: dict[str, Any], secret: bytes) -> str:
        """A token with HS256."""
        text = unsigned({"alg": "HS256", "typ": "JWT"}, claims)
        return f"{text}.{encode(hmac.digest(secret, text.encode(), hashlib.sha256))}"


def jwk_of(key: rsa.RSAPrivateKey, kid: str) -> dict[str, str]:
    """The public half as a JSON Web Key (RFC 7517)."""
    number = key.public_key().public_numbers().n.to_bytes(256, "big")
    return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "e": "AQAB", "n": encode(number)}


def unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """The part of a token that is signed."""
    return ".".join(encode(json.dumps(part).encode()) for part in (header, claims))


def encode(data: bytes) -> str:
    """Base64url without padding (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def at_hash(access_token: str) -> str:
    """OpenID Connect Core 1.0, section 3.1.3.6, for SHA-256."""
    return encode(hashlib.sha256(access_token.encode()).digest()[:16])


@contextmanager
def scripted_provider(slug: str) -> Iterator[tuple[ScriptedProvider, Server]]:
    """A running provider ``<slug>.localhost`` on a free port."""
    with serve(lambda request: Response(status=500), f"{slug}.localhost") as server:
        provider = ScriptedProvider(server.origin, slug)
        server.answer = provider.answer
        yield provider, server


def _json(document: Any, status: int = 200) -> Response:
    return Response(json.dumps(document).encode(), status, {"Content-Type": "application/json"})
