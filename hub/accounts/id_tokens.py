"""Reading ID tokens: what must hold before one is believed (OpenID Connect Core 1.0, section 3.1.3.7)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jwt
from django.core.cache import cache

from hub.errors import HubError

LEEWAY_SECONDS = 60
OLDEST_SECONDS = 600
REQUIRED = ("iss", "sub", "aud", "exp", "iat", "nonce")
LONGEST = 20_000


class RefusedToken(HubError):
    """An ID token that must not be believed: the message says why, for the log."""


@dataclass(frozen=True)
class Expected:
    """What the token has to say: who made it, for whom, and for which sign-in.

    ``algorithms`` are the only ones it may be signed with; ``nonce`` is the one this browser was given,
    ``access_token`` the one that came with it.
    """

    issuer: str
    client_id: str
    nonce: str
    access_token: str
    algorithms: Sequence[str] = ("RS256",)


def read_id_token(token: object, key: Any, expected: Expected) -> dict[str, Any]:
    """The claims of a token that was signed by ``key`` for this very sign-in, and never shown before.

    Raises :class:`RefusedToken`. A token that is accepted is spent: it is refused the second time.
    """
    if not isinstance(token, str) or len(token) > LONGEST:
        raise RefusedToken("there is no ID token")
    try:
        claims = jwt.decode(
            token,
            key=key,
            algorithms=list(expected.algorithms),
            issuer=expected.issuer,
            audience=expected.client_id,
            leeway=LEEWAY_SECONDS,
            options={"require": list(REQUIRED)},
        )
        algorithm = str(jwt.get_unverified_header(token)["alg"])
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise RefusedToken(f"{type(error).__name__}: {error}") from error
    _check_party(claims, expected.client_id)
    _check_age(claims)
    if not expected.nonce or not _same(claims["nonce"], expected.nonce):
        raise RefusedToken("the nonce is not the one of this sign-in")
    _check_access_token(claims, algorithm, expected.access_token)
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= 191 or not subject.isprintable():
        raise RefusedToken("the subject is no text of at most 191 characters")
    _spend(claims)
    return claims


def _check_party(claims: Mapping[str, Any], client_id: str) -> None:
    """A token for several audiences has to name the one it was given to (azp)."""
    party, audience = claims.get("azp"), claims["aud"]
    if isinstance(audience, list) and len(audience) > 1 and party is None:
        raise RefusedToken("it is meant for several and does not say which one it was given to")
    if party is not None and party != client_id:
        raise RefusedToken(f"it was given to {party!r}")


def _check_age(claims: Mapping[str, Any]) -> None:
    if time.time() - float(claims["iat"]) > OLDEST_SECONDS + LEEWAY_SECONDS:
        raise RefusedToken("it was made more than ten minutes ago")


def _check_access_token(claims: Mapping[str, Any], algorithm: str, access_token: str) -> None:
    """``at_hash``, where present, is the left half of the access token's hash (section 3.1.3.6)."""
    if "at_hash" not in claims:
        return
    digest = hashlib.new(f"sha{algorithm[-3:]}", access_token.encode()).digest()
    wanted = base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
    if not _same(claims["at_hash"], wanted):
        raise RefusedToken("it does not belong to the access token beside it")


def _spend(claims: Mapping[str, Any]) -> None:
    """Note nonce and id of the token for all processes, for as long as it could be shown again."""
    seconds = max(1, int(float(claims["exp"]) - time.time()) + 2 * LEEWAY_SECONDS)
    for name in ("nonce", "jti"):
        if name not in claims:
            continue
        value = hashlib.sha256(f"{claims['iss']}|{name}|{claims[name]}".encode()).hexdigest()
        if not cache.add(f"id-token:{value}", True, timeout=seconds):
            raise RefusedToken(f"its {name} was used before")


def _same(one: object, other: str) -> bool:
    return isinstance(one, str) and hmac.compare_digest(one.encode(), other.encode())
