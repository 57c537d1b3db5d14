"""Strangers who are not who they say: each is dropped, and nobody is called who should not be."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from django.utils import timezone
from http_message_signatures import algorithms

from federation.activitypub import remote_actors
from federation.activitypub.models import Follower, Report, StrangerMessage
from federation.activitypub.remote_actors import origin_of
from hub.env import env
from hub.errors import RefusedMessage
from tests.wire.server import Response, open_door
from tests.wire.stranger import OLDER_COVERED, Stranger, meet_stranger, send

pytestmark = pytest.mark.django_db

Examine = Callable[[], None]
LONG_AGO = dt.timedelta(minutes=16)


@pytest.fixture
def eve(monkeypatch: pytest.MonkeyPatch, anna: Stranger) -> Iterator[Stranger]:
    """Somebody at a third server, who would like to be Anna."""
    with meet_stranger("boese.localhost", "eve") as stranger:
        open_door(monkeypatch, anna.server, stranger.server)
        yield stranger


def assert_dropped(examine: Examine) -> None:
    """The message was queued, was looked at, and brought nothing about."""
    assert StrangerMessage.objects.exists()
    examine()
    assert not StrangerMessage.objects.exists()
    assert not Follower.objects.exists()
    assert not Report.objects.exists()


def test_a_key_at_another_server_than_the_actor_is_no_key_of_it(
    client: Client, anna: Stranger, eve: Stranger, examine: Examine
) -> None:
    eve.post(client, eve.follow(actor=anna.id, id=f"{anna.origin}/1"))
    assert_dropped(examine)
    assert anna.fetched == eve.fetched == []


def test_an_activity_whose_id_is_at_another_server_is_dropped(
    client: Client, anna: Stranger, eve: Stranger, examine: Examine
) -> None:
    anna.post(client, anna.follow(id=f"{eve.origin}/activities/1"))
    assert_dropped(examine)
    assert anna.fetched == []


@pytest.mark.parametrize("name", ["id", "actor"])
def test_an_activity_without_id_or_actor_is_dropped(
    client: Client, anna: Stranger, examine: Examine, name: str
) -> None:
    anna.post(client, anna.follow(**{name: None}))
    assert_dropped(examine)


def test_an_actor_document_that_is_anothers_is_no_actor(
    client: Client, anna: Stranger, eve: Stranger, examine: Examine
) -> None:
    eve.document["id"] = anna.id
    eve.post(client, eve.follow())
    assert_dropped(examine)


def test_a_key_of_somebody_else_at_the_same_server_does_not_sign_for_the_actor(
    client: Client, anna: Stranger, examine: Examine
) -> None:
    other = Stranger(anna.server, "otto")
    anna.post(client, anna.follow(actor=other.id))
    anna.answers["/users/otto"] = Response(
        json.dumps(other.document).encode(), headers={"Content-Type": "application/activity+json"}
    )
    assert_dropped(examine)


@pytest.mark.parametrize(
    "change",
    [
        {"publicKey": {"owner": "https://else.example/users/x"}},
        {"publicKey": {"id": "https://else.example/users/x#main-key"}},
        {"publicKey": {"publicKeyPem": "-----BEGIN NONSENSE-----"}},
        {"type": "Note"},
        {"inbox": "https://victim.example/inbox"},
        {"inbox": None},
    ],
)
def test_an_actor_that_is_not_whole_is_not_believed(
    client: Client, anna: Stranger, examine: Examine, change: dict[str, Any]
) -> None:
    for name, value in change.items():
        anna.document[name] = {**anna.document[name], **value} if isinstance(value, dict) else value
    anna.post(client, anna.follow())
    assert_dropped(examine)


def test_a_short_rsa_key_is_none(client: Client, anna: Stranger, examine: Examine) -> None:
    anna.rsa = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    anna.document["publicKey"]["publicKeyPem"] = anna._pem()
    anna.post(client, anna.follow())
    assert_dropped(examine)


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/json"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/octet-stream"},
        {},
        {"Content-Type": "application/activity+json", "Content-Disposition": "attachment; filename=a.json"},
        {"Content-Type": "application/ld+json", "Content-Disposition": "attachment"},
    ],
)
def test_an_uploaded_file_is_no_actor(
    client: Client, anna: Stranger, examine: Examine, headers: dict[str, str]
) -> None:
    anna.answers["/users/anna"] = Response(json.dumps(anna.document).encode(), headers=headers)
    anna.post(client, anna.follow())
    assert_dropped(examine)


@pytest.mark.parametrize("status", [301, 401, 404, 410])
def test_an_actor_that_is_not_there_is_not_asked_for_again(
    client: Client, anna: Stranger, examine: Examine, status: int
) -> None:
    anna.answers["/users/anna"] = Response(status=status, headers={"Location": f"{anna.origin}/users/anna2"})
    anna.post(client, anna.follow())
    assert_dropped(examine)
    assert "/users/anna2" not in anna.fetched


def test_a_huge_actor_is_not_read_to_its_end(client: Client, anna: Stranger, examine: Examine) -> None:
    pieces = (b" " * 50_000 for _ in range(1000))
    anna.answers["/users/anna"] = Response(pieces, headers={"Content-Type": "application/activity+json"})
    anna.post(client, anna.follow())
    assert_dropped(examine)
    assert sum(1 for _ in pieces) > 500


def test_a_slow_actor_is_given_up_in_time_and_asked_later(
    client: Client, anna: Stranger, monkeypatch: pytest.MonkeyPatch
) -> None:
    from federation.activitypub import examining

    def drip() -> Iterator[bytes]:
        for _ in range(100):
            time.sleep(0.05)
            yield b" "

    monkeypatch.setattr(remote_actors, "SECONDS", 0.2)
    anna.answers["/users/anna"] = Response(drip(), headers={"Content-Type": "application/activity+json"})
    anna.post(client, anna.follow())
    examining.examine_round()
    assert "too slowly" in StrangerMessage.objects.get().error


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1",
        "https://169.254.169.254",
        "https://[::1]",
        "https://localhost:5432",
        "https://10.0.0.1",
    ],
)
def test_nobody_in_this_network_is_called(
    client: Client, anna: Stranger, examine: Examine, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    anna.origin, anna.id = address, f"{address}/users/anna"
    anna.post(client, anna.follow(), key_id=f"{anna.id}#main-key")
    assert_dropped(examine)
    assert "is not public" in caplog.text


@pytest.mark.parametrize(
    "address",
    [
        "http://anderswo.example/users/anna",
        "https://аnderswo.example/users/anna",
        "https://ANDERSWO.example/users/anna",
        "https://anderswo.example./users/anna",
        "https://anderswo.example:443/users/anna",
        "https://anna@anderswo.example/users/anna",
        "https://anderswo.example\\@boese.example/users/anna",
        "https://anders wo.example/users/anna",
        "https:///users/anna",
        "ftp://anderswo.example/users/anna",
        "acct:anna@anderswo.example",
        "https://anderswo.example:99999/",
        f"https://anderswo.example/{'a' * 600}",
        None,
        7,
    ],
)
def test_an_address_that_two_programs_could_read_in_two_ways_is_none(address: object) -> None:
    with pytest.raises(RefusedMessage):
        origin_of(address)


def test_a_look_alike_in_punycode_is_another_server() -> None:
    assert origin_of("https://xn--nderswo-4ve.example/users/anna") != origin_of("https://anderswo.example/")


def test_this_instance_is_no_stranger_to_itself(client: Client, anna: Stranger) -> None:
    key_id = f"{env.origin}/users/anna#main-key"
    assert anna.post(client, anna.follow(), key_id=key_id).status_code == 403


def test_a_body_whose_digest_is_not_signed_is_dropped(
    client: Client, anna: Stranger, examine: Examine
) -> None:
    body = json.dumps(anna.follow()).encode()
    send(client, body, anna.sign(body, with_digest=False))
    assert_dropped(examine)


@pytest.mark.parametrize("older", [False, True])
def test_another_body_than_the_signed_one_is_dropped(
    client: Client, anna: Stranger, examine: Examine, older: bool
) -> None:
    signed, sent = (json.dumps(anna.follow(id=f"{anna.origin}/{n}")).encode() for n in (1, 2))
    send(client, sent, anna.sign_older(signed) if older else anna.sign(signed))
    assert_dropped(examine)


@pytest.mark.parametrize("covered", [("@method",), ("@target-uri",), ("@method", "@path"), ("@authority",)])
def test_a_signature_that_leaves_out_method_or_address_is_dropped(
    client: Client, anna: Stranger, examine: Examine, covered: tuple[str, ...]
) -> None:
    anna.post(client, anna.follow(), covered_component_ids=covered)
    assert_dropped(examine)


def test_a_signature_for_another_host_is_dropped(client: Client, anna: Stranger, examine: Examine) -> None:
    anna.post(client, anna.follow(), to="https://other.example")
    assert_dropped(examine)


@pytest.mark.parametrize(
    "covered",
    [("host",), *(tuple(name for name in OLDER_COVERED if name != left_out) for left_out in OLDER_COVERED)],
)
def test_an_older_signature_that_leaves_something_out_is_dropped(
    client: Client, anna: Stranger, examine: Examine, covered: tuple[str, ...]
) -> None:
    anna.post_older(client, anna.follow(), covered=covered)
    assert_dropped(examine)


def test_an_older_signature_for_another_host_or_path_is_dropped(
    client: Client, anna: Stranger, examine: Examine
) -> None:
    anna.post_older(client, anna.follow(), host="other.example")
    body = json.dumps(anna.follow()).encode()
    send(client, body, anna.sign_older(body, "/federation/other"))
    assert_dropped(examine)


@pytest.mark.parametrize("algorithm", ["hmac-sha256", "rsa-sha1", "ed25519", ""])
def test_an_older_signature_of_another_algorithm_is_dropped(
    client: Client, anna: Stranger, examine: Examine, algorithm: str
) -> None:
    anna.post_older(client, anna.follow(), algorithm=algorithm)
    assert_dropped(examine)


def test_an_older_signature_by_an_ed25519_key_is_dropped(
    client: Client, anna: Stranger, examine: Examine
) -> None:
    anna.post_older(client, anna.follow(), key_id=anna.multikey_id)
    assert_dropped(examine)


def test_an_algorithm_that_is_not_the_keys_is_dropped(
    client: Client, anna: Stranger, examine: Examine
) -> None:
    anna.post(client, anna.follow(), algorithm=algorithms.RSA_PSS_SHA512)
    anna.post(client, anna.follow(), algorithm=algorithms.ED25519)  # under the id of the RSA key
    pem = anna.document["publicKey"]["publicKeyPem"].encode()
    anna.post(client, anna.follow(), algorithm=algorithms.HMAC_SHA256, key=pem)
    assert_dropped(examine)


@pytest.mark.parametrize("off", [LONG_AGO, -LONG_AGO])
@pytest.mark.parametrize("older", [False, True])
def test_what_was_signed_long_before_or_after_it_came_is_dropped(
    client: Client, anna: Stranger, examine: Examine, off: dt.timedelta, older: bool
) -> None:
    if older:
        anna.post_older(client, anna.follow(), date=dt.datetime.now(dt.UTC) + off)
    else:
        anna.post(client, anna.follow(), created=timezone.now() + off)
    assert_dropped(examine)


def test_an_expired_signature_is_dropped(client: Client, anna: Stranger, examine: Examine) -> None:
    anna.post(client, anna.follow(), expires=timezone.now() - dt.timedelta(minutes=1))
    assert_dropped(examine)


@pytest.mark.parametrize("older", [False, True])
def test_a_message_counts_once_however_its_label_is_called(
    client: Client, anna: Stranger, examine: Examine, older: bool
) -> None:
    follow = anna.follow()
    body = json.dumps(follow).encode()
    headers = anna.sign_older(body) if older else anna.sign(body)
    send(client, body, headers)
    examine()
    assert Follower.objects.exists()
    anna.post(client, anna.undo(follow))
    examine()
    relabelled = {name: value.replace("sig1=", "sig2=") for name, value in headers.items()}
    for replayed in (headers, relabelled):
        send(client, body, replayed)
        assert_dropped(examine)


def test_two_signatures_are_no_signature(client: Client, anna: Stranger) -> None:
    body = json.dumps(anna.follow()).encode()
    first, second = anna.sign(body), anna.sign(body, label="other")
    both = {name: f"{value}, {second[name]}" for name, value in first.items() if name != "Content-Digest"}
    assert send(client, body, {**first, **both}).status_code == 401
    older = anna.sign_older(body)
    older["signature"] += f",{older['signature']}"
    assert send(client, body, older).status_code == 401


def test_nobody_ends_the_following_of_somebody_else(
    client: Client, anna: Stranger, eve: Stranger, examine: Examine
) -> None:
    follow = anna.follow()
    anna.post(client, follow)
    eve.post(client, eve.undo(follow))
    eve.post(client, eve.undo({**follow, "actor": eve.id}))
    examine()
    assert Follower.objects.get().actor == anna.id


@pytest.mark.parametrize("named", [None, "https://anderswo.example/1", {"type": "Like"}, []])
def test_only_a_whole_follow_is_taken_back(
    client: Client, anna: Stranger, examine: Examine, named: Any
) -> None:
    anna.post(client, anna.undo(named))
    assert_dropped(examine)


@pytest.mark.parametrize(
    "path", ["/federation/bodies/07211000", "/federation/bodies/", "/", "/federation/bodies/1/inbox"]
)
def test_whoever_is_not_here_is_not_followed(
    client: Client, anna: Stranger, examine: Examine, path: str
) -> None:
    anna.post(client, anna.follow(env.origin + path))
    assert_dropped(examine)


def test_a_report_about_others_is_none(client: Client, anna: Stranger, examine: Examine) -> None:
    anna.post(client, anna.flag("https://elsewhere.example/1", f"{env.origin}.evil.example/1"))
    assert_dropped(examine)
