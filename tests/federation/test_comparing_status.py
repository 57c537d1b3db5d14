"""How the exchange stands, for people, machines and monitoring."""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from federation.models import Follower, Notice, Peer, PeerState
from federation.peers import approve, note_pull_failure, set_state
from federation.queries import own_health, peer_health
from hub.catalogue.models import LogHead, Mark
from hub.env import env
from hub.files.models import FileState, StoredFile
from tests.wire.foreign import KOBLENZ, ForeignHub

TRIER = "07211000"
pytestmark = pytest.mark.django_db


def status(*arguments: str) -> str:
    out = io.StringIO()
    call_command("federation_status", *arguments, stdout=out)
    return out.getvalue()


def needing() -> str:
    """What monitoring is told; empty if all is well."""
    try:
        status("--check")
    except CommandError as error:
        return str(error)
    return ""


def test_a_healthy_instance_needs_nobody(client, koblenz, peer):
    koblenz.push(client, koblenz.publish(koblenz.document()))
    assert needing() == ""
    row = peer_health()[0]
    assert (row["epoch"], row["seq"], row["needs"]) == (1, 1, [])
    assert "Noch nicht verglichen" in status()


def test_both_directions_are_told(client, koblenz, peer):
    LogHead.objects.create(origin=env.origin, epoch=2, seq=7, head_hash="f" * 64)
    Notice.objects.create(origin=env.origin, number=1, type="rotation", document={}, created=timezone.now())
    koblenz.push(client, koblenz.publish(koblenz.document()))
    Peer.objects.update(pushed_epoch=2, pushed_seq=4, head_seq=9)
    row = peer_health()[0]
    assert (row["lag"], row["ahead"], row["notices_pending"]) == (3, 8, 1)
    Peer.objects.update(pushed_epoch=1, notices_sent=1, head_seq=0)
    row = peer_health()[0]
    assert (row["lag"], row["ahead"], row["notices_pending"]) == (7, 0, 0)
    assert f"{env.origin}  2/7  {'f' * 64}" in status()


def test_the_machine_reads_everything(client, koblenz, peer):
    koblenz.push(client, koblenz.publish(koblenz.document("Fremd", publishers=(TRIER,))))
    Follower.objects.create(actor="https://social.example/a", inbox="https://social.example/i", host="social")
    Mark.objects.create(key="7b0c3f0e-5a4e-4a53-9f43-0b8f4d8f0c11")
    note_pull_failure(peer, "nicht erreichbar")
    told: dict[str, Any] = json.loads(status("--json"))
    assert told["self"]["origin"] == env.origin
    assert (told["self"]["followers"], told["self"]["waiting_marks"], told["self"]["failing_marks"]) == (
        1,
        1,
        0,
    )
    row = told["peers"][0]
    assert (row["last_error"], row["quarantined"], row["needs"]) == (
        "nicht erreichbar",
        1,
        ["error", "quarantined"],
    )
    assert row["last_error_at"] is not None
    [entry] = told["quarantine"]
    assert (entry["peer"], entry["seq"]) == ("koblenz", 1)
    assert TRIER in entry["reason"]
    assert "body" not in entry
    text = status("--quarantine")
    assert entry["object_id"] in text
    assert "nicht erreichbar" in text


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"last_error": "kaputt"}, "der Austausch scheitert"),
        ({"compare_error": "gelogen"}, "widersprechen ihrem Protokoll"),
        ({"compared_at": "2026-01-01T00:00Z", "compared_seq": 1}, "seit Tagen nicht verglichen"),
    ],
)
def test_monitoring_is_told_what_needs_somebody(peer, values, word):
    Peer.objects.update(**values)
    assert word in needing()
    assert needing().startswith("Darum muss sich jemand kümmern: koblenz: ")
    set_state(Peer.objects.get(), PeerState.BLOCKED)
    assert needing() == ""


def test_monitoring_is_told_of_refused_files_and_failing_pages(peer):
    file = {"origin": peer.origin, "size": 1, "media_type": "text/plain", "reason": "x"}
    StoredFile.objects.create(digest="sha256:" + "a" * 64, state=FileState.WITHHELD, **file)
    assert needing() == ""
    StoredFile.objects.create(digest="sha256:" + "b" * 64, state=FileState.REFUSED, **file)
    assert "Dateien sind abgewiesen" in needing()
    assert (peer_health()[0]["withheld_files"], peer_health()[0]["refused_files"]) == (2, 1)
    StoredFile.objects.all().delete()
    Mark.objects.create(key="7b0c3f0e-5a4e-4a53-9f43-0b8f4d8f0c11", error="KeyError")
    assert "1 Seiten lassen sich nicht veröffentlichen" in needing()


def test_comparisons_are_told(peer):
    Peer.objects.update(compared_at=timezone.now(), compared_seq=5, mended=2)
    assert "Verglichen bis 5 am" in status()
    assert "insgesamt 2 berichtigt" in status()
    Peer.objects.update(compared_seq=0)
    assert "Sie vergleicht noch nicht; die Version dort ist älter." in status()
    assert not peer_health()[0]["comparable"]
    assert needing() == ""


def test_a_peer_that_was_never_compared_needs_somebody_after_two_days(peer):
    Peer.objects.update(approved=timezone.now() - dt.timedelta(days=1))
    assert needing() == ""
    Peer.objects.update(approved=timezone.now() - dt.timedelta(days=3))
    assert "seit Tagen nicht verglichen" in needing()
    Peer.objects.update(admitted=True)
    assert needing() == "", "of an empty log there is nothing to compare"
    Peer.objects.update(head_seq=5)
    assert "seit Tagen nicht verglichen" in needing()


def test_the_health_of_one_peer_is_read_alone(peer, koblenz, django_assert_num_queries):
    approve(ForeignHub("http://trier.localhost:8004", "trier").identity(bodies=[]))
    with django_assert_num_queries(6):
        assert [row["slug"] for row in peer_health(["koblenz"])] == ["koblenz"]


def test_the_health_check_names_what_somebody_has_to_look_at(client, koblenz, peer):
    assert client.get("/health/ready").json()["peers"]["status"] == "ok"
    Peer.objects.update(compare_error="gelogen")
    told = client.get("/health/ready").json()["peers"]
    assert told["status"] == "degraded"
    assert "gelogen" not in json.dumps(told)
    assert KOBLENZ not in json.dumps(told)


def test_the_own_state_takes_five_queries(django_assert_num_queries):
    with django_assert_num_queries(5):
        assert own_health()["seq"] == 0
