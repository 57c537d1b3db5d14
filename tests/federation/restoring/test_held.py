"""What is held of a peer's log is told to that peer alone, with all the bodies that are still here."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from federation.models import PeerState
from federation.peers import approve, set_state
from federation.transport import read_entry
from hub.catalogue.models import CatalogueEntry
from tests.wire.foreign import ForeignHub

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("peer")]


@pytest.fixture
def koblenz() -> ForeignHub:
    return ForeignHub()


@pytest.fixture
def peer(db, koblenz):
    return approve(koblenz.identity())


def test_a_peer_learns_where_its_log_ends_here(client, koblenz):
    nothing = {"origin": koblenz.origin, "epoch": 0, "seq": 0, "headHash": ""}
    assert koblenz.get(client, "/federation/held").json() == nothing
    koblenz.push(client, koblenz.publish(koblenz.document()))
    told = koblenz.get(client, "/federation/held")
    assert told.json() == {"origin": koblenz.origin, "epoch": 1, "seq": 1, "headHash": koblenz.head_hash}
    assert told["Cache-Control"] == "no-store"


def test_it_gets_back_exactly_what_it_sent_but_for_what_is_superseded(client, koblenz):
    document = koblenz.document("Erste Fassung")
    koblenz.publish(document)
    koblenz.publish(koblenz.document("Zurückgezogen"))
    koblenz.withdraw(koblenz.entries[1]["change"]["objectId"], 2)
    koblenz.publish(document.model_copy(update={"texts": koblenz.document("Zweite Fassung").texts}), 2)
    koblenz.push(client, *koblenz.entries)
    page = koblenz.get(client, "/federation/held/log?after=0&limit=100").json()
    assert [("body" in entry) for entry in page["entries"]] == [False, False, False, True]
    assert page["entries"][3] == koblenz.entries[3]
    assert [entry["change"] for entry in page["entries"]] == [entry["change"] for entry in koblenz.entries]
    for entry in page["entries"]:
        read_entry(entry, koblenz.origin, koblenz.ed25519.public_key())
    second = koblenz.get(client, "/federation/held/log?after=3&limit=1").json()
    assert (second["after"], second["entries"]) == (3, [koblenz.entries[3]])


def test_what_lies_in_quarantine_or_is_hidden_is_given_back_as_well(client, koblenz):
    strange = koblenz.publish(koblenz.document("Fremd", publishers=("07211000",)))
    hidden = koblenz.publish(koblenz.document("Ausgeblendet"))
    koblenz.push(client, strange, hidden)
    CatalogueEntry.objects.update(hidden=True)
    page = koblenz.get(client, "/federation/held/log?after=0&limit=100").json()
    assert page["entries"] == [strange, hidden]


def test_nobody_learns_of_the_log_of_another_peer(client, koblenz):
    trier = ForeignHub("http://trier.localhost:8004", "trier")
    approve(trier.identity(bodies=["07211000"]))
    koblenz.push(client, koblenz.publish(koblenz.document()))
    assert trier.get(client, "/federation/held").json()["seq"] == 0
    assert trier.get(client, "/federation/held/log?after=0&limit=9").json()["entries"] == []


@pytest.mark.parametrize("path", ["/federation/held", "/federation/held/log?after=0&limit=1"])
def test_only_approved_peers_are_told(client, koblenz, peer, path):
    assert client.get(path).status_code == 401
    assert ForeignHub("http://impostor.localhost:1", "impostor").get(client, path).status_code == 401
    headers = koblenz.sign("GET", path)
    assert client.get(path, headers=headers).status_code == 200
    assert client.get(path, headers=headers).status_code == 401
    set_state(peer, PeerState.BLOCKED)
    assert koblenz.get(client, path).status_code == 403
    assert client.post(path).status_code == 405


@pytest.mark.parametrize(
    "asked", ["after=-1&limit=1", "after=0&limit=0", "after=0&limit=101", "after=x", "after=²"]
)
def test_numbers_that_are_none_are_refused(client, koblenz, asked):
    assert koblenz.get(client, f"/federation/held/log?{quote(asked, safe='=&')}").status_code == 400
