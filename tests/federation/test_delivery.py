"""The own log as peers get it: served when they ask, pushed when something happens."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from federation import delivery, multibase, outgoing
from federation.identity import own_identity, own_keys
from federation.models import Peer, PeerState
from federation.peers import approve, set_state
from federation.transport import check_chain, read_entry, read_head
from hub.catalogue import entries, log
from hub.catalogue.models import CatalogueEntry, State
from hub.documents import Document, Text, digest_of
from hub.env import env
from tests.wire.hub_server import ServedHub, serve_hub
from tests.wire.server import Request, Response, Server, open_door

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


def publish(title: str = "Bericht", entry: CatalogueEntry | None = None, **fields: Any) -> CatalogueEntry:
    """Publish a document of this instance, as settling does."""
    key = entry.uuid if entry else uuid.uuid4()
    values = {"kind": "case_report", "publishers": (env.body,), "texts": {"de": Text(title=title)}, **fields}
    document = Document(id=f"{env.origin}/id/{key}", **values)
    body, salt, revision = document.to_bytes(), "cd" * 16, (entry.revision + 1 if entry else 1)
    digest = digest_of(body, salt)
    change = log.append(env.origin, document.id, revision, "publish", digest, NOW)
    if entry is None:
        entry = CatalogueEntry(object_id=document.id, uuid=key, origin=env.origin, first_published=NOW)
    entries.fill(entry, document, body.decode(), digest, salt, revision, NOW, change.position)
    entry.save()
    return entry


def withdraw(entry: CatalogueEntry) -> None:
    change = log.append(env.origin, entry.object_id, entry.revision + 1, "withdraw", "", NOW)
    entries.take_offline(entry, State.WITHDRAWN, entry.revision + 1, NOW, change.position)


def check(page: dict[str, Any]) -> list[Any]:
    """Read a page as a peer does and return its changes."""
    key = multibase.decode_key(own_identity().ed25519)
    read_head(page, env.origin, key, dt.datetime.now(dt.UTC))
    changes = [read_entry(entry, env.origin, key) for entry in page["entries"]]
    check_chain(changes)
    return changes


def test_the_log_is_served_signed_and_chained(client, koblenz, peer):
    first = publish("Eins")
    publish("Zwei", first)
    publish("Drei")
    withdraw(publish("Vier"))
    page = koblenz.get(client, "/federation/log?after=0").json()
    changes = check(page)
    assert [(change.seq, change.type, change.body is None) for change in changes] == [
        (1, "publish", True),
        (2, "publish", False),
        (3, "publish", False),
        (4, "publish", True),
        (5, "withdraw", True),
    ]
    assert (page["seq"], page["headHash"]) == (5, changes[-1].hash)
    assert [c.seq for c in check(koblenz.get(client, "/federation/log?after=3&limit=1").json())] == [4]
    assert check(koblenz.get(client, "/federation/log?after=5").json()) == []


def test_it_is_conditional_and_compressed(client, koblenz, peer):
    publish("Lang " * 500)
    response = koblenz.get(client, "/federation/log?after=0", **{"Accept-Encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    check(json.loads(gzip.decompress(response.content)))
    again = koblenz.get(client, "/federation/log?after=0", **{"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    publish()
    changed = koblenz.get(client, "/federation/log?after=0", **{"If-None-Match": response["ETag"]})
    assert changed.status_code == 200


@pytest.mark.parametrize(
    "query", ["after=-1", "after=x", "limit=0", "limit=101", "after=1&limit=", "after=" + "9" * 30, "after=²"]
)
def test_a_wrong_question_is_refused(client, koblenz, peer, query):
    path = f"/federation/log?{query}".replace("²", "%C2%B2")
    assert koblenz.get(client, path).status_code == 400


def test_what_is_going_offline_is_not_sent_until_it_is_settled(client, koblenz, peer):
    publish("Eins")
    hidden = publish("Zwei")
    publish("Drei")
    CatalogueEntry.objects.filter(pk=hidden.pk).update(hidden=True)
    changes = check(koblenz.get(client, "/federation/log?after=0").json())
    assert [change.seq for change in changes] == [1]
    withdraw(CatalogueEntry.objects.get(pk=hidden.pk))
    assert len(check(koblenz.get(client, "/federation/log?after=0").json())) == 4


def test_received_items_are_not_passed_on(client, koblenz, peer):
    koblenz.push(client, koblenz.publish(koblenz.document()))
    assert koblenz.get(client, "/federation/log?after=0").json()["entries"] == []


def test_a_page_stops_before_it_is_too_large():
    for _ in range(3):
        publish("x" * 1_000)
    assert len(outgoing.entries_after(1, 0, max_bytes=6_000)) == 2
    assert len(outgoing.entries_after(1, 0, max_bytes=10)) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_takes_the_same_queries_however_long(django_assert_num_queries, count):
    own_keys()
    for _ in range(count):
        publish()
    outgoing.unsigned_page(0, 100)
    with django_assert_num_queries(3):
        outgoing.unsigned_page(0, 100)


def test_actor_and_head_are_for_everybody(client):
    publish()
    actor = client.get("/federation/actor")
    assert actor["Content-Type"] == "application/activity+json"
    assert actor.json()["assertionMethod"][0]["publicKeyMultibase"] == own_identity().ed25519
    assert actor.json()["publicKey"]["publicKeyPem"] == own_identity().rsa_pem
    head = client.get("/federation/head").json()
    key = multibase.decode_key(own_identity().ed25519)
    assert read_head(head, env.origin, key, dt.datetime.now(dt.UTC))[:2] == (1, 1)


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[tuple[ServedHub, Server, Peer]]:
    with serve_hub() as (hub, server):
        open_door(monkeypatch, server)
        yield hub, server, approve(hub.identity())


def test_what_is_new_is_pushed_and_acknowledged(served):
    hub, server, peer = served
    entry = publish("Eins")
    assert delivery.push(peer) == 1
    publish("Zwei", entry)
    withdraw(entry)
    assert delivery.push(peer) == 2
    assert delivery.push(peer) == 0
    bodies = [json.loads(request.body) for request in server.requests]
    assert [body["type"] for body in bodies] == ["Create", "Add"]
    assert bodies[0]["actor"] == f"{env.origin}/federation/actor"
    key = multibase.decode_key(own_identity().ed25519)
    check_chain([read_entry(received, env.origin, key) for received in hub.received])
    peer.refresh_from_db()
    assert (peer.pushed_seq, peer.last_error) == (3, "")
    assert '"content-digest"' in server.requests[0].headers["Signature-Input"]


def test_a_long_log_is_pushed_in_batches(served):
    _hub, server, peer = served
    for _ in range(130):
        publish()
    assert delivery.push(peer) == 130
    assert len(server.requests) == 2


def test_a_peer_that_lost_something_gets_it_again(served):
    hub, _, peer = served
    for _ in range(3):
        publish()
    delivery.push(peer)
    del hub.received[1:]
    publish()
    delivery.push(peer)
    assert [received["change"]["seq"] for received in hub.received] == [1, 2, 3, 4]


def test_what_is_too_large_to_push_is_announced(served):
    _hub, server, peer = served
    publish("x" * 1_100_000)
    delivery.push(peer)
    assert len(server.requests) == 1
    announced = json.loads(server.requests[0].body)
    assert (announced["entries"], announced["head"]["seq"]) == ([], 1)


def test_a_peer_that_is_down_is_noted_and_tried_later(served):
    hub, _, peer = served
    publish()
    hub.down = True
    assert delivery.push(peer) == 0
    peer.refresh_from_db()
    assert peer.push_failures == 1
    assert "502" in peer.last_error
    hub.down = False
    assert delivery.push(peer) == 1
    peer.refresh_from_db()
    assert (peer.push_failures, peer.push_after, peer.last_error) == (0, None, "")


def test_a_refusal_is_shown_with_its_reason(served):
    hub, _, peer = served
    publish()
    hub.take = lambda activity: Response(b'{"error": "not approved"}', 403)
    delivery.push(peer)
    peer.refresh_from_db()
    assert "not approved" in peer.last_error


@pytest.mark.parametrize("body", [b"", b"[]", b'{"seq": -1}', b'{"seq": "1"}', b"{}"])
def test_a_strange_acknowledgement_moves_nothing(served, body):
    hub, _, peer = served
    publish()
    hub.take = lambda activity: Response(body, 202)
    delivery.push(peer)
    peer.refresh_from_db()
    assert (peer.pushed_seq, peer.push_failures) == (0, 1)


def test_an_acknowledgement_that_stands_still_ends_the_push(served):
    hub, server, peer = served
    publish()
    hub.take = lambda activity: Response(b'{"seq": 0}', 409)
    delivery.push(peer)
    assert len(server.requests) == 1


def test_paused_and_blocked_peers_get_nothing(served):
    _hub, server, peer = served
    publish()
    for state in (PeerState.PAUSED, PeerState.BLOCKED):
        set_state(peer, state)
        assert delivery.push(peer) == 0
        delivery.follow(list(CatalogueEntry.objects.all()))
    assert server.requests == []
    assert not ProcrastinateJob.objects.exists()


def test_own_changes_alone_enqueue_pushes(client, koblenz, peer):
    koblenz.push(client, koblenz.publish(koblenz.document()))
    delivery.follow(list(CatalogueEntry.objects.all()))
    assert not ProcrastinateJob.objects.filter(task_name="federation.push").exists()
    publish()
    for _ in range(2):
        delivery.follow(list(CatalogueEntry.objects.all()))
    job = ProcrastinateJob.objects.get(task_name="federation.push")
    assert job.args == {"slug": "koblenz"}


def test_a_peer_that_keeps_failing_waits_for_its_backoff(served):
    publish()
    later = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=5)
    Peer.objects.update(push_failures=3, push_after=later)
    delivery.follow(list(CatalogueEntry.objects.all()))
    assert not ProcrastinateJob.objects.exists()
    Peer.objects.update(push_failures=2)
    delivery.follow(list(CatalogueEntry.objects.all()))
    assert ProcrastinateJob.objects.exists()


def test_a_stale_connection_is_tried_once_more(served):
    hub, server, peer = served
    publish()
    answer, calls = server.answer, []

    def breaking(request: Request) -> Response:
        calls.append(request)
        if len(calls) == 1:
            return Response(iter([b"{"]), headers={"Content-Length": "100"})
        return answer(request)

    server.answer = breaking
    assert delivery.push(peer) == 1
    assert len(hub.received) == 1
    nonces = {request.headers["Signature-Input"] for request in calls}
    assert len(nonces) == 2
