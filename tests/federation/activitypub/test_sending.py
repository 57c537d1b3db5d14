"""Followers are told everything in order, each by itself; who does not answer holds up nobody else."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.utils import timezone
from http_message_signatures import HTTPMessageVerifier, MappingKeyResolver, algorithms

from federation import tasks
from federation.activitypub import older_signatures, sending
from federation.activitypub.models import Follower
from federation.identity import own_keys
from federation.proofs import verify_proof
from federation.signatures import Message
from hub.env import env
from hub.errors import RefusedMessage
from tests.federation.activitypub.publishing import add_follower, publish, withdraw
from tests.wire.server import Request, Response, Server, open_door, serve

pytestmark = pytest.mark.django_db

BODY = f"{env.origin}/federation/bodies/{env.body}"
INSTANCE = f"{env.origin}/federation/actor"
FOLLOW = {
    "id": "https://social.example/follows/1",
    "type": "Follow",
    "actor": "https://social.example/users/anna",
    "object": BODY,
    "to": "<script>",
}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server of the Fediverse that takes everything, unless a test says otherwise."""
    with serve(lambda request: Response(status=202), "social.localhost") as running:
        open_door(monkeypatch, running)
        yield running


@pytest.fixture
def anna(server: Server) -> Follower:
    """She follows the body."""
    return follower_at(server, "anna", env.body)


def follower_at(server: Server, name: str, followed: str = "", inbox: str = "") -> Follower:
    host = server.origin.removeprefix("http://")
    return add_follower(followed, name, f"{server.origin}{inbox or f'/users/{name}/inbox'}", host=host)


def due() -> None:
    """Whatever waits for a later attempt is due now."""
    Follower.objects.update(retry_at=None)


def fresh(follower: Follower) -> Follower:
    return Follower.objects.get(pk=follower.pk)


def received(server: Server) -> list[dict[str, Any]]:
    return [json.loads(request.body) for request in server.requests]


def key_of(request: Request, origin: str) -> str:
    """Verify a request as RFC 9421 and 9530 ask for; the id of its key."""
    message = Message(request.method, origin + request.path, dict(request.headers), request.body)
    keys = _AnyOfOurs(public_keys={}, private_keys={})
    verifier = HTTPMessageVerifier(signature_algorithm=algorithms.RSA_V1_5_SHA256, key_resolver=keys)
    (result,) = verifier.verify(message, body=request.body)
    covered = {component.strip('"') for component in result.covered_components}
    assert covered >= {"@method", "@target-uri", "content-digest"}
    return str(result.parameters["keyid"])


class _AnyOfOurs(MappingKeyResolver):
    def resolve_public_key(self, key_id: str) -> rsa.RSAPublicKey:
        return own_keys().rsa.public_key()


def test_a_follower_is_accepted_and_then_told(server, anna):
    sending.accept(anna, FOLLOW)
    publish("Bauantrag")
    assert sending.deliver(fresh(anna)) == 2
    accepted, created = received(server)
    assert (accepted["type"], accepted["actor"], accepted["to"]) == ("Accept", BODY, [FOLLOW["actor"]])
    assert accepted["object"] == {name: FOLLOW[name] for name in ("id", "type", "actor", "object")}
    key = own_keys().ed25519.public_key()
    verify_proof(accepted, accepted["proof"], key, BODY + "#ed25519-key")
    assert (created["type"], created["actor"]) == ("Create", BODY)
    assert [key_of(request, server.origin) for request in server.requests] == [BODY + "#rsa-key"] * 2
    assert server.requests[0].headers["Content-Type"] == "application/activity+json"
    assert sending.deliver(fresh(anna)) == 0


def test_who_follows_the_instance_gets_everything_each_signed_by_its_actor(server):
    everything = follower_at(server, "ben")
    other = follower_at(server, "cleo", "07111000")
    publish("Bauantrag")
    sending.deliver(everything)
    sending.deliver(other)
    assert [activity["type"] for activity in received(server)] == ["Create", "Announce"]
    keys = [key_of(request, server.origin) for request in server.requests]
    assert keys == [BODY + "#rsa-key", INSTANCE + "#rsa-key"]
    assert fresh(other).cursor == sending.newest_activity()


def test_only_what_is_published_from_then_on_is_told(server):
    follower_at(server, "first")
    publish("Vorher")
    late = follower_at(server, "late")
    assert sending.deliver(late) == 0
    publish("Nachher")
    assert sending.deliver(late) == 2


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_of_these_answers_means_taken(server, anna, status):
    server.answer = lambda request: Response(status=status)
    publish()
    assert sending.deliver(anna) == 1
    assert fresh(anna).failures == 0


def test_after_a_failure_the_same_bytes_are_sent_again_and_nothing_is_skipped(server, anna):
    answers = iter([202, 500, 202, 202])
    server.answer = lambda request: Response(status=next(answers))
    for n in range(3):
        publish(f"Bericht {n}")
    assert sending.deliver(anna) == 1
    waiting = fresh(anna)
    assert (waiting.failures, waiting.error) == (1, "the inbox answers 500")
    assert waiting.retry_at > timezone.now()
    due()
    assert sending.deliver(fresh(anna)) == 2
    bodies = [request.body for request in server.requests]
    assert bodies[1] == bodies[2]
    names = [activity["object"]["name"] for activity in received(server)]
    assert names == ["Bericht 0", "Bericht 1", "Bericht 1", "Bericht 2"]
    assert (fresh(anna).failures, fresh(anna).failing_since, fresh(anna).error) == (0, None, "")


def older_only(request: Request) -> Response:
    return Response(status=401 if "Signature-Input" in request.headers else 202)


def newer_only(request: Request) -> Response:
    return Response(status=202 if "Signature-Input" in request.headers else 401)


@pytest.mark.parametrize("status", [400, 401, 403])
def test_who_reads_only_the_older_signature_gets_that_and_it_is_remembered(server, anna, status):
    server.answer = lambda r: Response(status=status if "Signature-Input" in r.headers else 202)
    publish("Eins")
    assert sending.deliver(anna) == 1
    assert fresh(anna).older_signature
    publish("Zwei")
    assert sending.deliver(fresh(anna)) == 1
    assert len(server.requests) == 3
    request = server.requests[2]
    message = Message(request.method, server.origin + request.path, request.headers, request.body)
    older_signatures.verify(message, own_keys().rsa.public_key(), timezone.now())
    assert f'keyId="{BODY}#rsa-key"' in request.headers["Signature"]


def test_who_has_learnt_the_newer_signature_gets_it_again(server, anna):
    server.answer = newer_only
    Follower.objects.update(older_signature=True)
    publish()
    assert sending.deliver(fresh(anna)) == 1
    assert not fresh(anna).older_signature


def test_an_older_signature_covers_the_body(server, anna):
    server.answer = older_only
    publish()
    sending.deliver(anna)
    request = server.requests[-1]
    forged = Message(request.method, server.origin + request.path, request.headers, request.body + b" ")
    with pytest.raises(RefusedMessage):
        older_signatures.verify(forged, own_keys().rsa.public_key(), timezone.now())


def test_who_refuses_both_signatures_waits_alone(server, anna):
    other = follower_at(server, "ben", env.body)
    server.answer = lambda r: Response(status=403 if "anna" in r.path else 202)
    publish()
    assert not sending.deliver_host(anna.host)
    assert (fresh(anna).failures, fresh(other).failures) == (1, 0)
    assert fresh(other).cursor == sending.newest_activity()
    assert len([r for r in server.requests if "anna" in r.path]) == 2


@pytest.mark.parametrize("status", [413, 422])
def test_what_a_server_does_not_want_is_passed_over(server, anna, status):
    server.answer = lambda r: Response(status=status if b"Riesig" in r.body else 202)
    publish("Riesig")
    publish("Klein")
    assert sending.deliver(anna) == 1
    assert fresh(anna).cursor == sending.newest_activity()


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_failing_server_makes_all_its_followers_wait_and_nobody_else(monkeypatch, server, anna, status):
    ben = follower_at(server, "ben", env.body)
    server.answer = lambda request: Response(status=status)
    with serve(lambda request: Response(status=202), "other.localhost") as other:
        open_door(monkeypatch, server, other)
        cleo = follower_at(other, "cleo", env.body)
        publish()
        for host in sending.due_hosts():
            tasks.tell_followers(host)
        assert len(other.requests) == 1
    assert len(server.requests) == 1, "the second was not even tried"
    assert fresh(ben).retry_at == fresh(anna).retry_at > timezone.now()
    assert (fresh(ben).failures, fresh(cleo).cursor) == (0, sending.newest_activity())
    assert sending.due_hosts() == []


def test_a_server_that_is_not_there_makes_all_its_followers_wait(monkeypatch):
    with serve(lambda request: Response(status=202), "gone.localhost") as server:
        open_door(monkeypatch, server)
    anna, ben = follower_at(server, "anna", env.body), follower_at(server, "ben", env.body)
    publish()
    assert not sending.deliver_host(anna.host)
    assert fresh(anna).failures + fresh(ben).failures == 1
    assert sending.due_hosts() == []


def test_a_private_address_is_not_called(anna, server, monkeypatch):
    open_door(monkeypatch)
    publish()
    assert sending.deliver(anna) == 0
    assert (fresh(anna).failures, server.requests) == (1, [])


@pytest.mark.parametrize(
    ("status", "days", "stays"),
    [
        (500, 6.9, True),
        (500, 7.1, False),
        (410, 0.9, True),
        (410, 1.1, False),
        (404, 1.1, False),
        (403, 1.1, True),
    ],
)
def test_who_takes_nothing_for_long_is_no_longer_a_follower(server, anna, status, days, stays):
    server.answer = lambda request: Response(status=status)
    publish()
    since = timezone.now() - dt.timedelta(days=days)
    Follower.objects.update(failing_since=since, gone_since=since, failures=9)
    sending.deliver(fresh(anna))
    assert Follower.objects.filter(pk=anna.pk).exists() == stays


def test_a_day_out_of_order_and_then_a_404_ends_no_following(server, anna):
    server.answer = lambda request: Response(status=404)
    publish()
    Follower.objects.update(failing_since=timezone.now() - dt.timedelta(days=2), failures=9)
    sending.deliver(fresh(anna))
    assert timezone.now() - fresh(anna).gone_since < dt.timedelta(minutes=1)
    first = fresh(anna).gone_since
    due()
    sending.deliver(fresh(anna))
    assert fresh(anna).gone_since == first


@pytest.mark.parametrize("status", [503, 403, 413, 202])
def test_any_other_answer_than_gone_starts_the_day_again(server, anna, status):
    publish()
    Follower.objects.update(gone_since=timezone.now() - dt.timedelta(hours=20), failures=9)
    server.answer = lambda request: Response(status=status)
    sending.deliver(fresh(anna))
    assert fresh(anna).gone_since is None


def test_a_server_out_of_reach_is_not_gone(anna, monkeypatch):
    open_door(monkeypatch)
    publish()
    Follower.objects.update(gone_since=timezone.now() - dt.timedelta(hours=20), failures=9)
    sending.deliver(fresh(anna))
    assert fresh(anna).gone_since is None


def test_a_first_failure_gives_nobody_up(server, anna):
    server.answer = lambda request: Response(status=410)
    publish()
    sending.deliver(anna)
    assert fresh(anna).failing_since is not None


def test_one_shared_inbox_gets_each_activity_once(server):
    alike = [follower_at(server, name, env.body, "/inbox") for name in ("anna", "ben", "cleo")]
    sending.accept(alike[0], {**FOLLOW, "actor": alike[0].actor})
    publish()
    sending.deliver_host(alike[0].host)
    assert sorted(activity["type"] for activity in received(server)) == ["Accept", "Create"]
    assert {fresh(each).cursor for each in alike} == {sending.newest_activity()}


def test_who_has_much_to_catch_up_with_takes_turns(server):
    slow = follower_at(server, "slow", env.body)
    for n in range(sending.TURN + 5):
        publish(f"Bericht {n}")
    quick = follower_at(server, "quick", env.body)
    Follower.objects.filter(pk=quick.pk).update(cursor=sending.newest_activity() - 1)
    publish("Der letzte")
    assert not sending.deliver_host(slow.host)
    paths = [request.path for request in server.requests]
    assert paths.index("/users/quick/inbox") == sending.TURN
    assert paths.count("/users/slow/inbox") == sending.TURN + 6


def test_a_long_round_ends_and_goes_on_later(server, anna, monkeypatch):
    publish()
    monkeypatch.setattr(sending, "ROUND_SECONDS", 0.0)
    assert sending.deliver_host(anna.host)
    assert server.requests == []


def test_a_withdrawal_reaches_who_had_the_publication(server, anna):
    entry = publish("Bauantrag")
    sending.deliver(anna)
    withdraw(entry)
    sending.deliver(fresh(anna))
    create, delete = received(server)
    assert delete["object"]["id"] == create["object"]["id"]
    assert delete["actor"] == create["actor"]


def test_who_was_away_gets_no_withdrawn_wording(server, anna):
    withdraw(publish("Geheim geworden"))
    sending.deliver(anna)
    assert [activity["type"] for activity in received(server)] == ["Delete"]


def test_who_has_left_meanwhile_is_passed_over(server, anna, monkeypatch):
    ben = follower_at(server, "ben", env.body)
    publish()

    deliver: Callable[[Follower], int] = sending.deliver

    def deliver_and_leave(follower: Follower) -> int:
        taken = deliver(follower)
        Follower.objects.filter(pk=ben.pk).delete()
        return taken

    monkeypatch.setattr(sending, "deliver", deliver_and_leave)
    assert not sending.deliver_host(anna.host)
    assert len(server.requests) == 1


def test_what_fails_here_is_noted_and_tried_again(server, anna):
    publish()
    Follower.objects.update(inbox="nonsense")
    assert sending.deliver(fresh(anna)) == 0
    assert fresh(anna).failures == 1


def test_due_hosts_are_read_in_two_queries(anna, django_assert_num_queries):
    publish()
    with django_assert_num_queries(2):
        assert sending.due_hosts() == [anna.host]
