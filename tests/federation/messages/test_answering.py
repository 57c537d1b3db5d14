"""Answers of other hubs: which thread they belong to, and when it is closed."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.utils import timezone

from federation.models import Peer
from federation.peers import approve
from hub.catalogue.log import timestamp
from hub.catalogue.models import CatalogueEntry
from hub.env import env
from hub.messages import services
from hub.messages.letters import letter_of
from hub.messages.models import Delivery, Message, MessageType
from hub.messages.services import Words, begin
from hub.municipalities.models import Body
from tests.federation.messages.letters import TRIER, send
from tests.wire.foreign import ForeignHub

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


def reply_to(first: Message, hub: ForeignHub, **changes: Any) -> dict[str, Any]:
    """A letter that answers what was asked from here."""
    fields = letter_of(first).model_dump() | {
        "id": str(uuid.uuid4()), "type": "answer", "origin": hub.origin, "sender": first.recipient,
        "recipient": first.sender, "text": "Etwa 40 Stunden.", "sent": timestamp(timezone.now()),
    }  # fmt: skip
    return {**fields, **changes}


@pytest.fixture
def asked(client: Any, koblenz: ForeignHub, peer: Peer, entry: CatalogueEntry) -> Message:
    """What this hub's body has asked about a document of Koblenz."""
    koblenz.push(client, koblenz.publish(koblenz.document("Bericht aus Koblenz")))
    theirs = CatalogueEntry.objects.get(source="koblenz")
    return begin(MessageType.INTEREST, Body.objects.get(pk=env.body), theirs, Words("Was kostet es?"))


def test_an_answer_comes_into_its_thread(client, koblenz, asked):
    assert send(client, koblenz, reply_to(asked, koblenz)).status_code == 202
    assert Message.objects.get(type="answer").thread == asked.pk


@pytest.mark.parametrize(
    "changes",
    [{"thread": str(uuid.uuid4())}, {"subject": "http://koblenz.localhost:8002/id/x"}],
)  # fmt: skip
def test_an_answer_to_something_else_is_refused(client, koblenz, asked, changes):
    response = send(client, koblenz, reply_to(asked, koblenz, **changes))
    assert (response.status_code, response.json()["code"]) == (422, "thread")


def test_nobody_answers_what_another_body_was_asked(client, koblenz, asked):
    trier = ForeignHub("http://trier.localhost:8004", "trier")
    approve(trier.identity(bodies=[TRIER]))
    response = send(client, trier, reply_to(asked, trier, sender=TRIER))
    assert (response.status_code, response.json()["code"]) == (422, "thread")


@pytest.mark.parametrize("kind", ["answer", "closing"])
def test_what_crosses_the_closing_on_its_way_is_not_lost(client, koblenz, asked, kind):
    send(client, koblenz, reply_to(asked, koblenz))
    closing = services.close(asked, env.body, Words(""))
    assert send(client, koblenz, reply_to(asked, koblenz, type=kind)).status_code == 202
    # It arrived there an hour ago; what was written before that took longer.
    Message.objects.filter(pk=closing.pk).update(delivery="arrived", arrived=timezone.now() - HOUR)
    letter = reply_to(asked, koblenz, type=kind, sent=timestamp(timezone.now() - HOUR))
    assert send(client, koblenz, letter).status_code == 202


@pytest.mark.parametrize("kind", ["answer", "closing"])
def test_nothing_goes_into_a_request_they_knew_to_be_closed(client, koblenz, asked, kind):
    send(client, koblenz, reply_to(asked, koblenz))
    closing = services.close(asked, env.body, Words(""))
    Message.objects.filter(pk=closing.pk).update(delivery="arrived", arrived=timezone.now() - HOUR)
    response = send(client, koblenz, reply_to(asked, koblenz, type=kind))
    assert (response.status_code, response.json()["code"]) == (422, "thread")


@pytest.mark.parametrize("kind", ["answer", "closing"])
def test_nothing_goes_into_a_request_they_closed_themselves(client, koblenz, asked, kind):
    send(client, koblenz, reply_to(asked, koblenz))
    assert send(client, koblenz, reply_to(asked, koblenz, type="closing", text="")).status_code == 202
    response = send(client, koblenz, reply_to(asked, koblenz, type=kind))
    assert (response.status_code, response.json()["code"]) == (422, "thread")


def test_who_was_asked_does_not_close_without_an_answer(client, koblenz, asked):
    response = send(client, koblenz, reply_to(asked, koblenz, type="closing", text="Erledigt."))
    assert (response.status_code, response.json()["code"]) == (422, "thread")
    send(client, koblenz, reply_to(asked, koblenz))
    assert send(client, koblenz, reply_to(asked, koblenz, type="closing")).status_code == 202


def test_what_was_refused_there_is_not_answered_from_there(client, koblenz, asked):
    Message.objects.filter(pk=asked.pk).update(delivery=Delivery.REFUSED)
    response = send(client, koblenz, reply_to(asked, koblenz))
    assert (response.status_code, response.json()["code"]) == (422, "thread")
