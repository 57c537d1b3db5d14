"""Requests between municipalities for tests, and letters as another hub writes them."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils import timezone

from federation.proofs import attach_proof
from hub.catalogue.log import timestamp
from hub.catalogue.models import CatalogueEntry
from hub.documents import canonical
from hub.messages.models import Delivery, Message, MessageType
from tests.factories.days import in_days
from tests.wire.foreign import KOBLENZ, ForeignHub

SENTENCE = "Wie viele Stunden hat die Einführung gekostet?"


def write_letter(hub: ForeignHub, entry: CatalogueEntry, **changes: Any) -> dict[str, Any]:
    """The fields of a letter of ``hub`` about an entry of this one, without their proof."""
    key = str(uuid.uuid4())
    return {
        "version": "wissenshub-message/1",
        "id": key,
        "thread": key,
        "type": "interest",
        "origin": hub.origin,
        "sender": KOBLENZ,
        "recipient": entry.publishers[0],
        "subject": entry.object_id,
        "text": SENTENCE,
        "role": "Amt für Digitales",
        "reply_to": "digital@koblenz.demo.invalid",
        "sent": timestamp(timezone.now()),
        **changes,
    }


def prove(hub: ForeignHub, letter: dict[str, Any]) -> dict[str, Any]:
    """The letter with the proof of ``hub``."""
    method = f"{hub.origin}/federation/actor#ed25519-key"
    return attach_proof(letter, hub.ed25519, method, timestamp(timezone.now()))


def post_letter(client: Any, hub: ForeignHub, letter: Any, **options: Any) -> Any:
    """A signed POST of a proved letter, or of raw bytes, to this instance."""
    body = letter if isinstance(letter, bytes) else canonical(letter)
    headers = options.pop("headers", None)
    if headers is None:
        headers = hub.sign("POST", "/federation/messages", body, **options)
    return client.post("/federation/messages", data=body, content_type="application/json", headers=headers)


def add_request(entry: CatalogueEntry, sender: str, days: int = 0, **fields: Any) -> Message:
    """A request about an entry that arrived here so many days ago, from another hub unless told otherwise."""
    key, moment = uuid.uuid4(), in_days(-days)
    values: dict[str, Any] = {
        "thread": key,
        "type": MessageType.INTEREST,
        "origin": "http://koblenz.localhost:8002",
        "sender": sender,
        "recipient": entry.publishers[0],
        "subject_id": entry.object_id,
        "text": SENTENCE,
        "sent": moment,
        "arrived": moment,
        "delivery": Delivery.RECEIVED,
        **fields,
    }
    return Message.objects.create(pk=key, **values)


def add_answer(first: Message, days: int = 0, **fields: Any) -> Message:
    """An answer of the body that was asked, so many days ago."""
    moment = in_days(-days)
    values: dict[str, Any] = {
        "thread": first.thread,
        "type": MessageType.ANSWER,
        "origin": "http://mainz.localhost:8001",
        "destination": first.origin,
        "sender": first.recipient,
        "recipient": first.sender,
        "subject_id": first.subject_id,
        "text": "Etwa 40 Stunden.",
        "sent": moment,
        "arrived": moment,
        "delivery": Delivery.ARRIVED,
        **fields,
    }
    return Message.objects.create(**values)
