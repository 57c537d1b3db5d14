"""Actors at other servers: fetched once somebody has sent something, with the keys they sign by.

Their documents come through the outbound door, encrypted, without redirects and small; a host is asked a few
times an hour. What an actor says counts for its own origin only.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.cache import cache
from django.utils import timezone

from federation import multibase, strictjson
from federation.activitypub import older_signatures
from federation.addresses import signature_key_of
from federation.signatures import load_rsa, sign
from hub import fetching
from hub.documents.direction import keep_direction
from hub.env import env
from hub.errors import FetchFailed, RefusedMessage, Unreachable

MAX_BYTES = 100_000
SECONDS = 10.0
FETCHES_AN_HOUR = 10
KEPT_SECONDS = 600
MAX_ADDRESS = 500
MAX_KEYS = 10
ACTOR_TYPES = frozenset({"Person", "Service", "Application", "Group", "Organization"})
ACTIVITY_TYPES = ("application/activity+json", "application/ld+json")
ACCEPT = 'application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
DEFAULT_PORTS = {"http": 80, "https": 443}
# Hosts as they are compared: small letters, foreign scripts in Punycode (RFC 3492), no dot at the end.
_HOST = re.compile(
    r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:.]+\]"
)

PublicKey = rsa.RSAPublicKey | Ed25519PublicKey


class AskedTooOften(FetchFailed):
    """Its host was asked as often as it may be within an hour: it is asked again later."""


@dataclass(frozen=True)
class RemoteActor:
    """Who somebody at another server is, as that server says. ``keys`` are by their ids."""

    id: str
    inbox: str
    name: str
    keys: Mapping[str, PublicKey]


def origin_of(address: object) -> str:
    """Scheme, host and port of an address at another server, in the one form they are compared in.

    Raises :class:`RefusedMessage` for anything that two programs could read in two ways.
    """
    if not isinstance(address, str) or len(address) > MAX_ADDRESS or not re.fullmatch(r"[!-~]+", address):
        raise RefusedMessage("an address is missing, too long, or has characters that do not belong there")
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise RefusedMessage(f"{address} is no address") from error
    host = parts.netloc.rpartition(":")[0] if port is not None else parts.netloc
    if parts.scheme not in DEFAULT_PORTS or not _HOST.fullmatch(host) or "\\" in address:
        raise RefusedMessage(f"{address} is not the address of an actor")
    if port == DEFAULT_PORTS[parts.scheme]:
        raise RefusedMessage(f"{address} names the port that goes without saying")
    if parts.scheme != "https" and not fetching.is_opened(address):
        raise RefusedMessage(f"{address} is not encrypted")
    return f"{parts.scheme}://{parts.netloc}"


def held_actor(address: str) -> RemoteActor | None:
    """The actor at ``address`` as it was fetched in the last ten minutes; None if it was not."""
    document = cache.get(_place(address))
    return _read_actor(document, address) if document else None


def fetch_actor(address: str) -> RemoteActor:
    """The actor at ``address``, fetched now.

    Raises :class:`RefusedMessage` if there is no such actor, or what is there is none;
    :class:`AskedTooOften` and :class:`~hub.errors.Unreachable` if it is worth trying later; and other
    :class:`~hub.errors.FetchFailed` if it is not.
    """
    origin = origin_of(address)
    if origin == env.origin:
        raise RefusedMessage(f"{address} is at this instance itself")
    _count_fetch(origin)
    document = _fetch_document(address)
    actor = _read_actor(document, address)
    cache.set(_place(address), document, KEPT_SECONDS)
    return actor


def _place(address: str) -> str:
    return "federation.actor." + hashlib.sha256(address.encode()).hexdigest()


def _count_fetch(origin: str) -> None:
    hour = timezone.now().strftime("%Y%m%d%H")
    counter = f"federation.actor.fetches.{hour}.{hashlib.sha256(origin.encode()).hexdigest()}"
    if not cache.add(counter, 1, 3700) and cache.incr(counter) > FETCHES_AN_HOUR:
        raise AskedTooOften(f"{origin} was asked {FETCHES_AN_HOUR} times within this hour")


def _fetch_document(address: str) -> dict[str, Any]:
    url = fetching.prepared_url(address)
    reply = _ask(url, sign("GET", url))
    if reply.status in {400, 401, 403}:
        # Servers that show their actors to whoever signs may read only the older kind of signature.
        reply = _ask(url, older_signatures.sign_older("GET", url, b"", signature_key_of(env.origin)))
    if reply.status == 429 or reply.status >= 500:
        raise Unreachable(f"{address} answered {reply.status}")
    if reply.status != 200:
        raise RefusedMessage(f"{address} answered {reply.status}")
    kind = reply.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    uploaded = reply.headers.get("Content-Disposition", "").lower().startswith("attachment")
    if kind not in ACTIVITY_TYPES or uploaded:
        raise RefusedMessage(f"{address} is a file and no actor: {kind or 'without a media type'}")
    return strictjson.loads_object(reply.body)


def _ask(url: str, signed: Mapping[str, str]) -> fetching.Reply:
    headers = {"Accept": ACCEPT, **signed}
    return fetching.fetch("GET", url, headers=headers, max_bytes=MAX_BYTES, seconds=SECONDS)


def _read_actor(document: Mapping[str, Any], address: str) -> RemoteActor:
    if document.get("id") != address:
        raise RefusedMessage(f"{address} holds another actor: {str(document.get('id'))[:MAX_ADDRESS]}")
    if document.get("type") not in ACTOR_TYPES:
        raise RefusedMessage(f"{address} is no actor")
    inbox = document.get("inbox")
    if origin_of(inbox) != origin_of(address):
        raise RefusedMessage(f"{address} has its inbox at another server")
    name = document.get("name") or document.get("preferredUsername")
    shown = keep_direction(str(name or ""))[:300]
    return RemoteActor(address, str(inbox), shown, dict(_keys_of(document)))


def _keys_of(document: Mapping[str, Any]) -> list[tuple[str, PublicKey]]:
    """Its own keys of the kinds that are known here; a key that names another owner is none of them."""
    address = document["id"]
    keys: list[tuple[str, PublicKey]] = []
    for entry in [*_listed(document.get("publicKey")), *_listed(document.get("assertionMethod"))][:MAX_KEYS]:
        key = _read_key(entry, address)
        if key is not None and origin_of(key[0]) == origin_of(address):
            keys.append(key)
    return keys


def _read_key(entry: object, owner: str) -> tuple[str, PublicKey] | None:
    if not isinstance(entry, Mapping) or not isinstance(entry.get("id"), str):
        return None
    pem, multikey = entry.get("publicKeyPem"), entry.get("publicKeyMultibase")
    try:
        if isinstance(pem, str) and len(pem) < 4000 and entry.get("owner") == owner:
            return entry["id"], load_rsa(pem)
        if isinstance(multikey, str) and entry.get("controller") == owner:
            return entry["id"], multibase.decode_key(multikey)
    except ValueError:
        return None
    return None


def _listed(value: object) -> list[object]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
