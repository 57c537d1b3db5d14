"""Messages to other hubs: how the queue is drained, and what waits or is refused."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from federation import multibase
from federation.identity import own_identity
from federation.messages import sending
from federation.models import Peer, PeerState
from federation.peers import approve, set_state
from federation.proofs import verify_proof
from federation.tasks import exchange_due
from hub.catalogue.models import CatalogueEntry
from hub.env import env
from hub.messages.models import Delivery, Message
from hub.messages.services import Words, answer
from tests.factories.messages import add_answer, add_request
from tests.wire.foreign import KOBLENZ, ForeignHub
from tests.wire.hub_server import ServedHub, serve_hub
from tests.wire.server import Response, Server, open_door

pytestmark = pytest.mark.django_db


class Postbox(ServedHub):
    """Koblenz with a letter box; ``letters`` are those it answered 202 for."""

    def __init__(self, origin: str, slug: str = "koblenz") -> None:
        super().__init__(origin, slug)
        self.letters: list[dict[str, Any]] = []
        self.reply = Response(b"{}", 202)

    def answer(self, request: Any) -> Response:
        if request.path != "/federation/messages" or self.down:
            return super().answer(request)
        if self.reply.status == 202:
            self.letters.append(json.loads(request.body))
        return self.reply


@pytest.fixture
def postbox(monkeypatch: pytest.MonkeyPatch, entry: CatalogueEntry) -> Iterator[tuple[Postbox, Server, Peer]]:
    with serve_hub() as (served, server):
        open_door(monkeypatch, server)
        hub = Postbox(served.origin)
        server.answer = hub.answer
        yield hub, server, approve(hub.identity())


def queue(hub: ForeignHub, entry: CatalogueEntry, *texts: str) -> list[Message]:
    """Answers to a request of Koblenz, which wait to be sent."""
    first = add_request(entry, KOBLENZ, origin=hub.origin)
    return [answer(first, env.body, Words(text, "Amt 10", "amt10@mainz.example")) for text in texts]


def test_what_is_queued_is_handed_over_in_order_signed_and_proved(postbox, entry):
    hub, server, _peer = postbox
    one, two = queue(hub, entry, "Eins", "Zwei")
    assert sending.deliver(hub.origin) == 2
    assert [letter["text"] for letter in hub.letters] == ["Eins", "Zwei"]
    letter = hub.letters[0]
    proof = letter.pop("proof")
    key = multibase.decode_key(own_identity().ed25519)
    verify_proof(letter, proof, key, f"{env.origin}/federation/actor#ed25519-key")
    assert "author" not in letter
    assert '"content-digest"' in server.requests[0].headers["Signature-Input"]
    for message in (one, two):
        message.refresh_from_db()
        assert (message.delivery, message.error) == (Delivery.ARRIVED, "")
        assert message.arrived
    assert sending.deliver(hub.origin) == 0


def test_a_month_out_of_reach_costs_time_and_no_message(postbox, entry):
    hub, _server, _peer = postbox
    hub.down = True
    one, two = queue(hub, entry, "Eins", "Zwei")
    for _ in range(8):
        assert sending.deliver(hub.origin) == 0
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.delivery, one.failures, two.delivery, two.failures) == ("queued", 8, "queued", 8)
    assert "Koblenz" in one.error
    assert dt.timedelta(minutes=10) < one.not_before - timezone.now() < dt.timedelta(minutes=20)
    hub.down = False
    Message.objects.update(sent=timezone.now() - dt.timedelta(days=31))
    assert sending.deliver(hub.origin) == 2
    assert [letter["text"] for letter in hub.letters] == ["Eins", "Zwei"] or len(hub.letters) == 2


def test_a_request_that_was_answered_but_whose_answer_was_lost_goes_out_again_unchanged(postbox, entry):
    hub, server, _peer = postbox
    queue(hub, entry, "Eins")
    hub.reply = Response(b"", 502)
    sending.deliver(hub.origin)
    hub.reply = Response(b"{}", 202)
    sending.deliver(hub.origin)
    first, second = (request.body for request in server.requests)
    assert first == second


@pytest.mark.parametrize(
    ("status", "code"), [(400, "unreadable"), (409, "conflict"), (413, "too_large"), (422, "recipient")]
)
def test_a_refusal_for_good_is_noted_with_its_reason(postbox, entry, status, code):
    hub, _server, _peer = postbox
    (message,) = queue(hub, entry, "Eins")
    hub.reply = Response(json.dumps({"error": "no", "code": code}).encode(), status)
    assert sending.deliver(hub.origin) == 0
    message.refresh_from_db()
    assert (message.delivery, message.error) == (Delivery.REFUSED, code)


def test_a_reason_only_a_newer_hub_knows_refuses_all_the_same(postbox, entry):
    hub, _server, _peer = postbox
    (message,) = queue(hub, entry, "Eins")
    hub.reply = Response(b'{"code": "something_new"}', 422)
    sending.deliver(hub.origin)
    message.refresh_from_db()
    assert (message.delivery, message.error) == (Delivery.REFUSED, "")


@pytest.mark.parametrize("status", [200, 301, 400, 401, 403, 404, 422, 429, 500])
def test_without_a_code_it_waits(postbox, entry, status):
    hub, _server, _peer = postbox
    (message,) = queue(hub, entry, "Eins")
    hub.reply = Response(b"<h1>Oh</h1>", status)
    sending.deliver(hub.origin)
    message.refresh_from_db()
    assert (message.delivery, message.failures) == (Delivery.QUEUED, 1)
    assert message.error


def test_one_refusal_does_not_hold_up_the_next(postbox, entry):
    hub, server, _peer = postbox
    queue(hub, entry, "Eins", "Zwei")
    replies = iter([Response(b'{"code": "thread"}', 422), Response(b"{}", 202)])
    server.answer = lambda request: next(replies)
    assert sending.deliver(hub.origin) == 1
    assert set(Message.objects.filter(origin=env.origin).values_list("text", "delivery")) == {
        ("Eins", "refused"),
        ("Zwei", "arrived"),
    }


@pytest.fixture
def mixed(postbox: Any, entry: CatalogueEntry) -> dict[str, Message]:
    """What two bodies write to Koblenz: Mainz about two documents, twice about the first; then Worms."""
    hub, _server, _peer = postbox
    first = add_request(entry, KOBLENZ, origin=hub.origin)
    other = add_request(entry, KOBLENZ, origin=hub.origin, subject_id=f"{env.origin}/id/{uuid.uuid4()}")
    worms = add_request(entry, KOBLENZ, origin=hub.origin, recipient="07319000")
    return {name: answer(thread, thread.recipient, Words(name)) for name, thread in (
        ("Eins", first), ("Noch eins", first), ("Zwei", other), ("Worms", worms),
    )}  # fmt: skip


def states(written: dict[str, Message]) -> dict[str, tuple[str, int]]:
    """How each stands now, and how often it failed."""
    for message in written.values():
        message.refresh_from_db()
    return {name: (message.delivery, message.failures) for name, message in written.items()}


def reply_once(server: Server, text: str, reply: Response) -> None:
    """That message gets another answer than all others, which arrive."""
    server.answer = lambda request: (
        reply if f'"text":"{text}"'.encode() in request.body else Response(b"{}", 202)
    )


def test_too_much_of_one_body_does_not_hold_up_another(postbox, mixed):
    hub, server, _peer = postbox
    reply_once(server, "Eins", Response(b"", 429))
    assert sending.deliver(hub.origin) == 1
    waits = ("queued", 1)
    assert states(mixed) == {"Eins": waits, "Noch eins": waits, "Zwei": waits, "Worms": ("arrived", 0)}
    assert mixed["Zwei"].error == "Koblenz nimmt heute keine Nachrichten Ihrer Kommune mehr an."
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_message_that_fails_by_itself_holds_up_only_its_own_request(postbox, mixed, status):
    hub, server, _peer = postbox
    reply_once(server, "Eins", Response(b"<h1>Oh</h1>", status))
    assert sending.deliver(hub.origin) == 2
    waits, arrived = ("queued", 1), ("arrived", 0)
    assert states(mixed) == {"Eins": waits, "Noch eins": waits, "Zwei": arrived, "Worms": arrived}


def test_a_message_that_cannot_be_written_here_holds_up_only_its_own_request(postbox, mixed):
    hub, _server, _peer = postbox
    Message.objects.filter(pk=mixed["Eins"].pk).update(reply_to="kein Postfach")
    assert sending.deliver(hub.origin) == 2
    assert {letter["text"] for letter in hub.letters} == {"Zwei", "Worms"}


@pytest.mark.parametrize("status", [401, 403, 404, 500, 503])
def test_what_the_hub_does_not_take_from_anybody_ends_the_round(postbox, mixed, status):
    hub, server, _peer = postbox
    reply_once(server, "Eins", Response(b"", status))
    assert sending.deliver(hub.origin) == 0
    assert set(states(mixed).values()) == {("queued", 1)}
    assert len(server.requests) == 1


@pytest.mark.parametrize("state", [PeerState.PAUSED, PeerState.BLOCKED])
def test_to_a_suspended_peer_nothing_goes_and_it_is_said_why(postbox, entry, state):
    hub, server, peer = postbox
    (message,) = queue(hub, entry, "Eins")
    set_state(peer, state)
    sending.deliver(hub.origin)
    message.refresh_from_db()
    assert (message.delivery, server.requests) == (Delivery.QUEUED, [])
    assert message.error == "Der Austausch mit Koblenz ist angehalten."


def test_queueing_wakes_one_job_for_the_hub(postbox, entry, django_capture_on_commit_callbacks):
    hub, _server, _peer = postbox
    with django_capture_on_commit_callbacks(execute=True):
        queue(hub, entry, "Eins", "Zwei")
    job = ProcrastinateJob.objects.get(task_name="federation.messages")
    assert job.args == {"origin": hub.origin}


def test_what_is_due_is_found_by_the_clock(entry, peer):
    first = add_request(entry, KOBLENZ)
    waiting = add_answer(first, delivery=Delivery.QUEUED, not_before=timezone.now() + dt.timedelta(minutes=5))
    exchange_due(0)
    assert not ProcrastinateJob.objects.filter(task_name="federation.messages").exists()
    Message.objects.filter(pk=waiting.pk).update(not_before=timezone.now())
    exchange_due(0)
    assert ProcrastinateJob.objects.filter(task_name="federation.messages").exists()
