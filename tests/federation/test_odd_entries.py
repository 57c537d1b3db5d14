"""Rightly signed, yet odd: no entry stops a peer's log, and what it corrects is no longer shown."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from procrastinate.contrib.django.models import ProcrastinateJob

from federation import delivery, inbox, pull, quarantine, tasks
from federation.models import Peer, Quarantined
from federation.peers import approve, set_bodies
from hub import fetching
from hub.catalogue import entries as catalogue_entries
from hub.catalogue.models import CatalogueEntry, Change, LogHead, State
from hub.documents import Document, Text, canonical
from tests.wire.foreign import KOBLENZ, ForeignHub

TRIER = "07211000"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("peer")]


def body_of(document: Document, **changes: Any) -> str:
    return canonical({**document.model_dump(mode="json"), **changes}).decode()


def titled(document: Document, title: str) -> Document:
    return document.model_copy(update={"texts": {"de": Text(title=title)}})


def shown() -> list[str]:
    return sorted(CatalogueEntry.objects.filter(state="live", hidden=False).values_list("title", flat=True))


ODD: dict[str, dict[str, Any]] = {
    "kind": {"kind": "k" * 41},
    "topic": {"topics": ["t" * 61]},
    "publisher": {"publishers": [KOBLENZ, "9" * 21]},
    "language": {"texts": {"x" * 21: {"title": "x"}}},
    "maturity": {"case": {"maturity": "m" * 21}},
    "overflow": {"event": {"starts": "0001-01-01T00:00:00+10:00", "ends": "9999-12-31T23:59:59Z"}},
}


@pytest.mark.parametrize("case", ODD)
def test_what_does_not_fit_the_catalogue_is_kept_aside(client, koblenz, case):
    document = koblenz.document("Gift")
    first = koblenz.push(client, koblenz.publish_body(document.id, body_of(document, **ODD[case])))
    after = koblenz.push(client, koblenz.publish(koblenz.document("Danach")))
    assert (first.status_code, after.status_code) == (202, 202)
    assert shown() == ["Danach"]
    assert Quarantined.objects.get().object_id == document.id


@pytest.mark.parametrize("path", ["keine-uuid", "x/{}", "{{{}}}", "urn:uuid:{}", "{}/"])
def test_an_id_is_the_origin_and_a_uuid(client, koblenz, path):
    document = koblenz.document("Eins")
    koblenz.push(client, koblenz.publish(document))
    odd = f"{koblenz.origin}/id/{path.format(document.uuid)}"
    assert koblenz.push(client, koblenz.publish_body(odd, body_of(document, id=odd))).status_code == 202
    koblenz.push(client, koblenz.publish(koblenz.document("Danach")))
    assert shown() == ["Danach", "Eins"]
    assert "a UUID" in Quarantined.objects.get().reason


@pytest.mark.parametrize(
    "changes",
    [
        {"revision": 2**31},
        {"epoch": 2**31},
        {"objectDigest": ""},
        {"objectDigest": "sha256:" + "g" * 64},
        {"created": "0001-01-01T00:00:00.000000Z"},
        {"created": "9999-12-31T23:59:59.000000Z"},
        {"created": "2026-02-30T00:00:00.000000Z"},
        {"created": "२०२६-01-01T00:00:00.000000Z"},
    ],
)
def test_an_envelope_no_log_can_hold_is_refused(client, koblenz, changes):
    koblenz.publish(koblenz.document(), **changes)
    stub = {"change": koblenz.entries[-1]["change"]}
    assert koblenz.push(client, stub).status_code == 403
    assert not LogHead.objects.filter(seq__gt=0).exists()


def test_a_head_of_an_impossible_time_is_refused(client, koblenz):
    entry = koblenz.publish(koblenz.document())
    activity = {**koblenz.activity(entry), "head": koblenz.head(created="2026-02-30T00:00:00.000000Z")}
    assert koblenz.post(client, activity).status_code == 403


def fail_for(monkeypatch: pytest.MonkeyPatch, title: str, error: Exception) -> None:
    """Let writing the document with this title fail after it has touched the entry."""
    real = catalogue_entries.fill

    def fill(entry: CatalogueEntry, document: Document, *arguments: Any) -> None:
        real(entry, document, *arguments)
        if document.text().title == title:
            raise error

    monkeypatch.setattr(catalogue_entries, "fill", fill)


def test_what_fails_in_the_database_is_kept_aside_alone(client, koblenz, monkeypatch):
    monkeypatch.setattr(inbox, "why_not_shown", lambda peer, change: "")
    document = koblenz.document("Eins")
    entries = [
        koblenz.publish(document),
        koblenz.publish_body(document.id, body_of(titled(document, "Zwei"), kind="k" * 41), 2),
        koblenz.publish(koblenz.document("Danach")),
    ]
    assert koblenz.push(client, *entries).json()["seq"] == 3
    assert shown() == ["Danach"]
    assert "cannot be stored" in Quarantined.objects.get().reason
    koblenz.push(client, koblenz.publish(titled(document, "Drei"), 3))
    assert shown() == ["Danach", "Drei"]
    assert not Quarantined.objects.exists()


def test_a_trouble_of_the_database_itself_is_no_fault_of_the_entry(koblenz, peer, monkeypatch):
    fail_for(monkeypatch, "Eins", OperationalError("deadlock detected"))
    verified = inbox.verify(peer, [koblenz.publish(koblenz.document("Eins"))])
    with pytest.raises(OperationalError):
        inbox.apply(peer, verified)
    assert not Change.objects.exists()


def test_a_correction_that_cannot_be_shown_hides_the_old_wording(client, koblenz):
    document = koblenz.document("Alt")
    koblenz.push(client, koblenz.publish(document))
    before = CatalogueEntry.objects.get()
    newer = body_of(titled(document, "Neu"), audience="nobody")
    koblenz.push(client, koblenz.publish_body(document.id, newer, 2))
    entry = CatalogueEntry.objects.get()
    assert entry.hidden
    assert entry.position > before.position
    assert client.get(entry.get_absolute_url()).status_code == 410
    approve(koblenz.identity(bodies=[KOBLENZ, TRIER]))
    assert shown() == []
    koblenz.push(client, koblenz.publish(titled(document, "Neuer"), 3))
    assert shown() == ["Neuer"]


def test_a_correction_is_shown_once_it_can_be(client, koblenz):
    document = koblenz.document("Alt")
    koblenz.push(client, koblenz.publish(document))
    joint = titled(document, "Neu").model_copy(update={"publishers": (KOBLENZ, TRIER)})
    koblenz.push(client, koblenz.publish(joint, 2))
    hidden = CatalogueEntry.objects.get()
    approve(koblenz.identity(bodies=[KOBLENZ, TRIER]))
    assert quarantine.retry_quarantined() == 1
    assert shown() == ["Neu"]
    assert CatalogueEntry.objects.get().position > hidden.position


def test_an_older_revision_changes_nothing(client, koblenz):
    document = koblenz.document("Neu")
    koblenz.push(client, koblenz.publish(document, 5))
    before = CatalogueEntry.objects.values().get()
    for number in (2, 5):
        koblenz.push(client, koblenz.publish(titled(document, "Alt"), number))
    koblenz.push(client, koblenz.publish_body(document.id, "no JSON", 3))
    assert koblenz.push(client, koblenz.withdraw(document.id, 4)).json()["seq"] == 5
    assert CatalogueEntry.objects.values().get() == before
    assert Change.objects.count() == 5
    assert not Quarantined.objects.exists()


@pytest.mark.parametrize("known", [True, False])
def test_what_is_erased_stays_erased(client, koblenz, known):
    document = koblenz.document("Gelöscht")
    koblenz.push(client, koblenz.publish_body(document.id, document.to_bytes().decode() if known else "?"))
    koblenz._append(document.id, 2, "erase", "", {})
    koblenz.push(client, koblenz.entries[-1])
    koblenz.push(client, koblenz.publish(document, 3))
    koblenz.push(client, koblenz.withdraw(document.id, 4))
    assert list(CatalogueEntry.objects.values_list("state", "title")) == [(State.ERASED, "")] * known
    assert Change.objects.count() == 4


def test_a_batch_reads_what_is_held_at_once(koblenz, peer, django_assert_num_queries):
    for count in (1, 20):
        verified = inbox.verify(peer, [koblenz.publish(koblenz.document()) for _ in range(count)])
        with django_assert_num_queries(17):
            inbox.apply(peer, verified)


def quarantine_two(client: Any, koblenz: ForeignHub) -> None:
    for title in ("Gift", "Gut"):
        koblenz.push(client, koblenz.publish(koblenz.document(title, publishers=(TRIER,))))


def test_one_entry_that_fails_again_holds_up_nothing(client, koblenz, monkeypatch, tmp_path):
    quarantine_two(client, koblenz)
    file = tmp_path / "koblenz.json"
    file.write_bytes(canonical(koblenz.identity()))
    fail_for(monkeypatch, "Gift", RuntimeError("kaputt"))
    call_command("approve_peer", "--file", str(file), "--bodies", f"{KOBLENZ},{TRIER}")
    job = ProcrastinateJob.objects.get(task_name="federation.retry_quarantined")
    assert shown() == []
    tasks.retry_quarantined(**job.args)
    assert shown() == ["Gut"]
    assert "RuntimeError: kaputt" in Quarantined.objects.get().reason
    monkeypatch.undo()
    assert quarantine.retry_quarantined() == 1


def retries() -> list[dict[str, Any]]:
    jobs = ProcrastinateJob.objects.filter(task_name="federation.retry_quarantined")
    return [job.args for job in jobs.order_by("pk")]


def test_what_waits_for_more_bodies_is_tried_when_they_come_and_not_every_hour(client, koblenz, monkeypatch):
    quarantine_two(client, koblenz)
    tasks.at_start()
    tasks.tidy(0)
    assert retries() == []
    Quarantined.objects.filter(seq=1).update(reason="not readable by this version: 9.0")
    tasks.tidy(0)
    tasks.tidy(0)
    assert retries() == [{"slug": "koblenz", "everything": False}]
    tried: list[int] = []
    monkeypatch.setattr(quarantine, "_retry_safely", lambda pk, origin: bool(tried.append(pk)))
    tasks.retry_quarantined(**retries()[0])
    assert tried == [Quarantined.objects.get(seq=1).pk]
    set_bodies(Peer.objects.get(), {KOBLENZ, TRIER})
    assert retries()[1:] == [{"slug": "koblenz", "everything": True}]
    tasks.retry_quarantined(**retries()[1])
    assert len(tried) == 3


def test_quarantined_entries_are_read_in_chunks(client, koblenz, monkeypatch, django_assert_num_queries):
    quarantine_two(client, koblenz)
    monkeypatch.setattr(quarantine, "CHUNK", 1)
    tried: list[int] = []
    monkeypatch.setattr(quarantine, "_retry_safely", lambda pk, origin: bool(tried.append(pk)))
    with django_assert_num_queries(3):
        assert quarantine.retry_quarantined() == 0
    assert len(tried) == 2


def test_an_unexpected_failure_of_a_pull_is_seen(client, koblenz, peer, monkeypatch):
    koblenz.publish(koblenz.document())
    answer = fetching.Reply(200, {}, canonical(koblenz.page(0)))
    monkeypatch.setattr(fetching, "fetch", lambda *arguments, **options: answer)
    monkeypatch.setattr(inbox, "why_not_shown", lambda *arguments: 1 / 0)
    assert pull.pull(peer) == 0
    peer.refresh_from_db()
    assert peer.pull_failures == 1
    assert peer.pull_after is not None
    assert "ZeroDivisionError" in peer.last_error
    assert client.get("/health/ready").json()["peers"]["status"] == "degraded"


def test_an_unexpected_failure_of_a_push_is_seen(peer, monkeypatch):
    monkeypatch.setattr(delivery, "own_head", lambda: 1 / 0)
    assert delivery.push(peer) == 0
    peer.refresh_from_db()
    assert (peer.push_failures, "ZeroDivisionError" in peer.last_error) == (1, True)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_trying_again_and_applying_take_their_locks_in_one_order(client, koblenz):
    document = koblenz.document("Eins")
    koblenz.push(client, koblenz.publish(document))
    joint = document.model_copy(update={"publishers": (KOBLENZ, TRIER)})
    koblenz.push(client, koblenz.publish(titled(joint, "Zwei"), 2))
    peer = approve(koblenz.identity(bodies=[KOBLENZ, TRIER]))
    third = inbox.verify(peer, [koblenz.publish(titled(joint, "Drei"), 3)])
    trying = threading.Event()

    def slow(execute: Any, sql: str, *arguments: Any) -> Any:
        """Leave time for the other one after each lock."""
        result = execute(sql, *arguments)
        if "FOR UPDATE" in sql:
            trying.set()
            time.sleep(0.3)
        return result

    def retry() -> int:
        try:
            with connection.execute_wrapper(slow):
                return quarantine.retry_quarantined()
        finally:
            connection.close()

    def apply() -> int:
        try:
            assert trying.wait(10)
            return inbox.apply(peer, third)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert [task.result(20) for task in (pool.submit(retry), pool.submit(apply))] == [1, 1]
    assert shown() == ["Drei"]
    assert Peer.objects.get().last_error == ""
