"""Approving peers, the operator's commands and page."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from federation.identity import own_identity
from federation.models import InstanceKey, Peer, PeerState
from federation.peering.words import words_of
from federation.peers import ApprovalRefused, approve, note_pull_failure, note_pushed, set_state
from federation.queries import peer_health
from federation.short_names import reserved_names
from hub.accounts.roles import open_roles
from hub.env import env
from tests.factories.pages import add_body
from tests.wire.foreign import KOBLENZ, ForeignHub, rsa_key

pytestmark = pytest.mark.django_db


def run(command: str, *arguments: str) -> str:
    output = io.StringIO()
    call_command(command, *arguments, stdout=output)
    return output.getvalue()


def test_the_identity_is_made_once_and_printed():
    first, second = run("federation_identity", "--json"), run("federation_identity", "--json")
    identity = json.loads(first)
    assert first == second
    assert (identity["origin"], identity["slug"], identity["bodies"]) == (env.origin, env.slug, [env.body])
    assert identity["fingerprint"] in run("federation_identity")
    assert "PRIVATE" not in first
    assert InstanceKey.objects.count() == 1


def test_the_identity_is_printed_as_it_is_read_out():
    printed = run("federation_identity", "--qr")
    words = words_of(own_identity().fingerprint)
    for start in range(0, 20, 5):
        assert " ".join(words[start : start + 5]) in printed.splitlines()
    assert "█" in printed
    assert "█" not in run("federation_identity")


def test_there_is_one_active_key():
    own_identity()
    with pytest.raises(IntegrityError), transaction.atomic():
        InstanceKey.objects.create(ed25519_pem="x", rsa_pem="y")
    with pytest.raises(IntegrityError), transaction.atomic():
        InstanceKey.objects.create(ed25519_pem="x", rsa_pem="y", active=False)


def test_a_peer_is_approved_by_its_file(tmp_path, koblenz):
    file = tmp_path / "koblenz.json"
    file.write_text(json.dumps(koblenz.identity()))
    assert koblenz.identity()["fingerprint"] in run("approve_peer", "--file", str(file))
    assert Peer.objects.get().bodies == [KOBLENZ]
    assert sorted(ProcrastinateJob.objects.values_list("task_name", flat=True)) == [
        "federation.pull",
        "federation.push",
    ]
    run("approve_peer", "--file", str(file), "--bodies", f"{KOBLENZ},07137")
    assert Peer.objects.get().bodies == ["07111000", "07137"]


def test_another_key_for_an_approved_address_is_refused(tmp_path, koblenz, peer):
    koblenz.rsa = rsa_key("another")
    file = tmp_path / "koblenz.json"
    file.write_text(json.dumps(koblenz.identity()))
    with pytest.raises(CommandError, match="passt nicht zum freigegebenen Fingerabdruck"):
        run("approve_peer", "--file", str(file))
    assert Peer.objects.get().fingerprint == peer.fingerprint


@pytest.mark.parametrize("content", ["", "[]", "{}", "no JSON"])
def test_a_file_that_is_no_identity_is_refused(tmp_path, content):
    file = tmp_path / "koblenz.json"
    file.write_text(content)
    with pytest.raises(CommandError):
        run("approve_peer", "--file", str(file))
    with pytest.raises(CommandError):
        run("approve_peer", "--file", str(tmp_path / "missing.json"))


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "http://koblenz.localhost:8002/"},
        {"origin": "http://Koblenz.localhost:8002"},
        {"origin": "http://user@koblenz.localhost:8002"},
        {"origin": "ftp://koblenz.localhost"},
        {"origin": "http://кoblenz.localhost"},
        {"origin": env.origin},
        {"origin": ""},
        {"slug": env.slug},
        {"ed25519": "z6Mk"},
        {"rsa_pem": "x"},
        {"fingerprint": "AAAA BBBB"},
        {"name": None},
        {"bodies": [env.body]},
    ],
)
def test_an_identity_that_does_not_fit_is_refused(koblenz, change):
    with pytest.raises(ApprovalRefused):
        approve(koblenz.identity(**change))
    assert not Peer.objects.exists()


def test_a_name_that_is_taken_is_refused(peer):
    with pytest.raises(ApprovalRefused):
        approve(ForeignHub("http://other.localhost:9", "koblenz").identity())


@pytest.mark.parametrize("slug", ["instanz", "protokoll", "new", "self", "proposals", "archiv", "alle"])
def test_a_name_that_stands_for_something_else_is_refused(slug):
    with pytest.raises(ApprovalRefused):
        approve(ForeignHub("http://other.localhost:9", slug).identity(bodies=[]))


def test_nothing_but_fixed_parts_of_addresses_is_reserved():
    assert reserved_names() >= {"instanz", "protokoll", "new", "self", "proposals", "recovered"}
    assert not [name for name in reserved_names() if "<" in name or "/" in name]
    assert "koblenz" not in reserved_names()


def test_a_block_beats_an_approval(koblenz, peer):
    set_state(peer, PeerState.BLOCKED)
    with pytest.raises(ApprovalRefused):
        approve(koblenz.identity())
    set_state(peer, PeerState.PAUSED)
    assert approve(koblenz.identity()).state == PeerState.APPROVED


def test_the_status_is_shown_to_people_and_machines(client, koblenz, peer):
    koblenz.push(
        client, koblenz.publish(koblenz.document()), koblenz.publish_body(koblenz.document().id, "?")
    )
    note_pull_failure(peer, "nicht erreichbar")
    row = json.loads(run("federation_status", "--json"))["peers"][0]
    assert (row["seq"], row["quarantined"], row["last_error"]) == (2, 1, "nicht erreichbar")
    assert "nicht erreichbar" in run("federation_status")
    note_pushed(peer)
    assert peer_health()[0]["last_error"] == "nicht erreichbar"


@pytest.mark.parametrize("count", [1, 3])
def test_the_status_takes_the_same_queries_however_many(django_assert_num_queries, count):
    for number in range(count):
        approve(ForeignHub(f"http://peer{number}.localhost:9", f"peer{number}").identity(bodies=[]))
    with django_assert_num_queries(6):
        assert len(peer_health()) == count


def test_the_identity_names_every_body_that_has_joined():
    open_roles(add_body("07319000", "Worms"))
    assert own_identity().bodies == ["07315000", "07319000"]
