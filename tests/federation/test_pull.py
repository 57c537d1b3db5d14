"""Pulling over real sockets: all of a log, only what is new, and nothing that is not the peer's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from croniter import croniter
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from federation import tasks
from federation.models import Peer, PeerState
from federation.peers import approve, set_state
from federation.pull import due_peers, pull
from hub.catalogue.models import CatalogueEntry, LogHead
from hub.documents import canonical
from tests.wire.foreign import ForeignHub, rsa_key
from tests.wire.hub_server import ServedHub, serve_hub
from tests.wire.server import Response, Server, open_door

pytestmark = pytest.mark.django_db


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[tuple[ServedHub, Server, Peer]]:
    with serve_hub() as (hub, server):
        open_door(monkeypatch, server)
        yield hub, server, approve(hub.identity())


def test_a_log_is_pulled_to_its_end(served):
    hub, server, peer = served
    for number in range(205):
        hub.publish(hub.document(f"Bericht {number}"))
    assert pull(peer) == 205
    assert [request.path.partition("?")[2] for request in server.requests] == [
        f"after={after}&limit=100" for after in (0, 100, 200, 205)
    ]
    peer.refresh_from_db()
    assert (peer.verified_seq, peer.last_error, CatalogueEntry.objects.count()) == (205, "", 205)
    assert peer.verified_at is not None
    assert pull(peer) == 0


def test_the_second_pull_is_conditional(served):
    hub, server, peer = served
    hub.publish(hub.document())
    pull(peer)
    pull(peer)
    assert server.requests[-1].headers["If-None-Match"] == '"1-1"'
    hub.publish(hub.document())
    assert pull(peer) == 1
    Peer.objects.update(verified_at=timezone.now() - dt.timedelta(hours=2))
    pull(Peer.objects.get())
    assert "If-None-Match" not in server.requests[-1].headers


def test_pulls_are_signed(served):
    _hub, server, peer = served
    pull(peer)
    headers = server.requests[0].headers
    assert '"@method" "@target-uri"' in headers["Signature-Input"]
    assert 'keyid="http://mainz.localhost:8001/federation/actor#rsa-key"' in headers["Signature-Input"]


def broken(peer: Peer, word: str) -> bool:
    """Nothing was applied, and the operator reads why."""
    peer.refresh_from_db()
    assert word in peer.last_error
    return not LogHead.objects.filter(seq__gt=0).exists() and peer.pull_failures > 0


def test_another_key_is_named_as_such(served):
    hub, _, peer = served
    stranger = ForeignHub("http://impostor.localhost:1", "impostor")
    hub.ed25519 = stranger.ed25519
    hub.publish(hub.document())
    assert pull(peer) == 0
    assert broken(
        peer, f"Der Schlüssel von Koblenz passt nicht zum freigegebenen Fingerabdruck {peer.fingerprint}"
    )


def test_a_peer_that_was_set_up_anew_is_named_as_such(served):
    hub, _server, peer = served
    hub.rsa = rsa_key("another")
    hub.answer_pull = lambda request, after: Response(status=401)
    assert pull(peer) == 0
    assert broken(peer, "Fingerabdruck")


@pytest.mark.parametrize("status", [401, 403, 404, 500])
def test_a_peer_that_gives_nothing_is_noted(served, status):
    hub, _, peer = served
    hub.answer_pull = lambda request, after: Response(status=status)
    assert pull(peer) == 0
    assert broken(peer, str(status))


@pytest.mark.parametrize(
    "change",
    [
        {"after": 1},
        {"origin": "http://trier.localhost:8004"},
        {"entries": None},
        {"entries": [{}]},
        {"seq": "1"},
        {"headHash": None},
        {"created": "2026-01-01T00:00:00.000000Z"},
        {"created": "gestern"},
    ],
)
def test_a_page_that_is_not_right_is_refused(served, change):
    hub, _, peer = served
    hub.publish(hub.document())

    def page(request: Any, after: int) -> Response:
        return Response(canonical(hub.head(**{"after": after, "entries": hub.entries, **change})))

    hub.answer_pull = page
    assert pull(peer) == 0
    assert broken(peer, "")


def test_a_page_that_starts_elsewhere_is_refused(served):
    hub, server, peer = served
    hub.publish(hub.document())
    hub.answer_pull = lambda request, after: Response(canonical(hub.head(after=after, entries=hub.entries)))
    assert pull(peer) == 1
    peer.refresh_from_db()
    assert "not the one asked for" in peer.last_error
    assert len([request for request in server.requests if "/log" in request.path]) == 2


def test_a_page_changed_on_the_way_is_refused(served):
    hub, _, peer = served
    hub.publish(hub.document())
    hub.answer_pull = lambda request, after: Response(canonical({**hub.page(after), "entries": []}))
    assert pull(peer) == 0
    assert broken(peer, "proof")


def test_a_head_that_lies_is_an_alarm(served):
    hub, _, peer = served
    hub.publish(hub.document())
    right, hub.head_hash = hub.head_hash, "0" * 64
    pull(peer)
    peer.refresh_from_db()
    assert "another history" in peer.last_error
    assert peer.verified_at is None
    assert peer.chain_alarm
    hub.head_hash = right
    pull(peer)
    peer.refresh_from_db()
    assert (peer.chain_alarm, peer.verified_seq) == (False, 1)


def test_a_log_that_became_shorter_is_an_alarm(served):
    hub, _, peer = served
    for _ in range(3):
        hub.publish(hub.document())
    pull(peer)
    del hub.entries[1:]
    pull(peer)
    peer.refresh_from_db()
    assert "Sicherung" in peer.last_error
    assert CatalogueEntry.objects.count() == 3


def test_a_new_epoch_is_an_alarm(served):
    hub, _, peer = served
    hub.publish(hub.document())
    pull(peer)
    hub.answer_pull = lambda request, after: Response(canonical(hub.page(after, epoch=2)))
    pull(peer)
    peer.refresh_from_db()
    assert "neues Protokoll" in peer.last_error


def test_a_peer_that_was_down_is_tried_later_and_loses_nothing(served):
    hub, _, peer = served
    hub.publish(hub.document())
    hub.down = True
    pull(peer)
    peer.refresh_from_db()
    assert peer.pull_failures == 1
    assert peer.pull_after > timezone.now()
    assert due_peers() == []
    Peer.objects.update(pull_after=timezone.now())
    assert due_peers() == [peer]
    hub.down = False
    assert pull(due_peers()[0]) == 1
    peer.refresh_from_db()
    assert (peer.pull_failures, peer.last_error) == (0, "")


def test_paused_and_blocked_peers_are_left_alone(served):
    _hub, server, peer = served
    for state in (PeerState.PAUSED, PeerState.BLOCKED):
        set_state(peer, state)
        assert pull(peer) == 0
        assert due_peers() == []
    assert server.requests == []


def test_what_is_due_is_enqueued_once(served):
    _hub, _, _peer = served
    Peer.objects.update(push_failures=1)
    tasks.exchange_due(0)
    tasks.exchange_due(0)
    tasks.tidy(0)
    names = sorted(ProcrastinateJob.objects.values_list("task_name", flat=True))
    assert names == ["federation.pull", "federation.push"]


def test_a_peer_that_is_back_gets_its_pushes_at_once(served):
    _hub, _, _peer = served
    Peer.objects.update(push_failures=3, push_after=timezone.now() + dt.timedelta(minutes=15))
    tasks.pull_peer("koblenz")
    assert list(ProcrastinateJob.objects.values_list("task_name", flat=True)) == ["federation.push"]


def test_what_is_due_is_looked_for_every_ten_seconds():
    periodic = {each.task.name: each.cron for each in app.periodic_registry.periodic_tasks.values()}
    at = croniter(periodic["federation.exchange_due"], dt.datetime(2026, 11, 22, 12, 1, tzinfo=dt.UTC))
    moments = [at.get_next(dt.datetime) for _ in range(7)]
    assert [moment.second for moment in moments] == [10, 20, 30, 40, 50, 0, 10]
    assert moments[-1] - moments[0] == dt.timedelta(seconds=60)
