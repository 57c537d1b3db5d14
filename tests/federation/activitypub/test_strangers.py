"""Strangers follow, stop following and report; what they send is queued, and verified by a worker."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from http_message_signatures import algorithms
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import DjangoAssertNumQueries

from federation import tasks
from federation.activitypub import addresses, examining, receiving, strangers
from federation.activitypub.models import Activity, Follower, Report, StrangerMessage
from federation.models import Peer
from federation.peers import PeerState, set_state
from hub.accounts.models import User
from hub.catalogue.settling import settle
from hub.env import env
from tests.factories.pages import add_report, add_section
from tests.wire.foreign import ForeignHub
from tests.wire.server import Response
from tests.wire.stranger import Stranger, send

pytestmark = pytest.mark.django_db

Examine = Callable[[], None]
BODY = "07315000"


@pytest.fixture
def publishing() -> str:
    """A body that publishes here; its key."""
    section = add_section("mainz")
    add_report(section, "Bericht")
    settle()
    return str(section.body_id)


def follow_address(key: str) -> str:
    return addresses.actor(key)


def test_a_follow_is_answered_202_and_nothing_is_fetched_before_the_answer(
    client: Client, anna: Stranger
) -> None:
    assert anna.post(client, anna.follow()).status_code == 202
    assert StrangerMessage.objects.get().host == anna.origin.removeprefix("http://")
    assert anna.fetched == []
    assert not Follower.objects.exists()
    assert ProcrastinateJob.objects.filter(task_name="federation.strangers").exists()


def test_whoever_follows_the_instance_is_a_follower_once_verified(
    client: Client, anna: Stranger, examine: Examine
) -> None:
    Activity.objects.create(type="Create", object_uuid="0" * 32, body="{}")
    anna.post(client, anna.follow())
    examine()
    follower = Follower.objects.get()
    assert (follower.actor, follower.followed, follower.inbox) == (anna.id, "", f"{anna.id}/inbox")
    assert (follower.name, follower.host) == ("Anna", anna.origin.removeprefix("http://"))
    assert follower.cursor == Activity.objects.get().pk
    assert not StrangerMessage.objects.exists()
    assert anna.fetched == ["/users/anna"]


def test_the_follow_is_accepted_in_its_own_words(client: Client, anna: Stranger, examine: Examine) -> None:
    follow = anna.follow()
    anna.post(client, follow)
    examine()
    answer = json.loads(Follower.objects.get().accept)
    assert (answer["type"], answer["actor"]) == ("Accept", f"{env.origin}/federation/actor")
    assert answer["object"]["id"] == follow["id"]


def test_a_follow_sent_again_is_accepted_again_and_not_doubled(
    client: Client, anna: Stranger, examine: Examine
) -> None:
    anna.post(client, anna.follow())
    examine()
    Follower.objects.update(accept="", cursor=7)
    anna.post(client, anna.follow())
    examine()
    assert Follower.objects.get().accept
    assert Follower.objects.get().cursor == 7


def test_a_body_is_followed_at_its_own_inbox(
    client: Client, anna: Stranger, examine: Examine, publishing: str
) -> None:
    follow = anna.follow(follow_address(publishing))
    path = f"/federation/bodies/{publishing}/inbox"
    assert anna.post(client, follow, path).status_code == 202
    examine()
    assert Follower.objects.get().followed == publishing


def test_the_older_signature_is_read_as_well(client: Client, anna: Stranger, examine: Examine) -> None:
    assert anna.post_older(client, anna.follow()).status_code == 202
    examine()
    assert Follower.objects.get().actor == anna.id


def test_the_older_signature_may_name_its_time_in_seconds(
    client: Client, anna: Stranger, examine: Examine
) -> None:
    now = str(int(timezone.now().timestamp()))
    body = json.dumps(anna.follow()).encode()
    covered = ("(request-target)", "host", "(created)", "digest")
    headers = anna.sign_older(body, covered=covered, algorithm="hs2019", **{"(created)": now})
    headers["signature"] += f",created={headers.pop('(created)')}"
    assert send(client, body, headers).status_code == 202
    examine()
    assert Follower.objects.get().actor == anna.id


def test_an_ed25519_key_signs_as_well(client: Client, anna: Stranger, examine: Examine) -> None:
    anna.post(client, anna.follow(), algorithm=algorithms.ED25519, key_id=anna.multikey_id)
    examine()
    assert Follower.objects.get().actor == anna.id


def test_an_undo_ends_the_following(client: Client, anna: Stranger, examine: Examine) -> None:
    follow = anna.follow()
    anna.post(client, follow)
    anna.post(client, anna.undo(follow))
    examine()
    assert not Follower.objects.exists()
    assert not StrangerMessage.objects.exists()


def test_an_undo_ends_the_following_of_that_body_only(
    client: Client, anna: Stranger, examine: Examine, publishing: str
) -> None:
    follow = anna.follow(follow_address(publishing))
    for each in (anna.follow(), follow, anna.undo(follow)):
        anna.post(client, each)
    examine()
    assert Follower.objects.get().followed == ""


def test_an_undo_never_overtakes_the_follow_that_still_waits(
    client: Client, anna: Stranger, examine: Examine
) -> None:
    anna.answers["/users/anna"] = Response(status=503)
    follow = anna.follow()
    anna.post(client, follow)
    examining.examine_round()
    del anna.answers["/users/anna"]
    anna.post(client, anna.undo(follow))
    examining.examine_round()
    assert StrangerMessage.objects.count() == 2
    examine()
    assert not Follower.objects.exists()
    assert not StrangerMessage.objects.exists()


def test_what_cannot_be_verified_yet_is_tried_for_a_day(
    client: Client, anna: Stranger, examine: Examine
) -> None:
    anna.answers["/users/anna"] = Response(status=503)
    anna.post(client, anna.follow())
    examining.examine_round()
    waiting = StrangerMessage.objects.get()
    assert waiting.failures == 1
    assert "503" in waiting.error
    assert waiting.retry_at is not None
    assert not examining.due().exists()
    StrangerMessage.objects.update(received=timezone.now() - dt.timedelta(hours=25))
    examine()
    assert not StrangerMessage.objects.exists()


def test_what_arrived_in_time_is_believed_however_late_it_is_looked_at(
    client: Client, anna: Stranger, examine: Examine
) -> None:
    early = timezone.now() - dt.timedelta(hours=5)
    anna.post(client, anna.follow(), created=early)
    StrangerMessage.objects.update(received=early)
    examine()
    assert Follower.objects.get().actor == anna.id


def test_a_key_that_was_changed_is_fetched_anew(client: Client, anna: Stranger, examine: Examine) -> None:
    anna.post(client, anna.follow())
    examine()
    other = Stranger(anna.server, "neu")
    anna.rsa, anna.document["publicKey"]["publicKeyPem"] = (
        other.rsa,
        other.document["publicKey"]["publicKeyPem"],
    )
    Follower.objects.all().delete()
    anna.post(client, anna.follow())
    examine()
    assert Follower.objects.get().actor == anna.id
    assert anna.fetched == ["/users/anna"] * 2


def test_an_actor_is_not_fetched_for_each_message(client: Client, anna: Stranger, examine: Examine) -> None:
    follow = anna.follow()
    for each in (follow, anna.undo(follow), anna.follow()):
        anna.post(client, each)
        examine()
    assert anna.fetched == ["/users/anna"]


def test_a_host_is_asked_ten_times_an_hour_and_the_rest_waits(
    client: Client, anna: Stranger, examine: Examine
) -> None:
    for number in range(12):
        other = Stranger(anna.server, f"nr{number}")
        anna.answers[f"/users/nr{number}"] = Response(
            json.dumps(other.document).encode(), headers={"Content-Type": "application/activity+json"}
        )
        other.rsa = anna.rsa
        other.post(client, other.follow())
    examining.examine_round()
    assert len(anna.fetched) == 10
    assert StrangerMessage.objects.filter(error__contains="10 times").count() == 2


def test_a_host_that_does_not_answer_is_asked_once_a_round(
    client: Client, anna: Stranger, examine: Examine
) -> None:
    anna.answers["/users/anna"] = Response(status=503)
    for _ in range(3):
        anna.post(client, anna.follow())
    examining.examine_round()
    assert len(anna.fetched) == 1
    assert StrangerMessage.objects.filter(failures=1).count() == 3


def test_a_report_is_kept_and_the_operators_get_a_mail(
    client: Client,
    anna: Stranger,
    examine: Examine,
    django_capture_on_commit_callbacks: Any,
) -> None:
    User.objects.create_superuser("betrieb@hub.demo.invalid", "sonnig-und-lang-genug")
    about = f"{env.origin}/federation/objects/1/1"
    anna.post(client, anna.flag(about, "https://elsewhere.example/1"))
    anna.post(client, anna.flag(about))
    with django_capture_on_commit_callbacks(execute=True):
        examine()
    report = Report.objects.order_by("pk")[0]
    assert (report.actor, report.objects_named, report.content) == (anna.id, [about], "Das stimmt nicht.")
    assert Report.objects.count() == 2
    assert [each.to for each in mail.outbox] == [["betrieb@hub.demo.invalid"]]
    assert about in mail.outbox[0].body
    assert f"{env.origin}/admin/fediverse/reports/" in mail.outbox[0].body


def add_reports(actor: str, count: int, **fields: Any) -> None:
    known = Report.objects.count()
    for number in range(known, known + count):
        Report.objects.create(actor=actor, activity=f"https://reports.example/{number}", **fields)


def test_one_actor_has_five_reports_open_at_most(client: Client, anna: Stranger, examine: Examine) -> None:
    about = f"{env.origin}/federation/objects/1/1"
    add_reports(anna.id, receiving.OPEN_OF_AN_ACTOR)
    anna.post(client, anna.flag(about))
    examine()
    assert Report.objects.count() == receiving.OPEN_OF_AN_ACTOR
    assert not StrangerMessage.objects.exists()
    Report.objects.filter(pk=Report.objects.first().pk).update(settled=timezone.now())
    anna.post(client, anna.flag(about))
    examine()
    assert Report.objects.filter(settled=None).count() == receiving.OPEN_OF_AN_ACTOR


@pytest.mark.parametrize(("suffix", "kept"), [("/users/ben", False), ("?ben", False), ("x/users/ben", True)])
def test_one_server_has_twenty_reports_open_at_most(
    client: Client, anna: Stranger, examine: Examine, suffix: str, kept: bool
) -> None:
    add_reports(f"{anna.origin}{suffix}", receiving.OPEN_OF_A_SERVER)
    anna.post(client, anna.flag(f"{env.origin}/federation/objects/1/1"))
    examine()
    assert Report.objects.filter(actor=anna.id).exists() == kept


def test_settled_reports_are_forgotten_after_a_year() -> None:
    now = timezone.now()
    for days in (364, 366):
        add_reports("https://social.example/users/ben", 1, settled=now - dt.timedelta(days=days))
    add_reports("https://social.example/users/ben", 1)
    Report.objects.update(received=now - dt.timedelta(days=800))
    tasks.tidy(0)
    assert [report.activity[-1] for report in Report.objects.order_by("pk")] == ["0", "2"]


def test_an_overlong_address_is_refused_and_not_kept(client: Client, anna: Stranger) -> None:
    response = anna.post(client, anna.follow(), "/federation/inbox?" + "x" * strangers.MAX_URL)
    assert (response.status_code, "1000 characters" in response.json()["error"]) == (400, True)
    assert not StrangerMessage.objects.exists()


def test_an_overlong_host_is_refused_and_not_kept(client: Client, anna: Stranger) -> None:
    host = ".".join(["a" * 60] * 4 + ["example:44300"])  # 253 characters are a host, its port comes on top
    response = anna.post(client, anna.follow(), key_id=f"https://{host}/users/anna#key")
    assert (response.status_code, "a host 255" in response.json()["error"]) == (400, True)
    assert not StrangerMessage.objects.exists()


@pytest.mark.parametrize(("places", "left"), [(4, 2), (3, 1)])
def test_while_places_are_scarce_what_has_failed_for_an_hour_gives_its_own_up(
    client: Client, anna: Stranger, monkeypatch: pytest.MonkeyPatch, places: int, left: int
) -> None:
    for _ in range(2):
        anna.post(client, anna.follow())
    later = timezone.now() + dt.timedelta(hours=2)
    StrangerMessage.objects.update(failures=1, retry_at=later)
    old = StrangerMessage.objects.first()
    StrangerMessage.objects.filter(pk=old.pk).update(received=timezone.now() - dt.timedelta(minutes=61))
    monkeypatch.setattr(strangers, "WAITING_IN_ALL", places)
    examining.examine_round()
    assert StrangerMessage.objects.count() == left
    assert StrangerMessage.objects.filter(pk=old.pk).exists() == (left == 2)


def test_a_message_that_waits_already_is_not_kept_twice(client: Client, anna: Stranger) -> None:
    body = json.dumps(anna.follow()).encode()
    headers = anna.sign(body)
    assert [send(client, body, headers).status_code for _ in range(2)] == [202, 202]
    assert StrangerMessage.objects.count() == 1


def test_no_host_fills_the_queue(client: Client, anna: Stranger) -> None:
    answers = [anna.post(client, anna.follow()) for _ in range(strangers.WAITING_OF_A_HOST + 1)]
    assert [answer.status_code for answer in answers[-2:]] == [202, 429]
    assert answers[-1]["Retry-After"] == "600"


def test_the_queue_has_an_end(client: Client, anna: Stranger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strangers, "WAITING_IN_ALL", 1)
    assert [anna.post(client, anna.follow()).status_code for _ in range(2)] == [202, 429]


def test_what_has_failed_makes_room_for_what_is_new(
    client: Client, anna: Stranger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strangers, "WAITING_IN_ALL", 3)
    for _ in range(3):
        anna.post(client, anna.follow())
    first, second, third = StrangerMessage.objects.order_by("pk").values_list("pk", flat=True)
    StrangerMessage.objects.exclude(pk=first).update(failures=1)
    assert anna.post(client, anna.follow()).status_code == 202
    left = set(StrangerMessage.objects.values_list("pk", flat=True))
    assert (len(left), left & {first, second, third}) == (3, {first, third})


def test_no_address_fills_the_queue_with_invented_hosts(
    client: Client, anna: Stranger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strangers, "LIMITS", {"strangers": "2/h/ip"})
    answers = [anna.post(client, anna.follow()) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert answers[-1]["Retry-After"] == "600"
    assert anna.post(Client(REMOTE_ADDR="192.0.2.7"), anna.follow()).status_code == 202


@pytest.mark.parametrize("kind", ["Create", "Delete", "Announce", "Like", "", None, ["Follow"], {}])
def test_strangers_send_nothing_but_follows_undos_and_reports(
    client: Client, anna: Stranger, kind: object
) -> None:
    response = anna.post(client, anna.follow(type=kind))
    assert response.status_code == 403
    assert "Follow, Undo, Flag" in response.json()["error"]
    assert not StrangerMessage.objects.exists()


def test_too_much_at_once_is_refused(client: Client, anna: Stranger) -> None:
    response = anna.post(client, anna.follow(content="x" * strangers.MAX_BYTES))
    assert response.status_code == 413
    assert not StrangerMessage.objects.exists()


def test_what_is_no_json_is_refused(client: Client, anna: Stranger) -> None:
    body = b'{"type": "Follow", "type": "Flag"}'
    assert send(client, body, anna.sign(body)).status_code == 403


def test_unsigned_messages_stay_unauthorised(client: Client, anna: Stranger) -> None:
    assert send(client, json.dumps(anna.follow()).encode(), {}).status_code == 401


def test_the_inbox_of_a_body_that_is_not_here_is_none(client: Client, anna: Stranger) -> None:
    assert anna.post(client, anna.follow(), "/federation/bodies/07211000/inbox").status_code == 404


def test_a_peers_log_still_arrives_at_once(client: Client, koblenz: ForeignHub, peer: Peer) -> None:
    response = koblenz.push(client, koblenz.publish(koblenz.document()))
    assert (response.status_code, response.json()) == (202, {"epoch": 1, "seq": 1})


def test_nobody_at_the_address_of_a_blocked_peer_is_a_stranger(
    client: Client, peer: Peer, anna: Stranger
) -> None:
    Peer.objects.update(origin=anna.origin)
    set_state(Peer.objects.get(), PeerState.BLOCKED)
    assert anna.post(client, anna.follow()).status_code == 403
    assert not StrangerMessage.objects.exists()


def test_queueing_asks_the_database_little(
    client: Client, anna: Stranger, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(20):  # twelve count what came from this address, in the cache
        anna.post(client, anna.follow())
