"""Directed messages between hubs: what is taken in, what is refused and why, and how the queue is drained."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from federation import multibase
from federation.identity import own_identity
from federation.messages import sending
from federation.models import Peer, PeerState
from federation.peers import approve, set_state
from federation.proofs import verify_proof
from federation.tasks import exchange_due
from hub.accounts.models import Role
from hub.catalogue.log import timestamp
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import settle
from hub.documents import canonical
from hub.env import env
from hub.messages import services
from hub.messages.letters import letter_of
from hub.messages.models import Delivery, Message, MessageType
from hub.messages.services import Words, answer, begin
from hub.municipalities.models import Body
from tests.factories.messages import SENTENCE, add_answer, add_request, post_letter, prove, write_letter
from tests.factories.pages import add_body, add_report, add_section
from tests.factories.people import add_person, add_town
from tests.wire.foreign import KOBLENZ, ForeignHub
from tests.wire.hub_server import ServedHub, serve_hub
from tests.wire.server import Response, Server, open_door

pytestmark = pytest.mark.django_db

TRIER = "07211000"
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def entry(db: None) -> CatalogueEntry:
    add_report(add_section(), "Sensoren auf Parkplätzen")
    settle()
    return CatalogueEntry.objects.get(kind="case_report")


def send(client: Any, hub: ForeignHub, letter: dict[str, Any], **options: Any) -> Any:
    return post_letter(client, hub, prove(hub, letter), **options)


def refused(response: Any) -> tuple[int, str]:
    assert not Message.objects.exists()
    return response.status_code, response.json().get("code", "")


def test_an_interest_arrives_and_is_held_with_its_proof(client, koblenz, peer, entry):
    letter = write_letter(koblenz, entry)
    response = send(client, koblenz, letter)
    assert (response.status_code, response.json()) == (202, {"new": True})
    message = Message.objects.get()
    assert (str(message.pk), message.sender, message.recipient) == (letter["id"], KOBLENZ, env.body)
    assert (message.text, message.origin, message.destination) == (SENTENCE, koblenz.origin, "")
    assert (message.delivery, message.author) == (Delivery.RECEIVED, None)
    assert timezone.now() - message.arrived < dt.timedelta(minutes=1)


def test_whose_words_are_held_can_be_shown_later(client, koblenz, peer, entry):
    send(client, koblenz, write_letter(koblenz, entry))
    message = Message.objects.get()
    key = multibase.decode_key(peer.ed25519)
    verify_proof(
        letter_of(message).model_dump(), message.proof, key, f"{koblenz.origin}/federation/actor#ed25519-key"
    )


def test_the_same_letter_twice_is_held_once(client, koblenz, peer, entry):
    letter = write_letter(koblenz, entry)
    send(client, koblenz, letter)
    again = send(client, koblenz, letter)
    assert (again.status_code, again.json()) == (202, {"new": False})
    assert Message.objects.count() == 1


def test_a_replayed_request_is_refused(client, koblenz, peer, entry):
    body = canonical(prove(koblenz, write_letter(koblenz, entry)))
    headers = koblenz.sign("POST", "/federation/messages", body)
    assert post_letter(client, koblenz, body, headers=headers).status_code == 202
    assert post_letter(client, koblenz, body, headers=headers).status_code == 401


def test_the_same_id_with_other_words_is_refused(client, koblenz, peer, entry):
    letter = write_letter(koblenz, entry)
    send(client, koblenz, letter)
    response = send(client, koblenz, {**letter, "text": "Etwas anderes"})
    assert (response.status_code, response.json()["code"]) == (409, "conflict")
    assert Message.objects.get().text == SENTENCE


def test_an_unsigned_request_is_refused(client, koblenz, peer, entry):
    body = canonical(prove(koblenz, write_letter(koblenz, entry)))
    assert refused(post_letter(client, koblenz, body, headers={})) == (401, "")


def test_a_forged_request_is_refused(client, koblenz, peer, entry):
    other = canonical(prove(koblenz, write_letter(koblenz, entry, text="Harmlos")))
    headers = koblenz.sign("POST", "/federation/messages", other)
    body = canonical(prove(koblenz, write_letter(koblenz, entry)))
    assert refused(post_letter(client, koblenz, body, headers=headers)) == (401, "")


def test_an_unproved_letter_is_refused_for_now(client, koblenz, peer, entry):
    assert refused(post_letter(client, koblenz, write_letter(koblenz, entry))) == (401, "")


def test_a_letter_with_a_forged_proof_is_refused_for_now(client, koblenz, peer, entry):
    letter = prove(koblenz, write_letter(koblenz, entry))
    assert refused(post_letter(client, koblenz, {**letter, "text": "Untergeschoben"})) == (401, "")


def test_a_letter_proved_by_another_hub_is_refused(client, koblenz, peer, entry):
    trier = ForeignHub("http://trier.localhost:8004", "trier")
    approve(trier.identity(bodies=[TRIER]))
    letter = write_letter(trier, entry, sender=TRIER)
    assert refused(post_letter(client, koblenz, prove(trier, letter))) == (401, "")


def test_a_hub_does_not_write_as_another_one(client, koblenz, peer, entry):
    letter = write_letter(koblenz, entry, origin="http://trier.localhost:8004")
    assert refused(send(client, koblenz, letter)) == (422, "sender")


def test_a_hub_speaks_only_for_its_own_bodies(client, koblenz, peer, entry):
    assert refused(send(client, koblenz, write_letter(koblenz, entry, sender=TRIER))) == (422, "sender")


@pytest.mark.parametrize("state", [PeerState.PAUSED, PeerState.BLOCKED])
def test_a_suspended_peer_is_refused_without_a_code_so_that_it_waits(client, koblenz, peer, entry, state):
    set_state(peer, state)
    assert refused(send(client, koblenz, write_letter(koblenz, entry))) == (403, "")


def test_an_unknown_hub_is_refused(client, koblenz, peer, entry):
    stranger = ForeignHub("http://fremd.localhost:8009", "fremd")
    assert refused(send(client, stranger, write_letter(stranger, entry))) == (401, "")


def test_a_body_nobody_speaks_for_here_gets_no_message(client, koblenz, peer, entry):
    add_body(TRIER, "Trier")
    assert refused(send(client, koblenz, write_letter(koblenz, entry, recipient=TRIER))) == (422, "recipient")


def test_a_body_with_people_here_and_no_page_may_be_written_to(client, koblenz, peer, entry):
    worms = add_town("07319000", "Worms")
    letter = write_letter(koblenz, entry, recipient=worms.key)
    assert refused(send(client, koblenz, letter)) == (422, "recipient")
    add_person("neu@worms.example", worms, Role.MEMBER)
    # It is another's document, though.
    assert refused(send(client, koblenz, letter)) == (422, "subject")


def test_a_document_that_is_not_published_here_cannot_be_asked_about(client, koblenz, peer, entry):
    letter = write_letter(koblenz, entry, subject=f"{env.origin}/id/{uuid.uuid4()}")
    assert refused(send(client, koblenz, letter)) == (422, "subject")


def test_what_never_leaves_this_hub_is_not_confirmed_either(client, koblenz, peer, entry):
    CatalogueEntry.objects.filter(pk=entry.pk).update(audience="instance")
    assert refused(send(client, koblenz, write_letter(koblenz, entry))) == (422, "subject")


def test_a_document_of_the_asking_hub_is_none_of_ours(client, koblenz, peer, entry):
    theirs = koblenz.document(publishers=(KOBLENZ,))
    koblenz.push(client, koblenz.publish(theirs))
    letter = write_letter(koblenz, entry, subject=theirs.id)
    assert refused(send(client, koblenz, letter)) == (422, "subject")


@pytest.mark.parametrize(
    "changes",
    [
        {"text": ""}, {"text": "x" * 4001}, {"text": 5}, {"text": "a\u0007b"}, {"text": "a\u202eb"},
        {"type": "gossip"}, {"id": "1"}, {"thread": str(uuid.uuid4())}, {"sender": env.body},
        {"sent": "gestern"}, {"sent": "2026-02-31T00:00:00.000000Z"}, {"reply_to": "niemand"},
        {"role": "x" * 201}, {"version": "wissenshub-message/2"}, {"extra": "x"}, {"subject": ""},
        {"sender": "../etc"}, {"type": "answer", "thread": None},
    ],
)  # fmt: skip
def test_what_is_no_letter_is_refused(client, koblenz, peer, entry, changes):
    assert refused(send(client, koblenz, write_letter(koblenz, entry, **changes))) == (400, "unreadable")


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"a":1,"a":2}', b"\xff", b'{"text":"\\u0000"}'])
def test_what_is_no_json_object_is_refused(client, koblenz, peer, body):
    assert refused(post_letter(client, koblenz, body)) == (400, "unreadable")


def test_a_letter_that_is_too_large_is_refused(client, koblenz, peer, entry):
    assert refused(post_letter(client, koblenz, b" " * 33_000)) == (413, "too_large")


def test_a_letter_from_the_future_is_refused(client, koblenz, peer, entry):
    sent = timestamp(timezone.now() + dt.timedelta(minutes=16))
    assert refused(send(client, koblenz, write_letter(koblenz, entry, sent=sent))) == (422, "dated")


def test_a_letter_of_long_ago_is_refused(client, koblenz, peer, entry):
    sent = timestamp(timezone.now() - dt.timedelta(days=401))
    assert refused(send(client, koblenz, write_letter(koblenz, entry, sent=sent))) == (422, "dated")


def test_what_arrived_late_is_kept_from_then_on(client, koblenz, peer, entry):
    sent = timestamp(timezone.now() - dt.timedelta(days=399))
    assert send(client, koblenz, write_letter(koblenz, entry, sent=sent)).status_code == 202
    assert services.forget_old(timezone.now() + dt.timedelta(days=729)) == 0
    assert services.forget_old(timezone.now() + dt.timedelta(days=731)) == 1


def test_a_letter_that_was_under_way_for_a_month_is_taken(client, koblenz, peer, entry):
    sent = timestamp(timezone.now() - dt.timedelta(days=31))
    assert send(client, koblenz, write_letter(koblenz, entry, sent=sent)).status_code == 202
    assert timezone.now() - Message.objects.get().arrived < dt.timedelta(minutes=1)


def test_who_asks_too_often_is_asked_to_come_again(client, koblenz, peer, entry, monkeypatch):
    monkeypatch.setattr(services, "REQUESTS_A_DAY", 1)
    assert send(client, koblenz, write_letter(koblenz, entry)).status_code == 202
    response = send(client, koblenz, write_letter(koblenz, CatalogueEntry.objects.get(kind="body")))
    assert (response.status_code, response.json().get("code")) == (429, None)


def test_what_one_body_writes_is_counted_one_after_the_other(client, koblenz, peer, entry):
    """Two letters at once would each find room for one more."""
    with CaptureQueriesContext(connection) as captured:
        send(client, koblenz, write_letter(koblenz, entry))
    asked = [query["sql"] for query in captured]
    turn = next(n for n, sql in enumerate(asked) if "pg_advisory_xact_lock" in sql)
    count = next(n for n, sql in enumerate(asked) if "COUNT(*)" in sql and "hub_messages" in sql)
    assert turn < count


def test_a_body_has_one_open_request_about_a_document(client, koblenz, peer, entry):
    first = write_letter(koblenz, entry)
    send(client, koblenz, first)
    response = send(client, koblenz, write_letter(koblenz, entry))
    assert (response.status_code, response.json()["code"]) == (422, "open")
    closing = {**write_letter(koblenz, entry, type="closing", text=""), "thread": first["id"]}
    assert send(client, koblenz, closing).status_code == 202
    assert send(client, koblenz, write_letter(koblenz, entry)).status_code == 202


def test_what_is_open_with_one_hub_keeps_no_other_from_asking(client, koblenz, peer, entry):
    add_request(entry, KOBLENZ, origin="http://frueher.localhost:8005")
    assert send(client, koblenz, write_letter(koblenz, entry)).status_code == 202


def test_nobody_but_post_is_answered(client, koblenz, peer):
    assert koblenz.get(client, "/federation/messages").status_code == 405


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


# Sending.


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
