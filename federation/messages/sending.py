"""Handing over what is queued: to one hub after the other, in the order in which it was written.

Each message is signed twice: the request by the hub's RSA key, as all requests are, and the letter by its
Ed25519 key, so that the other side can show later whose words it holds.
"""

from __future__ import annotations

from typing import Any

import structlog
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from federation import strictjson
from federation.addresses import messages_of, proof_key_of
from federation.identity import own_keys
from federation.models import Peer, PeerState, backoff
from federation.proofs import attach_proof
from federation.signatures import sign
from hub import fetching
from hub.documents import canonical
from hub.env import env
from hub.errors import FetchFailed, RefusedMessage
from hub.messages.delivery import note_acknowledged, note_failed, note_refused
from hub.messages.letters import letter_of
from hub.messages.models import Message
from hub.messages.queries import queued_for
from hub.messages.refusals import Reason

logger = structlog.get_logger("federation")

REPLY_BYTES = 16_000
FINAL = frozenset({400, 409, 413, 422})
"""Answers that refuse a message for good, if they say why by a code."""


class Waits(FetchFailed):
    """The message stays queued: its sentence says to the writer what it waits for."""


def follow(destination: str, **kwargs: Any) -> None:
    """Something is queued for a hub: a job hands it over."""
    from federation.tasks import enqueue_messages  # tasks import this module

    enqueue_messages(destination)


def deliver(destination: str) -> int:
    """Hand over what is queued for one hub until it stops taking it; returns how many arrived.

    A failure is noted at all that wait for that hub, never raised.
    """
    arrived, failed = 0, False
    queue = queued_for(destination)
    while queue and not failed:
        message = queue.pop(0)
        try:
            arrived += _hand_over(message)
        except FetchFailed as error:
            failed = True
            _note_failure(destination, [message, *queue], error)
        except Exception as error:  # noted and tried again, or the message would wait in silence
            failed = True
            logger.exception("a message could not be handed over", destination=destination)
            _note_failure(destination, [message, *queue], error)
    return arrived


def write_letter(message: Message) -> bytes:
    """The letter with its proof, as it is sent; the same bytes each time."""
    letter = letter_of(message)
    proved = attach_proof(letter.model_dump(), own_keys().ed25519, proof_key_of(env.origin), letter.sent)
    return canonical(proved)


def _hand_over(message: Message) -> bool:
    """Send one message; whether it arrived. Raises ``FetchFailed`` if it has to wait."""
    peer = Peer.objects.filter(origin=message.destination).first()
    if peer is None or peer.state != PeerState.APPROVED:
        raise Waits(_suspended(message.destination))
    reply = _post(write_letter(message), messages_of(peer.origin))
    if reply.status == 202:
        return note_acknowledged(message)
    code = _code_of(reply)
    if reply.status in FINAL and code:
        logger.warning("message refused there", peer=peer.slug, message=str(message.pk), code=code)
        note_refused(message, Reason(code) if code in Reason.values else None)
        return False
    raise Waits(_explain(peer, reply.status))


def _post(body: bytes, address: str) -> fetching.Reply:
    url = fetching.prepared_url(address)
    headers = {"Content-Type": "application/json", **sign("POST", url, body)}
    return fetching.fetch("POST", url, headers=headers, body=body, max_bytes=REPLY_BYTES)


def _code_of(reply: fetching.Reply) -> str:
    try:
        code = strictjson.loads_object(reply.body).get("code")
    except RefusedMessage:
        return ""
    return code if isinstance(code, str) else ""


def _note_failure(destination: str, waiting: list[Message], error: Exception) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        reason = (
            str(error)
            if isinstance(error, Waits)
            else _("%(hub)s cannot be reached at present.") % {"hub": _name(destination)}
        )
    logger.warning("messages wait", destination=destination, number=len(waiting), error=str(error))
    later = backoff(max(message.failures for message in waiting) + 1)
    for message in waiting:
        note_failed(message, reason, later)


def _suspended(destination: str) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return _("The exchange with %(hub)s is suspended.") % {"hub": _name(destination)}


def _explain(peer: Peer, status: int) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        sentences = {
            401: _("%(hub)s does not accept our signature; those who run the hubs have to see to it."),
            403: _("%(hub)s has suspended the exchange with us; those who run the hubs have to see to it."),
            404: _("%(hub)s runs a version that takes no messages yet."),
            429: _("%(hub)s takes no more messages of your municipality today."),
        }
        failing = _("%(hub)s cannot take messages at present.")
        return sentences.get(status, failing) % {"hub": peer.name}


def _name(origin: str) -> str:
    peer = Peer.objects.filter(origin=origin).first()
    return peer.name if peer else origin.partition("://")[2]
