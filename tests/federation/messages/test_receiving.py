"""Messages of other hubs: what is taken in, what is refused and why."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from federation import multibase
from federation.models import PeerState
from federation.peers import approve, set_state
from federation.proofs import verify_proof
from hub.accounts.models import Role
from hub.catalogue.log import timestamp
from hub.catalogue.models import CatalogueEntry
from hub.documents import canonical
from hub.env import env
from hub.messages import services
from hub.messages.letters import letter_of
from hub.messages.models import Delivery, Message
from tests.factories.messages import SENTENCE, add_request, post_letter, prove, write_letter
from tests.factories.pages import add_body
from tests.factories.people import add_person, add_town
from tests.federation.messages.letters import TRIER, refused, send
from tests.wire.foreign import KOBLENZ, ForeignHub

pytestmark = pytest.mark.django_db


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
    assert services.forget_old(timezone.now() + dt.timedelta(days=365)) == 0
    assert services.forget_old(timezone.now() + dt.timedelta(days=367)) == 1


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
