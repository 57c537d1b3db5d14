"""Resources: what is too large, swells, drips, or can be read in two ways is left, at every door."""

from __future__ import annotations

import gzip
import json
import time
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from federation import attachments, pull, tasks
from federation.activitypub import remote_actors
from federation.activitypub.models import Follower, StrangerMessage
from federation.models import Peer, Proposal, Quarantined
from federation.notices.receiving import fetch_notices
from federation.peering import identities
from federation.peering.identities import NoIdentity, fetch_identity
from hub.catalogue.consumers import run_consumers
from hub.catalogue.models import CatalogueEntry
from hub.documents import Attachment, canonical
from hub.errors import FetchFailed, RefusedMessage
from hub.files import receiving
from hub.files.models import FileState, StoredFile
from tests.federation.adversarial.conftest import Served
from tests.federation.adversarial.doors import Door, nothing_came_in
from tests.federation.notices.conftest import announce, post
from tests.wire.foreign import ForeignHub
from tests.wire.server import Response, Server, open_door, serve
from tests.wire.stranger import Stranger, send

pytestmark = pytest.mark.django_db

Examine = Callable[[], None]
CAP = 1_000_000
GZIP = {"Content-Encoding": "gzip"}
BOMB = gzip.compress(b'{"x": "' + b" " * 40_000_000 + b'"}', mtime=0)
OPEN = ("/federation/notices", "/federation/proposals")
"""What anybody may post to without a signature."""


def drip(seconds: float = 10.0) -> Iterator[bytes]:
    """A byte now and then, so that no single wait is long."""
    for _ in range(int(seconds / 0.05)):
        time.sleep(0.05)
        yield b" "


def note_failure(peer: Peer) -> str:
    """Pull, which has to fail; returns what the operator reads."""
    assert pull.pull(peer) == 0
    peer.refresh_from_db()
    assert nothing_came_in()
    return peer.last_error


# Body over the cap


def test_body_over_the_cap(posting: Door) -> None:
    body = posting.body + b" " * CAP
    assert posting.knock(posting.sign(body=body), body) == 413
    assert nothing_came_in()


@pytest.mark.parametrize("path", OPEN)
def test_body_over_the_cap_from_anybody(client: Client, db: None, path: str) -> None:
    assert send(client, b" " * (CAP + 1), {}, path).status_code == 413


def test_body_over_the_cap_from_a_stranger(client: Client, anna: Stranger) -> None:
    """Who is not approved may send a tenth of it, so that a full queue stays small."""
    assert anna.post(client, anna.follow(content="x" * 100_000)).status_code == 413
    assert anna.post_older(client, anna.follow(content="x" * CAP)).status_code == 413
    assert not StrangerMessage.objects.exists()


@pytest.mark.parametrize("declared", ["", "0", "-1", "1e3", "٣", "99999999999999999999"])
def test_body_over_the_cap_whatever_length_is_declared(
    client: Client, koblenz: ForeignHub, peer: Peer, declared: str
) -> None:
    """No more is read than was declared, and no more than the cap."""
    body = b" " * (CAP + 1)
    for path in ("/federation/inbox", *OPEN):
        headers = koblenz.sign("POST", path, body)
        answer = client.generic(
            "POST", path, body, "application/json", headers=headers, CONTENT_LENGTH=declared
        )
        assert answer.status_code in {400, 401, 413}
    assert nothing_came_in()


def test_body_over_the_cap_of_a_pulled_page(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    hub, peer = served
    monkeypatch.setattr(pull, "PAGE_BYTES", 10_000)
    hub.answer_pull = lambda request, after: Response(iter([b" " * 1_000] * 20_000))  # type: ignore[method-assign]
    assert "10000" in note_failure(peer)


# Compression bomb


def test_compression_bomb(posting: Door) -> None:
    """Nothing that comes in is unpacked: neither a bomb nor a message of the usual size."""
    for packed in (BOMB, gzip.compress(posting.body)):
        headers = {**posting.sign(body=packed), **GZIP}
        assert posting.knock(headers, packed) in {400, 413}
    assert nothing_came_in()


@pytest.mark.parametrize("path", OPEN)
def test_compression_bomb_from_anybody(client: Client, db: None, path: str) -> None:
    assert send(client, BOMB, GZIP, path).status_code in {400, 413}


def test_compression_bomb_in_a_pulled_page(served: Served) -> None:
    hub, peer = served
    hub.answer_pull = lambda request, after: Response(BOMB, headers=GZIP)  # type: ignore[method-assign]
    assert "unpacks" in note_failure(peer) or "16000000" in note_failure(peer)


def test_compression_bomb_in_the_notices_of_a_peer(served: Served) -> None:
    hub, peer = served
    hub.files["/federation/notices"] = Response(BOMB, headers=GZIP)
    with pytest.raises(FetchFailed, match="unpacks"):
        fetch_notices(peer)


def test_compression_bomb_as_an_actor(client: Client, anna: Stranger, examine: Examine) -> None:
    headers = {**GZIP, "Content-Type": "application/activity+json"}
    anna.answers["/users/anna"] = Response(BOMB, headers=headers)
    anna.post(client, anna.follow())
    examine()
    assert not Follower.objects.exists()
    assert not StrangerMessage.objects.exists()


def test_compression_bomb_as_an_identity(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused before it is unpacked: of its 40 MB the memory never sees more than the cap."""
    with serve(lambda request: Response(BOMB, headers=GZIP)) as server:
        open_door(monkeypatch, server)
        tracemalloc.start()
        try:
            with pytest.raises(NoIdentity, match="unpacks"):
                fetch_identity(server.origin)
            _now, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert most < 10_000_000


def with_file(client: Client, hub: Any, size: int, response: Response) -> StoredFile:
    """A document of the peer with one file of ``size`` bytes, which it answers with ``response``."""
    digest = "sha256:" + "ab" * 32
    file = Attachment(url="", name="a.bin", media_type="application/x", size=size, digest=digest)
    document = hub.document(attachments=(file,))
    hub.files[f"/dateien/{document.uuid}/{digest[7:]}/a.bin"] = response
    hub.push(client, hub.publish(document))
    run_consumers(attachments.CONSUMER)
    tasks.fetch_files(hub.slug)
    return StoredFile.objects.get()


def test_compression_bomb_as_a_file(client: Client, served: Served) -> None:
    hub, _peer = served
    record = with_file(client, hub, len(BOMB), Response(BOMB, headers=GZIP))
    assert record.state == FileState.WITHHELD
    assert "compressed" in record.reason


# Slow sender


def assert_left_in_time(act: Callable[[], Any]) -> Any:
    started = time.monotonic()
    result = act()
    assert time.monotonic() - started < 5
    return result


def test_slow_sender_of_a_pulled_page(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    hub, peer = served
    monkeypatch.setattr(pull, "PAGE_SECONDS", 0.2)
    hub.answer_pull = lambda request, after: Response(drip())  # type: ignore[method-assign]
    assert_left_in_time(lambda: note_failure(peer))
    assert peer.pull_failures == 1


def test_slow_sender_of_a_file(client: Client, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    hub, _peer = served
    monkeypatch.setattr(receiving, "PATIENCE_SECONDS", 0.2)
    record = assert_left_in_time(lambda: with_file(client, hub, 200, Response(drip())))
    assert record.state == FileState.WITHHELD
    assert "slowly" in record.reason


def test_slow_sender_of_an_actor(client: Client, anna: Stranger, monkeypatch: pytest.MonkeyPatch) -> None:
    from federation.activitypub import examining

    monkeypatch.setattr(remote_actors, "SECONDS", 0.2)
    anna.answers["/users/anna"] = Response(drip(), headers={"Content-Type": "application/activity+json"})
    anna.post(client, anna.follow())
    assert_left_in_time(examining.examine_round)
    assert "too slowly" in StrangerMessage.objects.get().error


def test_slow_sender_of_an_identity(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identities, "SECONDS", 0.2)

    def fetch(server: Server) -> None:
        with pytest.raises(NoIdentity):
            fetch_identity(server.origin)

    with serve(lambda request: Response(drip())) as server:
        open_door(monkeypatch, server)
        assert_left_in_time(lambda: fetch(server))


# JSON that hurts, or that two readers read in two ways

HUGE = b"9" * 400
ODD_JSON = {
    "deep JSON": b'{"type": "Follow", "x": ' + b"[" * 40 + b"]" * 40 + b"}",
    "very deep JSON": b'{"type": "Follow", "x": ' + b"[" * 15_000 + b"]" * 15_000 + b"}",
    "duplicate keys": b'{"type": "Follow", "type": "Create"}',
    "duplicate keys below": b'{"type": "Follow", "x": {"a": 1, "\\u0061": 2}}',
    "NaN": b'{"type": "Follow", "x": NaN}',
    "infinity": b'{"type": "Follow", "x": -Infinity}',
    "infinity by its exponent": b'{"type": "Follow", "x": 1e999}',
    "huge integers": b'{"type": "Follow", "x": ' + HUGE + b"}",
    "an integer beyond 2^53": b'{"type": "Follow", "x": 9007199254740993}',
}
DEEP = ["deep JSON", "very deep JSON"]
DOUBLE = ["duplicate keys", "duplicate keys below"]
NUMBERS = ["NaN", "infinity", "infinity by its exponent", "huge integers", "an integer beyond 2^53"]


def assert_refused_everywhere(client: Client, koblenz: ForeignHub, anna: Stranger, text: bytes) -> None:
    """Every door says that this cannot be read, and the strangers' does not even queue it."""
    assert koblenz.post(client, text).status_code == 400
    headers = koblenz.sign("POST", "/federation/messages", text)
    assert send(client, text, headers, "/federation/messages").status_code == 400
    for path in OPEN:
        assert send(client, text, {}, path).status_code in {400, 413}  # proposals are short
    assert send(client, text, anna.sign(text)).status_code == 403
    assert send(client, text, anna.sign_older(text)).status_code == 403
    assert not StrangerMessage.objects.exists()
    assert not Proposal.objects.exists()
    assert nothing_came_in()


def assert_refused_when_asked(
    client: Client, served: Served, anna: Stranger, examine: Examine, text: bytes
) -> None:
    """The same in what is fetched: a page of a log, notices, an identity, an actor."""
    hub, peer = served
    hub.answer_pull = lambda request, after: Response(text)  # type: ignore[method-assign]
    assert "JSON" in note_failure(peer)
    hub.files["/federation/notices"] = hub.files["/federation/identity"] = Response(text)
    with pytest.raises(RefusedMessage, match="JSON"):
        fetch_notices(peer)
    with pytest.raises(NoIdentity, match="JSON"):
        fetch_identity(hub.origin)
    anna.answers["/users/anna"] = Response(text, headers={"Content-Type": "application/activity+json"})
    anna.post(client, anna.follow())
    examine()
    assert not Follower.objects.exists()


def assert_kept_aside(client: Client, koblenz: ForeignHub, text: bytes) -> None:
    """Inside a rightly signed entry it stops nothing: it is kept raw, and what follows is shown."""
    document = koblenz.document()
    fields = {**document.model_dump(mode="json"), "x": "HERE"}
    inner = text.partition(b'"x": ')[2].removesuffix(b"}") or b'1, "x": 2'
    body = json.dumps(fields).replace('"HERE"', inner.decode())
    entries = [koblenz.publish_body(document.id, body), koblenz.publish(koblenz.document("Danach"))]
    assert koblenz.push(client, *entries).status_code == 202
    assert Quarantined.objects.get().object_id == document.id
    assert CatalogueEntry.objects.get().title == "Danach"


@pytest.fixture
def both_reachable(monkeypatch: pytest.MonkeyPatch, served: Served, anna: Stranger) -> None:
    """Koblenz' server and the stranger's."""
    koblenz = Server(served[0].origin, lambda request: Response())
    open_door(monkeypatch, koblenz, anna.server)


@pytest.mark.parametrize("name", DEEP)
def test_deep_json(client: Client, koblenz: ForeignHub, peer: Peer, anna: Stranger, name: str) -> None:
    assert_refused_everywhere(client, koblenz, anna, ODD_JSON[name])


@pytest.mark.parametrize("name", DOUBLE)
def test_duplicate_keys(client: Client, koblenz: ForeignHub, peer: Peer, anna: Stranger, name: str) -> None:
    assert_refused_everywhere(client, koblenz, anna, ODD_JSON[name])


@pytest.mark.parametrize("name", NUMBERS)
def test_nan_and_huge_integers(
    client: Client, koblenz: ForeignHub, peer: Peer, anna: Stranger, name: str
) -> None:
    assert_refused_everywhere(client, koblenz, anna, ODD_JSON[name])


@pytest.mark.usefixtures("both_reachable")
@pytest.mark.parametrize("name", ODD_JSON)
def test_deep_json_duplicate_keys_nan_and_huge_integers_in_what_is_fetched(
    client: Client, served: Served, anna: Stranger, examine: Examine, name: str
) -> None:
    assert_refused_when_asked(client, served, anna, examine, ODD_JSON[name])


@pytest.mark.parametrize("name", ODD_JSON)
def test_deep_json_duplicate_keys_nan_and_huge_integers_in_a_signed_document(
    client: Client, koblenz: ForeignHub, peer: Peer, name: str
) -> None:
    assert_kept_aside(client, koblenz, ODD_JSON[name])


# Context poisoning

POISON = {
    "@version": 1.1,
    "actor": "https://boese.example/ns#nobody",
    "Follow": "https://www.w3.org/ns/activitystreams#Undo",
    "entries": {"@id": "https://boese.example/ns#none", "@type": "@json"},
    "@import": "https://boese.example/context.jsonld",
}


def test_context_poisoning(
    client: Client, koblenz: ForeignHub, peer: Peer, no_calls: Callable[[], list[str]]
) -> None:
    """A context gives names other meanings. None is read or fetched: names mean what is written there."""
    activity = koblenz.activity(koblenz.publish(koblenz.document()))
    for context in (POISON, "https://boese.example/context.jsonld", [activity["@context"], POISON]):
        aliased = {"@context": context, **{f"as:{name}": value for name, value in activity.items()}}
        assert koblenz.post(client, aliased).status_code == 403
        assert koblenz.post(client, {**activity, "@context": context}).status_code == 202
    assert CatalogueEntry.objects.count() == 1
    assert no_calls() == []


def test_context_poisoning_of_a_proof(client: Client, koblenz: ForeignHub, peer: Peer) -> None:
    """What was signed without a context, or under one, is not believed under another."""
    entry = koblenz.publish(koblenz.document())
    for change in (
        {**entry["change"], "@context": POISON},
        {**entry["change"], "proof": {**entry["change"]["proof"], "@context": POISON}},
    ):
        poisoned = {**entry, "change": change}
        assert koblenz.post(client, {**koblenz.activity(entry), "entries": [poisoned]}).status_code == 403
    assert post(client, {**announce(koblenz, "leave"), "@context": POISON}).status_code == 400
    head = {**koblenz.head(), "@context": POISON}
    assert koblenz.post(client, koblenz.activity(entry, head=head)).status_code == 403
    assert nothing_came_in()


def test_context_poisoning_of_a_strangers_activity(client: Client, anna: Stranger, examine: Examine) -> None:
    """Neither the names of the activity nor those of its actor are looked up anywhere."""
    follow = anna.follow()
    aliased = {"@context": POISON, "type": "Follow", "as:actor": anna.id, "id": follow["id"], "x": anna.id}
    anna.post(client, aliased)
    examine()
    assert not Follower.objects.exists()
    anna.document |= {"@context": [POISON, "https://boese.example/context.jsonld"]}
    anna.post(client, {**follow, "@context": POISON})
    examine()
    assert Follower.objects.get().actor == anna.id  # a Follow, though the context calls it an Undo
    assert set(anna.fetched) == {"/users/anna"}


def test_context_poisoning_of_an_actor(client: Client, anna: Stranger, examine: Examine) -> None:
    """Keys under another name are no keys, whatever a context makes of that name."""
    key = anna.document.pop("publicKey")
    anna.document |= {
        "@context": {"k": "https://w3id.org/security#publicKey"},
        "k": key,
        "sec:publicKey": key,
    }
    del anna.document["assertionMethod"]
    anna.post(client, anna.follow())
    examine()
    assert not Follower.objects.exists()


def test_context_poisoning_of_a_document_changes_no_word(
    client: Client, koblenz: ForeignHub, peer: Peer
) -> None:
    document = koblenz.document("Bericht")
    fields = {**document.model_dump(mode="json"), "@context": POISON, "as:title": "Anders"}
    koblenz.push(client, koblenz.publish_body(document.id, canonical(fields).decode()))
    assert CatalogueEntry.objects.get().document == document
