"""Taking in notices: what is believed, and everything that is not."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from federation.models import Notice, Peer, PeerState
from federation.peers import set_state
from hub.catalogue.log import timestamp
from tests.federation.notices.conftest import announce, post, renew_keys, rotate
from tests.wire.foreign import ForeignHub

pytestmark = pytest.mark.django_db


def test_a_rotation_signed_by_the_old_key_is_followed_and_logged(client, peer, pinned, koblenz):
    answer = post(client, rotate(koblenz, "koblenz-2"))

    assert (answer.status_code, answer.json()) == (202, {"number": 1})
    assert pinned().fingerprint == koblenz.identity()["fingerprint"]
    assert pinned().rsa_pem == koblenz.identity()["rsa_pem"]
    assert Notice.objects.get().done is not None


def test_after_a_rotation_the_old_key_neither_signs_requests_nor_proves_entries(client, peer, koblenz):
    old = ForeignHub()
    post(client, rotate(koblenz, "koblenz-2"))

    assert old.push(client, old.publish(old.document())).status_code == 401
    stale = koblenz.activity(old.entries[0])
    assert koblenz.post(client, stale).status_code == 403
    assert koblenz.push(client, koblenz.publish(koblenz.document())).status_code == 202


def test_two_rotations_are_followed_one_after_the_other(client, peer, pinned, koblenz):
    first, second = rotate(koblenz, "koblenz-2"), rotate(koblenz, "koblenz-3", 2)

    early = post(client, second)
    assert (early.status_code, early.json()["number"]) == (409, 0)
    assert post(client, first).json() == {"number": 1}
    assert post(client, second).json() == {"number": 2}
    assert pinned().fingerprint == koblenz.identity()["fingerprint"]


def test_a_repeated_rotation_changes_nothing_any_more(client, peer, pinned, koblenz):
    first, second = rotate(koblenz, "koblenz-2"), rotate(koblenz, "koblenz-3", 2)
    post(client, first)
    post(client, second)

    again = post(client, first)
    assert (again.status_code, again.json()) == (202, {"number": 2})
    assert pinned().fingerprint == koblenz.identity()["fingerprint"]
    assert Notice.objects.count() == 2


def test_a_rotation_signed_by_a_stranger_is_refused(client, peer, pinned, koblenz):
    before = pinned().fingerprint
    stranger = ForeignHub()
    said = renew_keys(stranger, "stranger")  # proved by the new key, not by the old one

    assert post(client, announce(stranger, "rotation", **said)).status_code == 401
    assert pinned().fingerprint == before
    assert not Notice.objects.exists()


def test_a_rotation_signed_by_a_replaced_key_is_refused(client, peer, pinned, koblenz):
    thief = ForeignHub()
    post(client, rotate(koblenz, "koblenz-2"))

    assert post(client, rotate(thief, "thief", 2)).status_code == 401
    assert pinned().fingerprint == koblenz.identity()["fingerprint"]


def test_a_rotation_back_to_a_replaced_key_is_refused(client, peer, pinned, koblenz):
    first = ForeignHub()
    post(client, rotate(koblenz, "koblenz-2"))
    said = {key: first.identity()[key] for key in ("ed25519", "rsa_pem", "fingerprint")}

    assert post(client, announce(koblenz, "rotation", 2, **said)).status_code == 403
    assert pinned().fingerprint == koblenz.identity()["fingerprint"]


def test_a_rotation_to_the_same_keys_is_refused(client, peer, koblenz):
    said = {key: koblenz.identity()[key] for key in ("ed25519", "rsa_pem", "fingerprint")}

    assert post(client, announce(koblenz, "rotation", **said)).status_code == 403
    assert not Notice.objects.exists()


def test_a_rotation_that_renews_one_key_alone_is_refused(client, peer, koblenz):
    old = koblenz.identity()
    other = ForeignHub()
    said = {**renew_keys(other, "koblenz-2"), "ed25519": old["ed25519"]}

    assert post(client, announce(koblenz, "rotation", **said)).status_code == 403


@pytest.mark.parametrize("point", ["01" + "00" * 31, "00" * 31 + "80", "ec" + "ff" * 31])
def test_a_rotation_to_a_key_with_which_anybody_signs_is_refused(client, peer, koblenz, point):
    from federation import multibase
    from federation.identity import fingerprint_of

    other = ForeignHub()
    said = renew_keys(other, "koblenz-2")
    said["ed25519"] = multibase.encode(multibase.ED25519_PREFIX + bytes.fromhex(point))
    said["fingerprint"] = fingerprint_of(said["ed25519"], said["rsa_pem"])

    answer = post(client, announce(koblenz, "rotation", **said))
    assert (answer.status_code, "anybody" in answer.json()["error"]) == (403, True)


def test_a_rotation_to_a_short_rsa_key_is_refused(client, peer, koblenz):
    from cryptography.hazmat.primitives.asymmetric import rsa

    other = ForeignHub()
    old_rsa = other.rsa
    said = renew_keys(other, "koblenz-2")
    other.rsa = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    said |= {key: other.identity()[key] for key in ("rsa_pem", "fingerprint")}
    other.rsa = old_rsa

    assert post(client, announce(koblenz, "rotation", **said)).status_code == 403


def test_a_rotation_to_the_keys_of_this_instance_is_refused(client, peer, koblenz):
    from federation.identity import own_identity

    own = own_identity()
    said = {"ed25519": own.ed25519, "rsa_pem": own.rsa_pem, "fingerprint": own.fingerprint}

    assert post(client, announce(koblenz, "rotation", **said)).status_code == 403


def test_a_fingerprint_that_does_not_fit_is_refused(client, peer, koblenz):
    old = ForeignHub()
    said = renew_keys(koblenz, "koblenz-2") | {"fingerprint": old.identity()["fingerprint"]}

    assert post(client, announce(old, "rotation", **said)).status_code == 403


def test_two_notices_of_one_number_are_an_alarm(client, peer, koblenz):
    post(client, announce(koblenz, "handover", to="https://a.example", uuids=[UUID], bodies=["07111000"]))

    answer = post(
        client, announce(koblenz, "handover", to="https://b.example", uuids=[UUID], bodies=["07111000"])
    )
    assert (answer.status_code, answer.json()["number"]) == (409, 1)
    assert Notice.objects.get().document["to"] == "https://a.example"


def test_a_stranger_is_told_so(client, peer):
    stranger = ForeignHub("https://fremd.example", "fremd")

    assert post(client, announce(stranger, "leave")).status_code == 404


@pytest.mark.parametrize("state", [PeerState.BLOCKED, PeerState.LEFT])
def test_a_blocked_peer_announces_nothing(client, peer, pinned, koblenz, state):
    set_state(peer, state)

    assert post(client, rotate(koblenz, "koblenz-2")).status_code == 403
    assert pinned().fingerprint != koblenz.identity()["fingerprint"]


def test_a_paused_peer_is_followed(client, peer, pinned, koblenz):
    set_state(peer, PeerState.PAUSED)

    assert post(client, rotate(koblenz, "koblenz-2")).status_code == 202
    assert pinned().fingerprint == koblenz.identity()["fingerprint"]


UUID = "6f3d3c1e-4a6b-4c7f-9d0a-2b1c3d4e5f60"
GIVEN = {"to": "https://a.example", "uuids": [UUID], "bodies": ["07111000"]}


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("farewell", {}),
        ("leave", {"reason": "none"}),
        ("rotation", {}),
        ("leave", {"number": 0}),
        ("leave", {"number": "1"}),
        ("leave", {"number": True}),
        ("leave", {"created": "2026-01-01T00:00:00Z"}),
        ("leave", {"created": "yesterday"}),
        ("leave", {"created": timestamp(timezone.now() + dt.timedelta(hours=1))}),
        ("leave", {"origin": "http://KOBLENZ.localhost:8002"}),
        ("leave", {"origin": "http://koblenz.localhost:8002/"}),
        ("move", {"to": "koblenz.example"}),
        ("move", {"to": "https://user@koblenz.example"}),
        ("move", {"to": "https://köblenz.example"}),
        ("move", {"to": "http://koblenz.localhost:8002"}),
        ("handover", {**GIVEN, "uuids": []}),
        ("handover", {**GIVEN, "uuids": [UUID, UUID]}),
        ("handover", {**GIVEN, "uuids": [UUID.upper()]}),
        ("handover", {**GIVEN, "uuids": [7]}),
        ("handover", {**GIVEN, "bodies": []}),
        ("handover", {**GIVEN, "bodies": ["x" * 21]}),
        ("handover", {**GIVEN, "bodies": [7]}),
    ],
)
def test_a_notice_in_another_form_is_not_looked_at(client, peer, koblenz, kind, said):
    assert post(client, announce(koblenz, kind, **said)).status_code == 400
    assert not Notice.objects.exists()


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"type":"leave","type":"leave"}', b"\xff"])
def test_what_is_no_notice_is_refused(client, peer, body):
    assert post(client, body).status_code == 400


def test_a_notice_of_more_than_a_megabyte_is_not_read(client, peer):
    assert post(client, b" " * 1_000_001).status_code == 413


def test_a_notice_without_its_proof_is_refused(client, peer, koblenz):
    notice = announce(koblenz, "leave")
    del notice["proof"]
    assert post(client, notice).status_code == 400
    assert post(client, {**announce(koblenz, "leave"), "proof": {}}).status_code == 401


def test_a_changed_notice_is_refused(client, peer, koblenz):
    notice = {**announce(koblenz, "move", to="https://a.example"), "to": "https://b.example"}

    assert post(client, notice).status_code == 401
    assert Peer.objects.get().origin == koblenz.origin


def test_a_notice_older_than_the_one_before_it_is_refused(client, peer, koblenz):
    Peer.objects.update(approved=timezone.now() - dt.timedelta(days=2))
    post(client, announce(koblenz, "handover", **GIVEN))
    old = timestamp(timezone.now() - dt.timedelta(days=1))

    assert post(client, announce(koblenz, "leave", 2, created=old)).status_code == 403


def test_own_notices_are_listed_for_everybody(client, db):
    from federation.notices.services import rotate_keys

    first, second = rotate_keys(), rotate_keys()

    assert client.get("/federation/notices").json() == {"notices": [first.document, second.document]}
    assert client.get("/federation/notices?after=1").json() == {"notices": [second.document]}
    assert client.get("/federation/notices?after=x").status_code == 400
