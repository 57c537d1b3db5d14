"""Origin: all ids share the one origin that is pinned; files are no actors; look-alikes; others' items."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from federation import attachments, tasks
from federation.activitypub.models import Follower
from federation.models import Peer, PeerState, Proposal
from federation.peering.identities import NoIdentity, fetch_identity
from federation.peers import approve
from federation.pull import pull
from hub.catalogue.consumers import run_consumers
from hub.catalogue.models import CatalogueEntry, State
from hub.documents import Attachment, canonical
from hub.env import env
from tests.factories.messages import prove, write_letter
from tests.federation.adversarial.conftest import Served
from tests.federation.adversarial.doors import nothing_came_in
from tests.federation.messages.letters import send as send_letter
from tests.federation.notices.conftest import announce, post
from tests.wire.foreign import ForeignHub
from tests.wire.server import Response, open_door, serve
from tests.wire.stranger import Stranger

pytestmark = pytest.mark.django_db

Examine = Callable[[], None]
TRIER = "07211000"
TRIER_ORIGIN = "http://trier.localhost:8004"


@pytest.fixture
def trier(peer: Peer) -> ForeignHub:
    """Another approved peer."""
    hub = ForeignHub(TRIER_ORIGIN, "trier")
    approve(hub.identity(bodies=[TRIER]))
    return hub


def test_key_id_shares_the_origin(client: Client, koblenz: ForeignHub, trier: ForeignHub) -> None:
    """CVE-2024-23832: the key of one peer under the name of another signs for neither."""
    activity = koblenz.activity(koblenz.publish(koblenz.document()))
    assert (
        koblenz.post(client, activity, key_id=f"{trier.origin}/federation/actor#rsa-key").status_code == 401
    )
    assert trier.post(client, activity).status_code == 403
    assert nothing_came_in()


def test_key_id_of_a_stranger_shares_the_origin(client: Client, anna: Stranger, examine: Examine) -> None:
    anna.post(client, anna.follow(), key_id="https://boese.example/users/anna#main-key")
    examine()
    assert not Follower.objects.exists()
    assert anna.fetched == []


@pytest.mark.parametrize(
    "actor",
    [
        f"{TRIER_ORIGIN}/federation/actor",
        f"{env.origin}/federation/actor",
        "http://koblenz.localhost:8002/federation/actor/",
        "http://koblenz.localhost:8002/users/eve",
        "http://koblenz.localhost:8002@trier.localhost:8004/federation/actor",
        {"id": "http://koblenz.localhost:8002/federation/actor"},
        None,
    ],
)
def test_actor_is_the_pinned_peer(client: Client, koblenz: ForeignHub, trier: ForeignHub, actor: Any) -> None:
    activity = koblenz.activity(koblenz.publish(koblenz.document()), actor=actor)
    assert koblenz.post(client, activity).status_code == 403
    assert nothing_came_in()


@pytest.mark.parametrize(
    "origin", [TRIER_ORIGIN, env.origin, "http://koblenz.localhost:8002.evil.example", ""]
)
def test_activity_id_shares_the_origin(client: Client, koblenz: ForeignHub, peer: Peer, origin: str) -> None:
    activity_id = f"{origin}/federation/activities/1"
    activity = koblenz.activity(koblenz.publish(koblenz.document()), id=activity_id)
    assert koblenz.post(client, activity).status_code == 403
    assert nothing_came_in()


SOME = "6d19500b-aa33-5884-9a3d-0b158765ddb6"
FOREIGN = [
    f"{TRIER_ORIGIN}/id/{SOME}",
    f"{env.origin}/id/{SOME}",
    f"http://koblenz.localhost:8002.evil.example/id/{SOME}",
    f"http://koblenz.localhost:80/id/{SOME}",
    f"https://koblenz.localhost:8002/id/{SOME}",
]


@pytest.mark.parametrize("foreign", FOREIGN)
def test_object_id_shares_the_origin(client: Client, koblenz: ForeignHub, peer: Peer, foreign: str) -> None:
    """In the signed change, in the document itself, and in the activity around both."""
    hub = ForeignHub()
    assert hub.push(client, hub.publish(hub.document(), objectId=foreign)).status_code == 403
    activity = koblenz.activity(koblenz.publish(koblenz.document()))
    for named in (foreign, [foreign], [*activity["object"], foreign], [{"id": foreign}]):
        assert koblenz.post(client, {**activity, "object": named}).status_code == 403
    assert nothing_came_in()
    lying = ForeignHub()
    document = lying.document(id=foreign)
    own_id = f"{lying.origin}/id/{uuid.uuid4()}"
    lying.push(client, lying.publish_body(own_id, document.to_bytes().decode()))
    assert not CatalogueEntry.objects.exists()


@pytest.mark.parametrize("foreign", FOREIGN)
def test_object_id_shares_the_origin_in_a_pulled_log(served: Served, foreign: str) -> None:
    hub, peer = served
    hub.publish(hub.document(), objectId=foreign)
    assert pull(peer) == 0
    assert nothing_came_in()


@pytest.mark.parametrize("foreign", [f"{TRIER_ORIGIN}/federation/actor", [], None, {"id": "x"}])
def test_attributed_to_shares_the_origin(
    client: Client, koblenz: ForeignHub, peer: Peer, foreign: Any
) -> None:
    activity = koblenz.activity(koblenz.publish(koblenz.document()))
    assert koblenz.post(client, {**activity, "attributedTo": foreign}).status_code == 403
    assert nothing_came_in()
    assert koblenz.post(client, {**activity, "attributedTo": peer.actor}).status_code == 202


def test_attributed_to_shares_the_origin_with_a_stranger(
    client: Client, anna: Stranger, examine: Examine
) -> None:
    anna.post(client, anna.follow(attributedTo="https://boese.example/users/eve"))
    examine()
    assert not Follower.objects.exists()
    anna.post(client, anna.follow(attributedTo=anna.id))
    examine()
    assert Follower.objects.get().actor == anna.id


def test_attributed_to_a_body_that_the_peer_does_not_speak_for(
    client: Client, koblenz: ForeignHub, trier: ForeignHub, entry: CatalogueEntry
) -> None:
    """The publishers of a document and the sender of a letter are what ``attributedTo`` is elsewhere."""
    koblenz.push(client, koblenz.publish(koblenz.document(publishers=(TRIER,))))
    assert send_letter(client, koblenz, write_letter(koblenz, entry, sender=TRIER)).status_code == 422
    assert not CatalogueEntry.objects.exclude(source="").exists()


@pytest.mark.parametrize("name", ["origin", "entry", "proof"])
def test_everything_matches_the_pinned_peer_in_a_pulled_page(served: Served, name: str) -> None:
    """Koblenz answers with what is rightly signed, by Trier."""
    hub, peer = served
    trier = ForeignHub(TRIER_ORIGIN, "trier")
    approve(trier.identity(bodies=[TRIER]))
    trier.publish(trier.document(publishers=(TRIER,)))
    page = {
        "origin": trier.page(0),
        "entry": hub.head(seq=1, after=0, entries=trier.entries),
        "proof": {**hub.head(seq=1, after=0, entries=[]), "proof": trier.head()["proof"]},
    }[name]
    hub.answer_pull = lambda request, after: Response(canonical(page))  # type: ignore[method-assign]
    assert pull(peer) == 0
    assert nothing_came_in()


def test_everything_matches_the_pinned_peer_in_a_letter_and_a_notice(
    client: Client, koblenz: ForeignHub, trier: ForeignHub, entry: CatalogueEntry
) -> None:
    as_trier = prove(koblenz, write_letter(koblenz, entry, origin=trier.origin))
    assert send_letter(client, koblenz, as_trier).status_code in {401, 422}
    assert post(client, announce(koblenz, "leave", origin=trier.origin)).status_code == 401
    assert set(Peer.objects.values_list("state", flat=True)) == {PeerState.APPROVED}
    assert nothing_came_in()


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "text/html", "application/octet-stream", "application/pdf", ""]
)
def test_uploaded_json_served_as_an_actor(
    client: Client, anna: Stranger, examine: Examine, kind: str
) -> None:
    """Somebody's upload at a server is not what the server itself says of its actors."""
    headers = {"Content-Type": kind} if kind else {}
    anna.answers["/users/anna"] = Response(json.dumps(anna.document).encode(), headers=headers)
    anna.post(client, anna.follow())
    examine()
    assert not Follower.objects.exists()


def test_uploaded_json_served_as_an_actor_from_here(client: Client, served: Served) -> None:
    """A file that comes from a peer is never handed out as what this instance says of its own actors."""
    hub, _peer = served
    actor = json.dumps({"id": f"{env.origin}/users/eve", "type": "Person"}).encode()
    files = []
    for kind in ("application/activity+json", 'application/ld+json; profile="x"', "application/json"):
        data = actor + b" " * len(files)
        digest = "sha256:" + hashlib.sha256(data).hexdigest()
        files.append(Attachment(url="", name="a.json", media_type=kind, size=len(data), digest=digest))
    document = hub.document(attachments=tuple(files))
    for spaces, file in enumerate(files):
        sent = Response(actor + b" " * spaces)
        hub.files[f"/dateien/{document.uuid}/{file.digest[7:]}/a.json"] = sent
    hub.push(client, hub.publish(document))
    run_consumers(attachments.CONSUMER)
    tasks.fetch_files(hub.slug)
    for file in files:
        headers = {"accept": "application/activity+json"}
        response = client.get(f"/dateien/{document.uuid}/{file.digest[7:]}/a.json", headers=headers)
        assert response.status_code == 200
        kind = response["Content-Type"].partition(";")[0]
        assert kind not in {"application/activity+json", "application/ld+json"}
        assert response["Content-Disposition"].startswith("attachment")


LOOK_ALIKES = [
    "http://xn--koblnz-dva.localhost:8002",
    "http://koblenz.localhost.:8002",
    "http://KOBLENZ.localhost:8002",
    "http://koblenz.localhost:08002",
    "http://koblenz.localhost:8002/",
    "http://user@koblenz.localhost:8002",
    "http://koblenz.localhost%2e:8002",
    "http://koblenz-localhost:8002",
    "http://koblenz.localhost:80021",
]


@pytest.mark.parametrize("origin", LOOK_ALIKES)
def test_punycode_and_look_alike_hosts(
    client: Client, koblenz: ForeignHub, peer: Peer, entry: CatalogueEntry, origin: str
) -> None:
    """Nothing that only looks like the address of a peer speaks for it, at no door."""
    twin = ForeignHub()
    twin.origin = origin
    published = twin.publish(twin.document())
    assert twin.post(client, twin.activity(published)).status_code in {401, 403}
    assert koblenz.post(client, twin.activity(published)).status_code == 403
    assert koblenz.post(client, koblenz.activity(published, object=[])).status_code == 403
    assert send_letter(client, twin, write_letter(twin, entry)).status_code in {401, 403}
    assert send_letter(client, koblenz, write_letter(koblenz, entry, origin=origin)).status_code == 422
    assert post(client, announce(twin, "leave")).status_code in {400, 404}
    assert Peer.objects.get().state == PeerState.APPROVED
    assert nothing_came_in()


@pytest.mark.parametrize(
    "host", ["kоblenz.localhost:8002", "koblenz。localhost:8002", "ｋoblenz.localhost:8002"]
)
def test_punycode_and_look_alike_hosts_in_other_scripts(
    client: Client, koblenz: ForeignHub, peer: Peer, host: str
) -> None:
    """Letters beyond ASCII are no part of an id: whoever writes them is nobody, not somebody similar."""
    origin = f"http://{host}"
    key_id = f"{origin}/federation/actor#rsa-key"
    headers = koblenz.sign("GET", "/federation/log?after=0")
    headers["Signature-Input"] = headers["Signature-Input"].replace(
        f"{koblenz.origin}/federation/actor#rsa-key", key_id
    )
    assert client.get("/federation/log?after=0", headers=headers).status_code == 401
    activity = koblenz.activity(koblenz.publish(koblenz.document()), actor=f"{origin}/federation/actor")
    assert koblenz.post(client, activity).status_code == 403
    assert post(client, announce(koblenz, "leave", origin=origin)).status_code == 400
    body = json.dumps({"origin": origin}).encode()
    response = client.post("/federation/proposals", data=body, content_type="application/json")
    assert response.status_code == 400
    assert not Proposal.objects.exists()
    assert nothing_came_in()


def test_punycode_and_look_alike_hosts_in_a_proposal(monkeypatch: pytest.MonkeyPatch) -> None:
    """An identity counts for the very address it was fetched from."""
    with serve(lambda request: Response(status=404), "koblenz-rlp.localhost") as server:
        open_door(monkeypatch, server)
        real = ForeignHub()
        server.answer = lambda request: Response(canonical(real.identity()))
        with pytest.raises(NoIdentity):
            fetch_identity(server.origin)


def test_update_by_a_non_owner(client: Client, koblenz: ForeignHub, trier: ForeignHub) -> None:
    document = koblenz.document("Original")
    koblenz.push(client, koblenz.publish(document))
    changed = document.model_copy(update={"publishers": (TRIER,), "demo": True})
    forged = trier.publish(changed, 2)
    assert trier.push(client, forged).status_code == 403
    assert trier.post(client, {**trier.activity(forged), "object": []}).status_code == 403
    assert koblenz.post(client, {**koblenz.activity(forged), "object": []}).status_code == 403
    assert CatalogueEntry.objects.get().document == document


@pytest.mark.parametrize("verb", ["withdraw", "erase"])
def test_delete_by_a_non_owner(client: Client, koblenz: ForeignHub, trier: ForeignHub, verb: str) -> None:
    document = koblenz.document("Original")
    koblenz.push(client, koblenz.publish(document))
    forged = getattr(trier, verb)(document.id, 2)
    assert trier.push(client, forged).status_code == 403
    assert trier.post(client, {**trier.activity(forged), "object": []}).status_code == 403
    assert CatalogueEntry.objects.get().state == State.LIVE


@pytest.mark.parametrize("verb", ["withdraw", "erase"])
def test_delete_by_a_non_owner_in_a_pulled_log(
    client: Client, koblenz: ForeignHub, served: Served, verb: str
) -> None:
    hub, peer = served
    owner = ForeignHub(TRIER_ORIGIN, "trier")
    approve(owner.identity(bodies=[TRIER]))
    document = owner.document("Original", publishers=(TRIER,))
    owner.push(client, owner.publish(document))
    getattr(hub, verb)(document.id, 2)
    assert pull(peer) == 0
    assert CatalogueEntry.objects.get().state == State.LIVE


def test_update_or_delete_by_a_stranger(client: Client, anna: Stranger, entry: CatalogueEntry) -> None:
    for kind in ("Create", "Update", "Delete", "Add", "Announce", "Move", "Remove"):
        activity = anna._activity(kind, entry.object_id)
        assert anna.post(client, activity).status_code == 403
        assert anna.post_older(client, activity).status_code == 403
    entry.refresh_from_db()
    assert entry.state == State.LIVE


def test_handover_by_a_non_owner(client: Client, koblenz: ForeignHub, trier: ForeignHub) -> None:
    """Nobody moves the items of another: neither in its name nor by naming what is not one's own."""
    document = koblenz.document("Original")
    koblenz.push(client, koblenz.publish(document))
    said = {"to": trier.origin, "uuids": [document.uuid], "bodies": [TRIER]}
    assert post(client, announce(trier, "handover", origin=koblenz.origin, **said)).status_code == 401
    thief = ForeignHub("http://dieb.localhost:8005", "dieb")
    approve(thief.identity(bodies=["07312000"]))
    post(client, announce(thief, "handover", **said))
    copied = document.model_copy(update={"id": f"{trier.origin}/id/{document.uuid}", "publishers": (TRIER,)})
    trier.push(client, trier.publish(copied))
    original = CatalogueEntry.objects.get(origin=koblenz.origin)
    assert (original.state, original.moved_to) == (State.LIVE, "")
