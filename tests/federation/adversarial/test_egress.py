"""Egress: nobody outside makes this instance call an address inside, or anybody before it knows whom."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from urllib3.util import connection as urllib3_connection

from federation import tasks
from federation.activitypub.models import Follower, StrangerMessage
from federation.models import Notice, Peer, Proposal
from federation.pull import pull
from hub import fetching
from hub.catalogue.models import CatalogueEntry
from hub.documents import canonical
from hub.errors import FetchFailed, PrivateAddress
from tests.factories.messages import post_letter, prove, write_letter
from tests.federation.adversarial.conftest import Served
from tests.federation.notices.conftest import announce, post
from tests.wire.foreign import ForeignHub
from tests.wire.server import Response, Server, open_door, serve
from tests.wire.stranger import Stranger, send

pytestmark = pytest.mark.django_db

Examine = Callable[[], None]
LOOPBACK = ["127.0.0.1", "127.1.2.3", "localhost", "0.0.0.0", "[::1]", "[::]"]
METADATA = ["169.254.169.254", "[fe80::a9fe:a9fe]", "[fd00:ec2::254]"]
MAPPED = [
    "[::ffff:127.0.0.1]",
    "[::ffff:169.254.169.254]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[2002:7f00:1::]",
]
NAT64 = ["[64:ff9b::127.0.0.1]", "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::a9fe:a9fe]"]
DECIMAL = ["2130706433", "2852039166", "0x7f000001", "0177.0.0.1", "127.1", "0xa9.254.0xa9.0376"]


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Something in this network that everybody here could reach and nobody outside may ask for."""
    with serve(lambda request: Response(b"secret"), "localhost") as server:
        yield server


def assert_refused(host: str, inside: Server) -> None:
    """The one outbound door does not go there, by either way of asking."""
    url = f"http://{host}:{inside.origin.rpartition(':')[2]}/"
    with pytest.raises(PrivateAddress):
        fetching.fetch("GET", url)
    with pytest.raises(PrivateAddress), fetching.download(url, max_bytes=10):
        pass
    assert inside.requests == []


@pytest.mark.parametrize("host", LOOPBACK)
def test_loopback_addresses(inside: Server, host: str) -> None:
    assert_refused(host, inside)


@pytest.mark.parametrize("host", METADATA)
def test_169_254_169_254(inside: Server, host: str) -> None:
    """Where a cloud keeps the keys of its machines, and its relatives."""
    assert_refused(host, inside)


@pytest.mark.parametrize("host", MAPPED)
def test_mapped_addresses(inside: Server, host: str) -> None:
    assert_refused(host, inside)


@pytest.mark.parametrize("host", NAT64)
def test_nat64_addresses(inside: Server, host: str) -> None:
    assert_refused(host, inside)


@pytest.mark.parametrize("host", DECIMAL)
def test_decimal_addresses(inside: Server, host: str) -> None:
    assert_refused(host, inside)


SAMPLES = [LOOPBACK[0], LOOPBACK[4], METADATA[0], MAPPED[0], NAT64[0], DECIMAL[0]]


@pytest.mark.parametrize("host", SAMPLES)
def test_special_addresses_in_a_proposal(client: Client, db: None, inside: Server, host: str) -> None:
    """Anybody may propose an address; what is asked is asked through the same door."""
    origin = f"http://{host}:{inside.origin.rpartition(':')[2]}"
    body = json.dumps({"origin": origin}).encode()
    status = client.post("/federation/proposals", data=body, content_type="application/json").status_code
    assert status in {202, 400}
    tasks.look_into_proposals()
    assert inside.requests == []
    assert all(proposal.identity is None for proposal in Proposal.objects.all())


@pytest.mark.parametrize("host", SAMPLES)
def test_special_addresses_of_a_stranger(client: Client, anna: Stranger, examine: Examine, host: str) -> None:
    """The address of an actor is fetched before anything is known of it."""
    anna.origin = f"https://{host}"
    anna.id = f"{anna.origin}/users/anna"
    assert anna.post(client, anna.follow(), key_id=f"{anna.id}#main-key").status_code in {202, 401, 403}
    examine()
    assert anna.server.requests == []
    assert not StrangerMessage.objects.exists()  # dropped for good, not unreachable for now
    assert not Follower.objects.exists()


@pytest.mark.parametrize("host", SAMPLES)
def test_special_addresses_of_a_peer_that_moves(
    client: Client, koblenz: ForeignHub, peer: Peer, inside: Server, host: str
) -> None:
    """A trusted peer that is taken over cannot point this instance inwards either."""
    origin = f"http://{host}:{inside.origin.rpartition(':')[2]}"
    post(client, announce(koblenz, "move", to=origin))
    for notice in Notice.objects.all():
        tasks.carry_over(notice.pk)  # looks whether it is there
    assert Peer.objects.get().origin == koblenz.origin
    assert inside.requests == []


@pytest.mark.parametrize("answers", [["93.184.216.34", "127.0.0.1"], ["127.0.0.1", "93.184.216.34"]])
def test_dns_rebinding(monkeypatch: pytest.MonkeyPatch, answers: list[str]) -> None:
    """A name that leads somewhere else at each question is asked once, and what was checked is called."""
    asked: list[str] = []
    called: list[str] = []

    def resolve(host: str, port: Any, *arguments: Any, **options: Any) -> list[Any]:
        asked.append(host)
        address = answers[min(len(asked), len(answers)) - 1] if host == "rebinding.example" else host
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port or 80))]

    def connect(address: tuple[str, int], *arguments: Any, **options: Any) -> socket.socket:
        called.append(socket.getaddrinfo(*address)[0][4][0])  # as a connection by name would
        raise OSError("nobody is called in a test")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(urllib3_connection, "create_connection", connect)
    with pytest.raises(FetchFailed):
        fetching.fetch("GET", "http://rebinding.example/")
    assert "127.0.0.1" not in called
    assert asked.count("rebinding.example") == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_to_private_addresses(served: Served, inside: Server, status: int) -> None:
    hub, peer = served
    hub.answer_pull = lambda request, after: Response(  # type: ignore[method-assign]
        status=status, headers={"Location": inside.origin + "/"}
    )
    assert pull(peer) == 0
    peer.refresh_from_db()
    assert peer.last_error
    assert inside.requests == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_to_private_addresses_of_an_actor(
    client: Client, anna: Stranger, examine: Examine, inside: Server, status: int
) -> None:
    anna.answers["/users/anna"] = Response(status=status, headers={"Location": inside.origin + "/users/anna"})
    anna.post(client, anna.follow())
    examine()
    assert inside.requests == []
    assert not Follower.objects.exists()


def test_redirect_loops(served: Served) -> None:
    """None is followed, so none goes round."""
    hub, peer = served
    asked: list[str] = []

    def again(request: Any, after: int) -> Response:
        asked.append(request.path)
        return Response(status=302, headers={"Location": hub.origin + request.path})

    hub.answer_pull = again  # type: ignore[method-assign]
    assert pull(peer) == 0
    assert len(asked) == 1


def test_redirect_loops_of_an_actor(client: Client, anna: Stranger, examine: Examine) -> None:
    anna.answers["/users/anna"] = Response(status=302, headers={"Location": anna.id})
    anna.post(client, anna.follow())
    examine()
    assert len(anna.fetched) <= 2  # unsigned, and once more signed
    assert not StrangerMessage.objects.exists()


def test_key_fetch_before_authentication(
    client: Client,
    koblenz: ForeignHub,
    anna: Stranger,
    peer: Peer,
    entry: CatalogueEntry,
    no_calls: Callable[[], list[str]],
) -> None:
    """Whoever knocks at a door, with whatever key: no call goes out before the answer."""
    stranger = ForeignHub(anna.origin, "anderswo")
    activity = stranger.activity(stranger.publish(stranger.document()))
    for path in (
        "/federation/log?after=0",
        "/federation/held",
        "/federation/held/log",
        "/federation/bucket/0",
    ):
        assert client.get(path, headers=stranger.sign("GET", path)).status_code == 401
    assert stranger.post(client, activity).status_code == 403
    assert post_letter(client, stranger, prove(stranger, write_letter(stranger, entry))).status_code == 401
    assert post(client, announce(stranger, "leave")).status_code == 404
    assert anna.post(client, anna.follow()).status_code == 202
    assert anna.post_older(client, anna.follow()).status_code == 202
    assert send(client, canonical({"origin": anna.origin}), {}, "/federation/proposals").status_code == 202
    koblenz.rsa = stranger.rsa
    assert koblenz.post(client, koblenz.activity()).status_code == 401
    assert no_calls() == []
    assert anna.server.requests == []


def test_key_fetch_before_authentication_of_a_remembered_peer(
    client: Client, served: Served, no_calls: Callable[[], list[str]]
) -> None:
    """Nor is the key of a peer fetched anew because somebody signs with another one."""
    hub, _peer = served
    hub.rsa = ForeignHub("http://x.localhost:1", "x").rsa
    assert hub.push(client, hub.publish(hub.document())).status_code == 401
    assert no_calls() == []


def test_redirects_to_private_addresses_of_a_proposed_instance(
    client: Client, db: None, inside: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    location = {"Location": inside.origin + "/"}
    with serve(lambda request: Response(status=302, headers=location), "neu.localhost") as server:
        open_door(monkeypatch, server)
        body = json.dumps({"origin": server.origin}).encode()
        client.post("/federation/proposals", data=body, content_type="application/json")
        tasks.look_into_proposals()
        assert len(server.requests) == 1
    assert inside.requests == []
    assert Proposal.objects.get().identity is None
