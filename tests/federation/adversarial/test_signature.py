"""Signature: missing; wrong method, path, query; digest; ``created``; duplicates; algorithms; keys; replay.

The doors of approved peers and their pulled logs are here. Strangers' signatures and the proofs of notices
are tried in their own files, which the list names.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from http_message_signatures import algorithms

from federation import inbox
from federation.models import Peer, PeerState
from federation.peers import set_state
from federation.proofs import attach_proof
from federation.pull import pull
from hub.catalogue.log import timestamp
from hub.catalogue.models import CatalogueEntry, LogHead
from hub.documents import canonical
from hub.errors import RefusedMessage
from hub.messages.models import Message
from tests.factories.messages import post_letter, prove, write_letter
from tests.federation.adversarial.conftest import Served
from tests.federation.adversarial.doors import Door, nothing_came_in
from tests.federation.notices.conftest import announce, post, renew_keys, rotate
from tests.wire.foreign import ForeignHub
from tests.wire.server import Response

pytestmark = pytest.mark.django_db

LATE = dt.timedelta(minutes=16)


def test_every_door_opens_to_a_right_signature(door: Door) -> None:
    """Else the refusals below would prove nothing."""
    assert door.knock(door.sign()) in {200, 202}


def test_signature_missing(door: Door) -> None:
    assert door.knock({}) == 401
    half = door.sign()
    assert door.knock({name: half[name] for name in half if name != "Signature"}) == 401
    assert door.knock({name: half[name] for name in half if name != "Signature-Input"}) == 401
    assert nothing_came_in()


def test_wrong_method(door: Door) -> None:
    for other in {"GET", "POST", "PUT"} - {door.method}:
        assert door.knock(door.sign(method=other)) == 401
    assert nothing_came_in()


def test_wrong_path(door: Door) -> None:
    for path in ("/federation/head", "/", door.path.replace("federation", "Federation")):
        assert door.knock(door.sign(path=path)) == 401
    assert door.knock(door.sign(to="http://trier.localhost:8004")) == 401
    assert nothing_came_in()


def test_wrong_query(door: Door) -> None:
    assert door.knock(door.sign(path=f"{door.path.partition('?')[0]}?after=1")) == 401
    assert door.knock(door.sign(path=f"{door.path}{'&' if '?' in door.path else '?'}limit=1")) == 401
    assert nothing_came_in()


def digest_of(body: bytes) -> dict[str, str]:
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    return {"Content-Digest": f"sha-256=:{digest}:"}


def test_digest_unsigned(posting: Door) -> None:
    headers = posting.sign(body=None)
    assert posting.knock(headers) == 401
    assert posting.knock({**headers, **digest_of(posting.body)}) == 401
    assert nothing_came_in()


def test_digest_mismatched(posting: Door) -> None:
    headers = posting.sign()
    assert posting.knock(headers, posting.other) == 401
    assert posting.knock({**headers, **digest_of(posting.other)}, posting.other) == 401
    both = f"{headers['Content-Digest']}, {digest_of(posting.other)['Content-Digest']}"
    assert posting.knock({**headers, "Content-Digest": both}, posting.other) == 401
    assert nothing_came_in()


def test_created_missing(door: Door) -> None:
    headers = door.sign()
    before, _, after = headers["Signature-Input"].partition(";created=")
    assert door.knock({**headers, "Signature-Input": before + after.lstrip("0123456789")}) == 401
    assert nothing_came_in()


def test_created_old(door: Door) -> None:
    assert door.knock(door.sign(created=dt.datetime.now(dt.UTC) - LATE)) == 401
    assert nothing_came_in()


def test_created_future(door: Door) -> None:
    assert door.knock(door.sign(created=dt.datetime.now(dt.UTC) + LATE)) == 401
    assert nothing_came_in()


def test_duplicate_labels(door: Door) -> None:
    first, second = door.sign(), door.sign()
    for joint in (", ", ", b"):
        both = {name: f"{first[name]}{joint}{second[name]}" for name in ("Signature", "Signature-Input")}
        assert door.knock({**first, **both}) == 401
    assert nothing_came_in()


def test_duplicate_components(door: Door) -> None:
    headers = door.sign()
    for name in ('"@method"', '"@target-uri"'):
        doubled = headers["Signature-Input"].replace(name, f"{name} {name}", 1)
        assert door.knock({**headers, "Signature-Input": doubled}) == 401
    assert nothing_came_in()


def test_algorithm_swap(door: Door) -> None:
    assert door.knock(door.sign(signature_algorithm=algorithms.RSA_PSS_SHA512)) == 401
    headers = door.sign()
    for other in ("hmac-sha256", "ed25519", "rsa-pss-sha512", "none"):
        swapped = headers["Signature-Input"].replace("rsa-v1_5-sha256", other)
        assert door.knock({**headers, "Signature-Input": swapped}) == 401
    assert nothing_came_in()


def test_algorithm_swap_to_the_public_key_as_a_secret(door: Door) -> None:
    """The key that everybody knows, taken for the secret that both share (as in CVE-2016-10555)."""
    pem = door.hub.identity()["rsa_pem"].encode()
    door.hub.rsa = pem  # type: ignore[assignment]
    assert door.knock(door.sign(signature_algorithm=algorithms.HMAC_SHA256)) == 401
    assert nothing_came_in()


@pytest.mark.parametrize("state", [PeerState.PAUSED, PeerState.BLOCKED])
def test_key_revoked_mid_stream(door: Door, state: PeerState) -> None:
    signed_before = door.sign()
    set_state(Peer.objects.get(), state)
    assert door.knock(signed_before) == 403
    assert nothing_came_in()


def test_key_revoked_mid_stream_between_proof_and_applying(koblenz: ForeignHub, peer: Peer) -> None:
    verified = inbox.verify(peer, [koblenz.publish(koblenz.document())])
    set_state(Peer.objects.get(), PeerState.BLOCKED)
    with pytest.raises(RefusedMessage, match="changed"):
        inbox.apply(peer, verified)
    assert nothing_came_in()


def test_key_rotated_mid_stream(door: Door) -> None:
    signed_before = door.sign()
    assert post(door.client, rotate(door.hub, "koblenz-2")).status_code == 202
    assert door.knock(signed_before) == 401
    assert nothing_came_in()


def test_key_rotated_mid_stream_between_proof_and_applying(
    client: Any, koblenz: ForeignHub, peer: Peer
) -> None:
    verified = inbox.verify(peer, [koblenz.publish(koblenz.document())])
    post(client, rotate(koblenz, "koblenz-2"))
    with pytest.raises(RefusedMessage, match="changed"):
        inbox.apply(peer, verified)
    assert nothing_came_in()


def test_key_rotated_mid_stream_of_a_letter_and_an_entry_proved_before(
    client: Any, koblenz: ForeignHub, peer: Peer, entry: CatalogueEntry
) -> None:
    letter, published = prove(koblenz, write_letter(koblenz, entry)), koblenz.publish(koblenz.document())
    activity = koblenz.activity(published)
    post(client, rotate(koblenz, "koblenz-2"))
    assert post_letter(client, koblenz, letter).status_code == 401
    assert koblenz.post(client, activity).status_code == 403
    assert koblenz.post(client, {**activity, "head": koblenz.head()}).status_code == 403
    assert nothing_came_in()


def test_key_rotated_mid_stream_of_a_pulled_log(client: Any, served: Served) -> None:
    hub, peer = served
    old = ForeignHub(hub.origin, hub.slug)
    hub.entries = [old.publish(old.document())]
    hub.head_hash = old.head_hash
    post(client, rotate(hub, "koblenz-2"))
    peer.refresh_from_db()
    assert pull(peer) == 0
    peer.refresh_from_db()
    assert "proof" in peer.last_error or "Fingerabdruck" in peer.last_error
    assert nothing_came_in()


def test_replay(door: Door) -> None:
    headers = door.sign()
    assert door.knock(headers) in {200, 202}
    assert door.knock(headers) == 401


def test_replay_under_another_label(door: Door) -> None:
    headers = door.sign()
    assert door.knock(headers) in {200, 202}
    relabelled = {name: value.replace("hub=", "other=") for name, value in headers.items()}
    assert door.knock(relabelled) == 401


def test_replay_of_a_pulled_page(served: Served) -> None:
    """What was true an hour ago hides what has been published since."""
    hub, peer = served
    hub.publish(hub.document())
    old = hub.page(0, created=timestamp(dt.datetime.now(dt.UTC) - LATE))
    hub.answer_pull = lambda request, after: Response(canonical(old))  # type: ignore[method-assign]
    assert pull(peer) == 0
    assert nothing_came_in()


def test_replay_of_a_letter_and_of_a_notice_changes_nothing(
    client: Any, koblenz: ForeignHub, peer: Peer, entry: CatalogueEntry, pinned: Callable[[], Peer]
) -> None:
    letter, notice = prove(koblenz, write_letter(koblenz, entry)), rotate(koblenz, "koblenz-2")
    old = ForeignHub()
    assert post_letter(client, old, letter).json() == {"new": True}
    assert post_letter(client, old, letter).json() == {"new": False}
    for _again in range(2):
        assert post(client, notice).json() == {"number": 1}
    assert Message.objects.count() == 1
    assert pinned().fingerprint == koblenz.identity()["fingerprint"]


@pytest.mark.parametrize(
    "falsify",
    [
        lambda page: {**page, "proof": None},
        lambda page: {**page, "proof": {**page["proof"], "proofValue": "z" + "2" * 80}},
        lambda page: {**page, "proof": {**page["proof"], "cryptosuite": "eddsa-rdfc-2022"}},
        lambda page: {**page, "proof": {**page["proof"], "verificationMethod": "x"}},
        lambda page: {**page, "seq": page["seq"] + 1},
    ],
    ids=["missing", "wrong", "algorithm swap", "key of another", "mismatched"],
)
def test_signature_missing_or_wrong_in_a_pulled_page(
    served: Served, falsify: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    hub, peer = served
    hub.publish(hub.document())
    page = falsify(hub.page(0))
    hub.answer_pull = lambda request, after: Response(canonical(page))  # type: ignore[method-assign]
    assert pull(peer) == 0
    peer.refresh_from_db()
    assert peer.last_error
    assert nothing_came_in()


@pytest.mark.parametrize("off", [-LATE, LATE])
def test_created_old_or_future_in_a_pulled_page(served: Served, off: dt.timedelta) -> None:
    hub, peer = served
    hub.publish(hub.document())
    page = hub.page(0, created=timestamp(dt.datetime.now(dt.UTC) + off))
    hub.answer_pull = lambda request, after: Response(canonical(page))  # type: ignore[method-assign]
    assert pull(peer) == 0
    assert nothing_came_in()


def test_created_missing_in_a_pulled_page_that_is_proved_without_it(served: Served) -> None:
    hub, peer = served
    hub.publish(hub.document())
    timeless = {name: value for name, value in hub.page(0).items() if name not in {"proof", "created"}}
    page = hub._prove(timeless, timestamp(dt.datetime.now(dt.UTC)))
    hub.answer_pull = lambda request, after: Response(canonical(page))  # type: ignore[method-assign]
    assert pull(peer) == 0
    assert nothing_came_in()


def test_created_future_in_a_notice(client: Any, koblenz: ForeignHub, peer: Peer) -> None:
    ahead = timestamp(dt.datetime.now(dt.UTC) + LATE)
    assert post(client, announce(koblenz, "leave", created=ahead)).status_code == 400
    assert Peer.objects.get().state == PeerState.APPROVED


def test_key_rotated_by_whoever_only_has_the_new_key(
    client: Any, koblenz: ForeignHub, peer: Peer, pinned: Callable[[], Peer]
) -> None:
    before, thief = pinned().fingerprint, ForeignHub()
    said = renew_keys(thief, "thief")
    assert post(client, announce(thief, "rotation", **said)).status_code == 401
    assert pinned().fingerprint == before


def test_signature_missing_for_all_that_a_proof_of_the_document_is_asked_for(
    client: Any, koblenz: ForeignHub, peer: Peer, entry: CatalogueEntry
) -> None:
    """A right signature of the request does not stand in for the proof of what it brings."""
    published = koblenz.publish(koblenz.document())
    bare = {**published, "change": {**published["change"], "proof": None}}
    assert koblenz.post(client, koblenz.activity(bare)).status_code == 403
    assert post_letter(client, koblenz, write_letter(koblenz, entry)).status_code == 401
    unproved = {**announce(koblenz, "leave"), "proof": {}}
    assert post(client, unproved).status_code == 401
    other = attach_proof(write_letter(koblenz, entry), ForeignHub("http://x.localhost:1").ed25519, "x", "y")
    assert post_letter(client, koblenz, other).status_code == 401
    assert nothing_came_in()
    assert not LogHead.objects.filter(origin=koblenz.origin, seq__gt=0).exists()
