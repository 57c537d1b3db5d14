"""The inbox for strangers: what they send is kept as it came, and looked at by a worker.

Nothing is fetched while a stranger waits for the answer, so nobody can make this instance call others by
knocking; what may wait is bounded, by the host of the key, which anybody can invent, by the address that
sends it, and in all. When all places are taken, what has failed before makes room.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import http_sf
import structlog
from allauth.core.internal.ratelimit import consume
from django.http import HttpRequest

from federation import strictjson
from federation.activitypub import older_signatures, receiving
from federation.activitypub.models import StrangerMessage
from federation.activitypub.remote_actors import origin_of
from federation.addresses import origin_of_key
from federation.models import Peer, PeerState
from federation.requests import message_of
from hub.env import env
from hub.errors import HubError, RefusedMessage

logger = structlog.get_logger("federation")

MAX_BYTES = 100_000
MAX_URL = 1_000
MAX_HOST = 255
WAITING_OF_A_HOST = 20
WAITING_IN_ALL = 2_000
LIMITS = {"strangers": "60/h/ip"}
RETRY_SECONDS = 600
KEPT = frozenset(
    {
        "accept", "content-digest", "content-length", "content-type", "date", "digest", "host", "signature",
        "signature-input", "user-agent",
    }
)  # fmt: skip
"""Headers that signatures cover in practice. Whoever covers another one is not believed."""


class TooLong(RefusedMessage):
    """An address is longer than any that is in use here."""


class QueueFull(HubError):
    """As much is waiting as may: the sender tries again later."""


def key_id_of(headers: Mapping[str, str]) -> str:
    """The id of the one key that a request says it is signed by; empty if it says none, or several."""
    small = {name.lower(): value for name, value in headers.items()}
    try:
        if "signature-input" in small:
            return _key_id_of_input(small["signature-input"])
        return older_signatures.read_parameters(small.get("signature", ""))["keyId"]
    except (RefusedMessage, ValueError):
        return ""


def _key_id_of_input(header: str) -> str:
    def refuse(key: str, context: str) -> None:
        raise ValueError(f"{key} stands twice")

    labels: Any = http_sf.parse(header.encode(), tltype="dictionary", on_duplicate_key=refuse)
    if len(labels) != 1:
        return ""
    _, parameters = next(iter(labels.values()))
    key_id = parameters.get("keyid")
    return key_id if isinstance(key_id, str) else ""


def is_stranger(request: HttpRequest) -> bool:
    """Whether the request says it is signed by a key that is no peer's; not whether that is true."""
    key_id = key_id_of(request.headers)
    origin = origin_of_key(key_id)
    known = origin is not None and Peer.objects.filter(origin=origin).exists()
    return bool(key_id) and not known


def queue(request: HttpRequest) -> None:
    """Keep the message of a stranger for the worker; one that waits already is not kept twice.

    Raises :class:`RefusedMessage` for what strangers may not send,
    :class:`~federation.requests.TooLarge`, :class:`TooLong`, and :class:`QueueFull`.
    """
    message = message_of(request, MAX_BYTES)
    origin = origin_of(key_id_of(request.headers))
    host = urlsplit(origin).netloc
    if len(message.url) > MAX_URL or len(host) > MAX_HOST:
        raise TooLong(f"an address here has {MAX_URL} characters at most, a host {MAX_HOST}")
    if origin == env.origin or Peer.objects.filter(origin=origin, state=PeerState.BLOCKED).exists():
        raise RefusedMessage(f"nothing is taken from {host}")
    activity = strictjson.loads_object(message.body)
    if activity.get("type") not in list(receiving.TYPES):
        raise RefusedMessage(f"instances that are not approved may send {', '.join(receiving.TYPES)} only")
    headers = {name.lower(): value for name, value in message.headers.items() if name.lower() in KEPT}
    digest = hashlib.sha256(repr(sorted(headers.items())).encode() + message.body).hexdigest()
    waiting = StrangerMessage.objects.all()
    if waiting.filter(digest=digest).exists():
        return
    if waiting.filter(host=host).count() >= WAITING_OF_A_HOST:
        raise QueueFull("too much of this host is waiting already")
    if not consume(request, app="federation", action="strangers", config=LIMITS):
        raise QueueFull("too much has come from this address within an hour")
    if waiting.count() >= WAITING_IN_ALL:
        _make_room()
    kept = StrangerMessage(
        host=host, method=message.method, url=message.url, headers=headers, body=message.body.decode(),
        digest=digest,
    )  # fmt: skip
    StrangerMessage.objects.bulk_create([kept], ignore_conflicts=True)


def _make_room() -> None:
    """Drop the oldest message that could not be verified so far. Raises :class:`QueueFull`."""
    failed = StrangerMessage.objects.filter(failures__gt=0).order_by("pk").first()
    if failed is None:
        raise QueueFull("too much is waiting already")
    logger.warning("message of a stranger dropped for a newer one", host=failed.host, reason=failed.error)
    failed.delete()
