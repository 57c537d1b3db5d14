"""Handing over what is queued: to one hub after the other, in the order in which it was written.

Each message is signed twice: the request by the hub's RSA key, as all requests are, and the letter by its
Ed25519 key, so that the other side can show later whose words it holds.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import structlog
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from federation import strictjson
from federation.addresses import messages_of, proof_key_of
from federation.identity import own_keys
from federation.jobs import enqueue_messages
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


class Scope(StrEnum):
    """How much of what is queued for a hub waits when one message cannot be handed over."""

    HUB = "hub"
    SENDER = "sender"
    REQUEST = "request"
    """What the body writes to the other about the same document, where one message builds on the other."""


SCOPES = {429: Scope.SENDER, 400: Scope.REQUEST, 409: Scope.REQUEST, 413: Scope.REQUEST, 422: Scope.REQUEST}
"""Answers that are about one body, or one message. All others are about the exchange with the hub."""


class Waits(FetchFailed):
    """The message stays queued: its sentence says to the writer what it waits for."""

    def __init__(self, sentence: str, scope: Scope = Scope.HUB) -> None:
        super().__init__(sentence)
        self.scope = scope


def follow(destination: str, **kwargs: Any) -> None:
    """Something is queued for a hub: a job hands it over."""
    enqueue_messages(destination)


def deliver(destination: str) -> int:
    """Hand over what is queued for one hub; returns how many arrived.

    A failure is never raised, but noted at all that wait for the same: where the hub itself fails, the round
    ends; where it does not take what one body writes, or one message, all others go on.
    """
    arrived = 0
    queue = queued_for(destination)
    while queue:
        message = queue.pop(0)
        try:
            arrived += _hand_over(message)
        except Exception as error:  # noted and tried again, or the message would wait in silence
            if not isinstance(error, FetchFailed):
                logger.exception("a message could not be handed over", destination=destination)
            scope = _scope_of(error)
            waiting = [each for each in queue if _waits_with(each, message, scope)]
            _note_failure(destination, [message, *waiting], error)
            queue = [each for each in queue if each not in waiting]
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
    raise Waits(_explain(peer, reply.status), SCOPES.get(reply.status, Scope.HUB))


def _scope_of(error: Exception) -> Scope:
    """Without a connection nothing goes; what fails before there is one is the message's own."""
    if isinstance(error, Waits):
        return error.scope
    return Scope.HUB if isinstance(error, FetchFailed) else Scope.REQUEST


def _waits_with(each: Message, failed: Message, scope: Scope) -> bool:
    if scope == Scope.HUB or each.sender != failed.sender:
        return scope == Scope.HUB
    same_request = (each.recipient, each.subject_id) == (failed.recipient, failed.subject_id)
    return scope == Scope.SENDER or same_request


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
