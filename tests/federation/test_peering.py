"""Proposals: who is asked, who is told, what is believed, and how many there may be."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from federation.identity import own_identity
from federation.models import Peer, PeerState, Proposal
from federation.peering import proposing
from federation.peering.identities import NoIdentity, fetch_identity, read_address, spelt_out
from federation.peering.words import words_of
from federation.peers import ApprovalRefused, approve, set_bodies, set_state
from federation.tasks import exchange_due, look_into_proposals
from hub.env import env
from tests.wire.foreign import KOBLENZ, ForeignHub
from tests.wire.server import Request, Response, Server, open_door, serve

pytestmark = pytest.mark.django_db


@contextmanager
def other_hub(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> Iterator[tuple[ForeignHub, Server]]:
    """Koblenz, which says who it is and takes proposals; ``changes`` falsify its identity."""

    def answer(request: Request) -> Response:
        if request.path == "/federation/proposals":
            return Response(b"{}", status=202)
        return Response(json.dumps({**hub.identity(), **changes}).encode())

    with serve(answer) as server:
        hub = ForeignHub(server.origin)
        open_door(monkeypatch, server)
        yield hub, server


def send(client: Any, origin: Any) -> Any:
    return client.post(
        "/federation/proposals", data=json.dumps({"origin": origin}), content_type="application/json"
    )


def run(*arguments: str) -> str:
    output = io.StringIO()
    call_command(*arguments, stdout=output)
    return output.getvalue()


def test_everybody_can_read_who_this_instance_is(client):
    response = client.get("/federation/identity")
    assert json.loads(response.content) == own_identity().as_json()
    assert b"PRIVATE" not in response.content


def test_proposing_asks_who_it_is_and_tells_the_other_side(monkeypatch):
    with other_hub(monkeypatch) as (hub, server):
        proposal = proposing.propose(f" {hub.origin}/wissen/?q=1 ")
    proposal.refresh_from_db()
    assert proposal.identity == hub.identity()
    assert (proposal.by_us, proposal.by_them, proposal.error) == (True, False, "")
    assert proposal.told
    told = server.requests[-1]
    assert (told.method, told.path, json.loads(told.body)) == (
        "POST",
        "/federation/proposals",
        {"origin": env.origin},
    )


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("koblenz.example", "https://koblenz.example"),
        (" HTTPS://Koblenz.Example:443/admin/?x#y", "https://koblenz.example"),
        ("koblenz.example.:8443", "https://koblenz.example:8443"),
        ("http://koblenz.localhost:8002", "http://koblenz.localhost:8002"),
        ("wissen.mülheim.example", "https://wissen.xn--mlheim-3ya.example"),
    ],
)
def test_an_address_is_read_as_people_type_it(typed, origin):
    assert read_address(typed) == origin


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ftp://koblenz.example",
        "https://user:pw@koblenz.example",
        "https://koblenz.example:port",
        "https://[::1",
        "kob lenz",
        "https://-koblenz.example",
        "a" * 200 + ".example",
        "https://",
        "koblenz\x00.example",
        "https://\u200d.example",
    ],
)
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(NoIdentity, match="keine Adresse"):
        read_address(typed)


def test_the_own_address_is_refused():
    with pytest.raises(NoIdentity, match="dieser Instanz"):
        read_address(env.origin)


def test_an_encrypted_instance_takes_encrypted_addresses_only(monkeypatch):
    monkeypatch.setattr("federation.peering.identities.env", replace(env, origin="https://mainz.example"))
    with pytest.raises(NoIdentity, match="https://"):
        read_address("http://koblenz.example")


def test_look_alikes_are_spelt_out():
    assert spelt_out(read_address("https://kоblenz.example")) == "kоblenz.example"  # a Cyrillic o
    assert spelt_out("https://koblenz.example") == ""
    assert spelt_out("https://xn--\u0061-99999999.example")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"origin": "https://mainz-echt.example"}, "andere Adresse"),
        ({"name": "K" * 121}, "Name"),
        ({"name": "Kob\u202elenz"}, "Name"),
        ({"name": "Kob\nlenz"}, "Name"),
        ({"slug": "a b"}, "Kurzname"),
        ({"slug": "k" * 41}, "Kurzname"),
        ({"bodies": ["0" * 21]}, "Liste"),
        ({"bodies": [f"{n:08}" for n in range(5001)]}, "Liste"),
        ({"bodies": "07111000"}, "bodies"),
        ({"ed25519": "z6Mk"}, "Schlüssel"),
        ({"fingerprint": "ABCD"}, "Fingerabdruck"),
        ({"rsa_pem": None}, "rsa_pem"),
    ],
)
def test_an_identity_that_does_not_fit_is_refused(monkeypatch, changes, reason):
    with other_hub(monkeypatch, **changes) as (hub, _server):
        with pytest.raises(NoIdentity, match=reason):
            proposing.propose(hub.origin)
        assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (b"<html>", 200, "nicht zu verwenden"),
        (b"[]", 200, "nicht zu verwenden"),
        (b'{"origin": 1, "origin": 2}', 200, "nicht zu verwenden"),
        (b"x" * 500_001, 200, "nicht erreichbar"),
        (b"", 404, "kein Wissenshub"),
        (b"", 302, "nicht erreichbar"),
    ],
)
def test_an_answer_that_is_no_identity_is_refused(monkeypatch, body, status, reason):
    with serve(lambda request: Response(body, status, {"Location": "http://127.0.0.1/"})) as server:
        open_door(monkeypatch, server)
        with pytest.raises(NoIdentity, match=reason):
            fetch_identity(server.origin)


def test_a_private_address_is_not_asked():
    with serve(lambda request: Response(b"{}")) as server:
        with pytest.raises(NoIdentity, match="nicht erreichbar"):
            fetch_identity(server.origin.replace("koblenz.localhost", "127.0.0.1"))
        assert server.requests == []


def test_a_stranger_is_asked_itself_and_its_message_not_believed(client, monkeypatch):
    with other_hub(monkeypatch) as (hub, server):
        assert send(client, hub.origin).status_code == 202
        assert server.requests == []
        assert Proposal.objects.get().identity is None
        assert ProcrastinateJob.objects.filter(task_name="federation.proposals").count() == 1
        look_into_proposals()
        proposal = Proposal.objects.get()
        assert proposal.identity == hub.identity()
        assert (proposal.by_us, proposal.by_them) == (False, True)
        assert [request.method for request in server.requests] == ["GET"]
    assert not Peer.objects.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b"{}", 400),
        (b'{"origin": 7}', 400),
        (b'{"origin": "https://koblenz.example/x"}', 400),
        (b'{"origin": "https://Koblenz.example"}', 400),
        ('{"origin": "https://köblenz.example"}'.encode(), 400),
        (b'{"origin": "' + b"x" * 2000 + b'"}', 413),
        (b"x" * 1_000_001, 413),
    ],
)
def test_a_message_that_cannot_be_read_is_refused(client, body, status):
    response = client.post("/federation/proposals", data=body, content_type="application/json")
    assert response.status_code == status
    assert response.json()["error"]
    assert not Proposal.objects.exists()


def test_both_sides_proposing_is_one_proposal(client, monkeypatch):
    with other_hub(monkeypatch) as (hub, _server):
        send(client, hub.origin)
        proposing.propose(hub.origin)
        send(client, hub.origin)
    proposal = Proposal.objects.get()
    assert (proposal.by_us, proposal.by_them) == (True, True)
    assert proposal.identity


def test_a_host_has_three_open_proposals(client):
    for port in range(9001, 9006):
        assert send(client, f"https://koblenz.example:{port}").status_code == 202
    assert Proposal.objects.count() == 3


def test_strangers_have_fifty_open_proposals_and_operators_any_number(client, monkeypatch):
    Proposal.objects.bulk_create(
        Proposal(origin=f"https://stadt{n}.example", by_them=True) for n in range(50)
    )
    with other_hub(monkeypatch) as (hub, _server):
        assert send(client, hub.origin).status_code == 202
        assert Proposal.objects.count() == 50
        proposing.propose(hub.origin)
    assert Proposal.objects.count() == 51


def test_one_sender_is_limited(client):
    cache.clear()
    for n in range(22):
        assert send(client, f"https://stadt{n}.example").status_code == 202
    assert Proposal.objects.count() == 20


def test_peers_propose_nothing_unless_they_had_left(client, koblenz, peer):
    for state in (PeerState.APPROVED, PeerState.PAUSED, PeerState.BLOCKED):
        Peer.objects.update(state=state)
        send(client, koblenz.origin)
        assert not Proposal.objects.exists()
    Peer.objects.update(state=PeerState.LEFT)
    send(client, koblenz.origin)
    assert Proposal.objects.exists()


def test_what_was_rejected_can_be_proposed_again_after_a_day(client):
    send(client, "https://koblenz.example")
    proposal = Proposal.objects.get()
    proposing.reject(proposal)
    send(client, "https://koblenz.example")
    assert Proposal.objects.get().rejected
    assert not proposing.due_proposals().exists()
    Proposal.objects.update(rejected=timezone.now() - dt.timedelta(days=1))
    send(client, "https://koblenz.example")
    assert Proposal.objects.get().rejected is None
    assert proposing.due_proposals().exists()


def test_a_rejection_meanwhile_stands(client, monkeypatch):
    send(client, "https://koblenz.example")
    stale = Proposal.objects.get()
    proposing.reject(stale)
    proposing.look_into(stale)
    assert Proposal.objects.get().error == ""
    assert Proposal.objects.get().rejected


def test_a_stranger_that_cannot_be_asked_is_forgotten_and_a_own_proposal_is_not(client):
    Proposal.objects.create(origin="https://a.invalid", by_them=True)
    Proposal.objects.create(origin="https://b.invalid", by_them=True, by_us=True)
    for _round in range(proposing.PATIENCE):
        look_into_proposals()
        assert not proposing.due_proposals().exists()
        Proposal.objects.update(retry_at=None)
    assert Proposal.objects.get().origin == "https://b.invalid"
    assert "nicht erreichbar" in Proposal.objects.get().error


def test_the_worker_looks_into_what_is_due():
    exchange_due(0)
    assert not ProcrastinateJob.objects.filter(task_name="federation.proposals").exists()
    Proposal.objects.create(origin="https://a.invalid", by_them=True)
    exchange_due(0)
    exchange_due(0)
    assert ProcrastinateJob.objects.filter(task_name="federation.proposals").count() == 1


def test_telling_is_tried_again(monkeypatch):
    with other_hub(monkeypatch) as (hub, server):
        honest = server.answer
        server.answer = lambda request: honest(request) if request.method == "GET" else Response(status=503)
        proposal = proposing.propose(hub.origin)
        assert (proposal.told, proposal.failures) == (None, 1)
        assert proposal.identity
        server.answer = honest
        assert not proposing.due_proposals().exists()
        Proposal.objects.update(retry_at=timezone.now())
        look_into_proposals()
        assert Proposal.objects.get().told


def test_approval_pins_what_was_compared(monkeypatch):
    with other_hub(monkeypatch) as (hub, _server):
        proposal = proposing.propose(hub.origin)
    peer = proposing.approve_proposal(proposal, hub.identity()["fingerprint"], [KOBLENZ])
    assert (peer.fingerprint, peer.bodies) == (hub.identity()["fingerprint"], [KOBLENZ])
    assert not Proposal.objects.exists()


def test_an_identity_that_changed_in_between_is_not_approved(monkeypatch):
    with other_hub(monkeypatch) as (hub, server):
        proposal = proposing.propose(hub.origin)
        compared = hub.identity()["fingerprint"]
        other = ForeignHub(hub.origin, "andere")
        other.ed25519 = Ed25519PrivateKey.generate()
        server.answer = lambda request: Response(json.dumps(other.identity()).encode())
        proposing.propose(hub.origin)
    with pytest.raises(ApprovalRefused, match="geändert"):
        proposing.approve_proposal(proposal, compared, [])
    assert not Peer.objects.exists()
    assert Proposal.objects.exists()


@pytest.mark.parametrize("compared", ["", "ABCD EFGH"])
def test_nothing_is_approved_without_its_fingerprint(monkeypatch, compared):
    with other_hub(monkeypatch) as (hub, _server):
        proposal = proposing.propose(hub.origin)
    with pytest.raises(ApprovalRefused):
        proposing.approve_proposal(proposal, compared, [])


def test_what_was_rejected_by_a_colleague_is_not_approved(monkeypatch):
    with other_hub(monkeypatch) as (hub, _server):
        proposal = proposing.propose(hub.origin)
    proposing.reject(proposal)
    with pytest.raises(ApprovalRefused, match="nicht mehr"):
        proposing.approve_proposal(proposal, hub.identity()["fingerprint"], [])


def test_one_that_left_joins_again_with_new_keys(monkeypatch):
    with other_hub(monkeypatch) as (hub, _server):
        old = ForeignHub(hub.origin)
        old.ed25519 = Ed25519PrivateKey.generate()
        approve(old.identity())
        Peer.objects.update(state=PeerState.LEFT)
        proposal = proposing.propose(hub.origin)
    peer = proposing.approve_proposal(proposal, hub.identity()["fingerprint"], [KOBLENZ])
    assert (peer.state, peer.ed25519) == (PeerState.APPROVED, hub.identity()["ed25519"])


def test_a_peer_is_not_proposed_again(koblenz, peer):
    with pytest.raises(proposing.AlreadyPeer, match="Koblenz"):
        proposing.propose(koblenz.origin)


def test_a_slug_that_the_admin_needs_is_refused(koblenz):
    for slug in ("self", "new", "proposals"):
        with pytest.raises(ApprovalRefused, match=slug):
            approve(koblenz.identity(slug=slug))


def test_old_proposals_are_forgotten():
    now = timezone.now()
    for n, (rejected, days) in enumerate([(None, 0), (None, 91), (25, 0), (1, 0)]):
        gone = now - dt.timedelta(hours=rejected) if rejected else None
        Proposal.objects.create(origin=f"https://s{n}.example", by_them=True, rejected=gone)
        Proposal.objects.filter(origin=f"https://s{n}.example").update(created=now - dt.timedelta(days=days))
    proposing.forget_old_proposals()
    assert set(Proposal.objects.values_list("origin", flat=True)) == {
        "https://s0.example",
        "https://s3.example",
    }


def test_the_commands_lead_from_proposal_to_block(monkeypatch):
    with other_hub(monkeypatch) as (hub, _server):
        printed = run("propose_peer", hub.origin, "--qr")
    shown = hub.identity()["fingerprint"]
    assert shown in printed
    assert " ".join(words_of(shown)[15:]) in printed.splitlines()
    assert "█" in printed
    for options in ([], ["--fingerprint", "ABCD"]):
        with pytest.raises(CommandError):
            run("approve_peer", "--from-proposal", hub.origin, *options)
    run("approve_peer", "--from-proposal", hub.origin, "--fingerprint", shown.lower().replace(" ", ""))
    assert Peer.objects.get().bodies == [KOBLENZ]
    for command, state in (("pause", "paused"), ("resume", "approved"), ("block", "blocked")):
        assert "Koblenz" in run(f"{command}_peer", "koblenz")
        assert Peer.objects.get().state == state
    run("unblock_peer", f"{hub.origin}/")
    assert Peer.objects.get().state == "approved"
    with pytest.raises(CommandError, match="zugelassen"):
        run("unblock_peer", "koblenz")
    with pytest.raises(CommandError, match="unbekannt"):
        run("pause_peer", "unbekannt")
    with pytest.raises(CommandError, match="keinen Vorschlag"):
        run("approve_peer", "--from-proposal", "https://x.example", "--fingerprint", shown)


def test_what_a_peer_may_publish_for_is_set_without_its_file(koblenz, peer):
    trier = approve(ForeignHub("http://trier.localhost:8003", "trier").identity(bodies=["07211000"]))
    with pytest.raises(ApprovalRefused, match="Trier"):
        set_bodies(peer, [KOBLENZ, "07211000"])
    with pytest.raises(ApprovalRefused, match="eigene"):
        set_bodies(peer, [env.body])
    set_state(trier, PeerState.BLOCKED)
    set_bodies(peer, [KOBLENZ, "07211000"])
    assert Peer.objects.get(slug="koblenz").bodies == [KOBLENZ, "07211000"]
