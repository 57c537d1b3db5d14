"""Own notices are handed over in order, until each peer has acknowledged them; missed ones are fetched."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from federation import tasks
from federation.models import Notice, Peer, PeerState
from federation.notices import sending
from federation.notices.receiving import fetch_notices
from federation.notices.services import leave, rotate_keys
from federation.peers import approve, set_state
from federation.pull import pull
from federation.queries import peer_health
from hub.documents import canonical
from tests.federation.notices.conftest import announce, rotate
from tests.wire.foreign import ForeignHub
from tests.wire.server import Request, Response, Server, open_door, serve

pytestmark = pytest.mark.django_db


class Abroad:
    """Koblenz as a server: what it holds of Mainz' notices, and what it has announced itself."""

    def __init__(self) -> None:
        self.hub = ForeignHub()
        self.held = 0
        self.status = 0
        self.notices: list[dict[str, Any]] = []

    def answer(self, request: Request) -> Response:
        path = request.path.partition("?")[0]
        if request.method == "POST":
            return self._take(json.loads(request.body)["number"])
        if path == "/federation/actor":
            return Response(canonical(self.hub.actor()))
        if path == "/federation/notices":
            after = int(request.path.partition("after=")[2])
            found = [each for each in self.notices if each["number"] > after]
            return Response(canonical({"notices": found}))
        after = int(request.path.partition("after=")[2].partition("&")[0])
        return Response(canonical(self.hub.page(after)))

    def _take(self, number: int) -> Response:
        if self.status:
            return Response(b"{}", self.status)
        if number > self.held + 1:
            return Response(canonical({"number": self.held}), 409)
        self.held = max(self.held, number)
        return Response(canonical({"number": self.held}), 202)


@pytest.fixture
def abroad(monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[tuple[Abroad, Server, Peer]]:
    other = Abroad()
    with serve(other.answer) as server:
        other.hub = ForeignHub(server.origin)
        open_door(monkeypatch, server)
        yield other, server, approve(other.hub.identity())


def posted(server: Server) -> list[int]:
    return [json.loads(request.body)["number"] for request in server.requests if request.method == "POST"]


def test_notices_are_handed_over_in_order(abroad):
    _other, server, peer = abroad
    rotate_keys()
    rotate_keys()

    assert sending.deliver(peer)
    assert posted(server) == [1, 2]
    assert Peer.objects.get().notices_sent == 2
    assert not sending.due_peers()


def test_a_request_with_a_notice_is_not_signed(abroad):
    _other, server, peer = abroad
    rotate_keys()
    sending.deliver(peer)

    assert "Signature" not in server.requests[-1].headers


def test_after_a_gap_what_is_missing_there_goes_first(abroad):
    other, server, peer = abroad
    for _ in range(3):
        rotate_keys()
    other.held = 1
    Peer.objects.update(notices_sent=2)
    peer.refresh_from_db()

    assert sending.deliver(peer)
    assert posted(server) == [3, 2, 3]


@pytest.mark.parametrize("status", [401, 403, 404, 500])
def test_a_notice_that_is_not_taken_waits_and_is_seen(abroad, status):
    other, _server, peer = abroad
    other.status = status
    rotate_keys()

    assert not sending.deliver(peer)
    peer = Peer.objects.get()
    assert peer.notices_sent == 0
    assert "Mitteilung Nummer 1" in peer.notice_error
    assert str(status) in peer.notice_error


def test_why_it_is_not_taken_stays_in_sight_when_the_exchange_goes_on(abroad):
    other, _server, peer = abroad
    other.status = 403
    rotate_keys()
    sending.deliver(peer)
    pull(peer)

    [row] = peer_health()
    assert (row["last_error"], row["notices_pending"], row["needs"]) == ("", 1, ["notices"])
    assert "Mitteilung Nummer 1" in row["notice_error"]
    out = io.StringIO()
    call_command("federation_status", stdout=out)
    assert f"! {row['notice_error']}" in out.getvalue()

    other.status = 0
    Peer.objects.update(notice_after=timezone.now())
    tasks.deliver_notices(peer.slug)
    peer = Peer.objects.get()
    assert (peer.notice_failures, peer.notice_after, peer.notice_error) == (0, None, "")


def waiting_jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name="federation.notices", status="todo").count()


def begin_job() -> None:
    """A worker takes the jobs that hand over notices, and does not come to an end."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing' WHERE task_name = 'federation.notices'"
        )


def test_after_a_failure_it_waits_longer_each_time(abroad):
    other, server, peer = abroad
    other.status = 500
    rotate_keys()
    Peer.objects.update(notice_failures=3)
    tasks.deliver_notices(peer.slug)

    peer = Peer.objects.get()
    assert peer.notice_failures == 4
    assert peer.notice_after is not None
    assert peer.notice_after > timezone.now() + dt.timedelta(seconds=200)
    tasks.deliver_notices(peer.slug)
    assert posted(server) == [1]
    begin_job()
    tasks.exchange_due(0)
    assert waiting_jobs() == 0
    Peer.objects.update(notice_after=timezone.now())
    assert list(sending.due_peers()) == [peer]


def test_while_a_slow_peer_is_told_nothing_is_queued_behind_it(abroad):
    _other, _server, _peer = abroad
    rotate_keys()
    tasks.exchange_due(0)
    assert waiting_jobs() == 1
    begin_job()

    tasks.exchange_due(0)
    assert waiting_jobs() == 0


def test_what_is_not_acknowledged_is_due(abroad):
    _other, _server, peer = abroad
    rotate_keys()
    assert list(sending.due_peers()) == [peer]
    set_state(peer, PeerState.PAUSED)
    assert list(sending.due_peers()) == [peer]
    set_state(peer, PeerState.BLOCKED)
    assert not sending.due_peers()


def test_who_is_left_is_still_told_so(abroad):
    _other, server, peer = abroad
    leave()

    peer = Peer.objects.get()
    assert peer.state == PeerState.LEFT
    assert list(sending.due_peers()) == [peer]
    assert sending.deliver(peer)
    assert posted(server) == [1]


def test_who_is_left_is_told_nothing_that_comes_after(abroad):
    _other, server, _peer = abroad
    leave()
    rotate_keys()

    assert sending.deliver(Peer.objects.get())
    assert posted(server) == [1]
    assert not sending.due_peers()


def test_who_is_left_and_does_not_answer_is_given_up(abroad):
    other, _server, peer = abroad
    other.status = 500
    leave()
    sending.deliver(Peer.objects.get())
    Peer.objects.update(notice_after=None)
    assert list(sending.due_peers()) == [peer]
    Notice.objects.update(created=timezone.now() - dt.timedelta(days=8))

    assert not sending.due_peers()
    assert [(row["notices_pending"], row["notice_error"]) for row in peer_health()] == [(0, "")]


def test_rotations_that_were_missed_are_followed_by_the_next_pull(abroad):
    other, _server, peer = abroad
    other.notices = [rotate(other.hub, "koblenz-2"), rotate(other.hub, "koblenz-3", 2)]
    other.hub.publish(other.hub.document())

    pull(peer)
    assert "neue Schlüssel" in Peer.objects.get().last_error
    assert Peer.objects.get().fingerprint == other.hub.identity()["fingerprint"]
    assert pull(Peer.objects.get()) == 1
    assert Peer.objects.get().last_error == ""


def test_other_keys_without_a_notice_are_not_followed(abroad):
    other, _server, peer = abroad
    before = peer.fingerprint
    rotate(other.hub, "koblenz-2")

    pull(peer)
    assert "passt nicht zum" in Peer.objects.get().last_error
    assert Peer.objects.get().fingerprint == before


def test_a_rotation_by_a_thief_is_not_followed(abroad):
    other, _server, peer = abroad
    before = peer.fingerprint
    rotate(other.hub, "thief")
    other.notices = [rotate(other.hub, "thief-2")]

    pull(peer)
    assert Peer.objects.get().fingerprint == before
    assert not Notice.objects.exists()


def test_notices_from_before_the_approval_are_passed_over(abroad):
    other, _server, peer = abroad
    old = ForeignHub(other.hub.origin)
    rotate(old, "before")
    years_ago = "2020-01-01T00:00:00.000000Z"
    other.notices = [
        announce(old, "leave", 1, created=years_ago),  # by a key nobody here has ever pinned
        announce(other.hub, "leave", 2, created=years_ago),  # the one it has come back from
        rotate(other.hub, "koblenz-2", 3),
    ]

    assert fetch_notices(peer) == 1
    assert Peer.objects.get().state == PeerState.APPROVED
    assert Notice.objects.get().number == 3


def test_a_first_notice_with_a_later_number_has_the_others_fetched(abroad, client):
    from tests.federation.notices.conftest import post

    other, _server, peer = abroad
    first = announce(other.hub, "handover", 4, to="https://a.example", uuids=[UUID], bodies=["07111000"])
    second = rotate(other.hub, "koblenz-2", 5)
    other.notices = [first, second]

    assert post(client, first).status_code == 409
    assert ProcrastinateJob.objects.filter(task_name="federation.fetch_notices").count() == 1
    tasks.fetch_peer_notices(peer.slug)
    assert [notice.number for notice in Notice.objects.all()] == [4, 5]
    assert post(client, first).json() == {"number": 5}


UUID = "6f3d3c1e-4a6b-4c7f-9d0a-2b1c3d4e5f60"
