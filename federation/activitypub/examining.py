"""What the worker does with the messages of strangers: fetch the sender, verify, and obey or drop.

What cannot be verified is dropped with a line in the log. Where the sender's server does not answer, the
message is tried again for a day; for an hour, while more than half of the places are taken.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any

import http_sf
import structlog
from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from http_message_signatures import (
    HTTPMessageVerifier,
    InvalidSignature,
    MappingKeyResolver,
    algorithms,
)
from http_message_signatures.exceptions import HTTPMessageSignaturesException

from federation import strictjson
from federation.activitypub import older_signatures, receiving, strangers
from federation.activitypub.models import StrangerMessage
from federation.activitypub.remote_actors import (
    AskedTooOften,
    PublicKey,
    RemoteActor,
    fetch_actor,
    held_actor,
    origin_of,
)
from federation.models import Nonce
from federation.signatures import TOLERANCE, Message, check_coverage
from hub.errors import FetchFailed, RefusedMessage, Unreachable

logger = structlog.get_logger("federation")

GIVEN_UP_AFTER = dt.timedelta(hours=24)
GIVEN_UP_WHEN_CROWDED = dt.timedelta(hours=1)
WAITS = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180))
ROUND = 20


def due() -> QuerySet[StrangerMessage]:
    """Messages that can be looked at now, in the order they came."""
    now = timezone.now()
    return StrangerMessage.objects.filter(Q(retry_at__isnull=True) | Q(retry_at__lte=now)).order_by("pk")


def examine_round() -> bool:
    """Look at the next messages; returns whether more are waiting.

    A server that does not answer has the rest of its messages put off together with the first.
    """
    _clear_crowd()
    silent: set[str] = set()
    for message in due()[:ROUND]:
        if message.host in silent:
            _put_off(message, "its server does not answer")
            continue
        try:
            _examine(message)
        except (Unreachable, AskedTooOften, Waits) as error:
            silent.update([message.host] if isinstance(error, Unreachable) else [])
            _put_off(message, str(error))
        except (RefusedMessage, FetchFailed) as error:
            _drop(message, str(error))
        except Exception as error:  # put off, or everything behind it would wait for ever
            logger.exception("message of a stranger cannot be examined", host=message.host)
            _put_off(message, str(error))
    return due().exists()


def _examine(message: StrangerMessage) -> None:
    """Verify one message and do what it says, in one transaction with its removal."""
    activity = strictjson.loads_object(message.body)
    _after_earlier(message, receiving.id_of(activity.get("actor")))
    actor, signature = verify(message, activity)
    with transaction.atomic():
        _use_once(actor, signature)
        receiving.receive(actor, activity)
        message.delete()


def verify(message: StrangerMessage, activity: Mapping[str, Any]) -> tuple[RemoteActor, bytes]:
    """Who sent this, verified, and the signature.

    Key, actor and activity have to share one origin, the actor has to be what its address holds, and the key
    has to be its own. A key that is held and does not fit is fetched once more: it may have been changed.
    Raises :class:`RefusedMessage` and :class:`~hub.errors.FetchFailed`.
    """
    key_id = strangers.key_id_of(message.headers)
    address = receiving.id_of(activity.get("actor"))
    attributed = [activity["attributedTo"]] if "attributedTo" in activity else []
    named = (key_id, address, activity.get("id"), *(receiving.id_of(each) for each in attributed))
    if len({origin_of(each) for each in named}) != 1:
        raise RefusedMessage("key, actor and activity are not at one server")
    if actor := held_actor(address):
        try:
            return _verified_by(actor, key_id, message)
        except RefusedMessage:
            logger.info("key fetched again", actor=address)
    return _verified_by(fetch_actor(address), key_id, message)


def _verified_by(actor: RemoteActor, key_id: str, message: StrangerMessage) -> tuple[RemoteActor, bytes]:
    key = actor.keys.get(key_id)
    if key is None:
        raise RefusedMessage(f"{actor.id} has no key {key_id}")
    sent = Message(message.method, message.url, dict(message.headers), message.body.encode())
    if "signature-input" in message.headers:
        return actor, _verify(sent, key_id, key, message.received)
    if not isinstance(key, rsa.RSAPublicKey):
        raise RefusedMessage(f"{key_id} is no RSA key")
    return actor, older_signatures.verify(sent, key, message.received)


class Waits(FetchFailed):
    """It is not this message's turn yet: it is looked at later."""


class _Verifier(HTTPMessageVerifier):
    """Judges times by when the message came, since it is looked at later."""

    received: dt.datetime

    def validate_created_and_expires(self, sig_input: Any, max_age: dt.timedelta | None = None) -> None:
        """Within 15 minutes of its coming, and not expired then."""
        created, expires = (sig_input.params.get(name) for name in ("created", "expires"))
        if (
            not isinstance(created, int)
            or abs(self.received.timestamp() - created) > TOLERANCE.total_seconds()
        ):
            raise InvalidSignature("created is missing, or older or newer than 15 minutes")
        if expires is not None and expires < self.received.timestamp():
            raise InvalidSignature("it has expired")


def _verify(message: Message, key_id: str, key: PublicKey, received: dt.datetime) -> bytes:
    """Check a signature by RFC 9421 with a digest by RFC 9530; returns it."""
    kind = algorithms.RSA_V1_5_SHA256 if isinstance(key, rsa.RSAPublicKey) else algorithms.ED25519
    keys = MappingKeyResolver(public_keys={key_id: key}, private_keys={})
    verifier = _Verifier(signature_algorithm=kind, key_resolver=keys)
    verifier.received = received
    try:
        results = verifier.verify(message, body=message.body)
    except HTTPMessageSignaturesException as error:
        raise RefusedMessage(f"signature refused: {error}") from error
    if len(results) != 1:
        raise RefusedMessage("signature refused: exactly one is expected")
    check_coverage(results[0].covered_components)
    labels: Any = http_sf.parse(message.headers["signature"].encode(), tltype="dictionary")
    return bytes(labels[results[0].label][0])


def _use_once(actor: RemoteActor, signature: bytes) -> None:
    try:
        with transaction.atomic():
            Nonce.objects.create(key_id=actor.id[:300], value=hashlib.sha256(signature).hexdigest())
    except IntegrityError as error:
        raise RefusedMessage("signature refused: it was used before") from error


def _after_earlier(message: StrangerMessage, address: str) -> None:
    """An actor's messages are looked at in their order, or an older Follow would undo a later Undo."""
    for body in StrangerMessage.objects.filter(host=message.host, pk__lt=message.pk).values_list(
        "body", flat=True
    ):
        if receiving.id_of(json.loads(body).get("actor")) == address:
            raise Waits("an earlier message of this actor is still waiting")


def _put_off(message: StrangerMessage, reason: str) -> None:
    if timezone.now() - message.received > GIVEN_UP_AFTER:
        _drop(message, f"given up after a day: {reason}")
        return
    message.failures += 1
    message.retry_at = timezone.now() + WAITS[min(message.failures, len(WAITS)) - 1]
    message.error = reason
    message.save(update_fields=["failures", "retry_at", "error"])


def _clear_crowd() -> None:
    """While more than half of the places are taken, what has failed for an hour does not keep its own."""
    if StrangerMessage.objects.count() * 2 <= strangers.WAITING_IN_ALL:
        return
    before = timezone.now() - GIVEN_UP_WHEN_CROWDED
    dropped, _ = StrangerMessage.objects.filter(failures__gt=0, received__lt=before).delete()
    if dropped:
        logger.warning("messages of strangers dropped for newer ones", count=dropped)


def _drop(message: StrangerMessage, reason: str) -> None:
    logger.warning("message of a stranger dropped", host=message.host, reason=reason)
    message.delete()
