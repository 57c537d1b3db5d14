"""Comparing a peer's catalogue with what is held of it: equal ones stay as they are, others are mended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from procrastinate.contrib.django.models import ProcrastinateJob

from federation import tasks
from federation.comparing import comparing
from federation.comparing.buckets import bucket_of, buckets, lines_of
from federation.comparing.comparing import Outcome, compare, due_peers
from federation.models import Peer, PeerState, Quarantined
from federation.peers import approve, set_state
from federation.pull import pull
from federation.queries import peer_health
from hub.catalogue import overlay
from hub.catalogue.models import CatalogueEntry, Change, LogHead, ModerationAct, Setback, State
from hub.documents import Audience, Text, canonical
from tests.wire.foreign import KOBLENZ
from tests.wire.hub_server import ServedHub, serve_hub
from tests.wire.server import Response, Server, open_door

TRIER = "07211000"
pytestmark = pytest.mark.django_db
Wire = tuple[ServedHub, Server, Peer]


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[Wire]:
    with serve_hub() as (hub, server):
        open_door(monkeypatch, server)
        yield hub, server, approve(hub.identity())


def fill(hub: ServedHub, peer: Peer, count: int = 5) -> list[str]:
    """That many reports of the peer, held here; returns their ids."""
    documents = [hub.document(f"Bericht {number}") for number in range(count)]
    for document in documents:
        hub.publish(document)
    pull(peer)
    return [document.id for document in documents]


def fill_one_bucket(hub: ServedHub, peer: Peer, count: int) -> int:
    """That many reports of the peer in one bucket, held here; returns its number."""
    number = bucket_of(fill(hub, peer, 1)[0])
    made = 1
    while made < count:
        document = hub.document(f"Gleicher Eimer {made}")
        if bucket_of(document.id) == number:
            hub.publish(document)
            made += 1
    pull(peer)
    return number


def result_of(peer: Peer) -> tuple[str, int]:
    """How a comparison went, and that the next finds nothing to mend."""
    peer.refresh_from_db()
    result = compare(peer)
    if result.outcome == Outcome.DONE:
        again = compare(peer)
        assert (again.outcome, again.differing, again.mended) == (Outcome.DONE, 0, 0)
    return result.outcome, result.mended


def asked(server: Server) -> list[str]:
    return [request.path for request in server.requests if "/bucket/" in request.path]


def test_equal_catalogues_are_noted_as_such(served):
    hub, server, peer = served
    fill(hub, peer)
    before = list(CatalogueEntry.objects.order_by("pk").values())
    assert result_of(peer) == (Outcome.DONE, 0)
    assert asked(server) == []
    assert list(CatalogueEntry.objects.order_by("pk").values()) == before
    peer.refresh_from_db()
    assert (peer.compared_seq, peer.mended, peer.compare_error) == (5, 0, "")
    assert peer.compared_at is not None
    assert peer.is_comparable


def test_what_came_since_is_pulled_first(served):
    hub, _server, peer = served
    fill(hub, peer)
    hub.publish(hub.document("Neu"))
    assert result_of(peer) == (Outcome.DONE, 0)
    assert CatalogueEntry.objects.filter(title="Neu").exists()


def test_a_lost_entry_comes_back_with_a_new_position(served):
    hub, _server, peer = served
    ids = fill(hub, peer)
    lost = CatalogueEntry.objects.get(object_id=ids[2])
    newest = CatalogueEntry.objects.order_by("-position").first().position
    CatalogueEntry.objects.filter(pk=lost.pk).delete()
    assert result_of(peer) == (Outcome.DONE, 1)
    found = CatalogueEntry.objects.get(object_id=ids[2])
    assert (found.body, found.digest, found.salt, found.source) == (
        lost.body,
        lost.digest,
        lost.salt,
        "koblenz",
    )
    assert found.position > newest
    assert Change.objects.filter(position=found.position, object_id=ids[2]).exists()
    peer.refresh_from_db()
    assert peer.mended == 1


def test_a_changed_entry_is_put_right(served):
    hub, _server, peer = served
    ids = fill(hub, peer)
    CatalogueEntry.objects.filter(object_id=ids[0]).update(digest="sha256:" + "0" * 64, title="Falsch")
    CatalogueEntry.objects.filter(object_id=ids[1]).update(revision=7)
    CatalogueEntry.objects.filter(object_id=ids[2]).update(state=State.WITHDRAWN)
    assert result_of(peer) == (Outcome.DONE, 3)
    assert set(CatalogueEntry.objects.values_list("revision", "state")) == {(1, "live")}
    assert CatalogueEntry.objects.get(object_id=ids[0]).title == "Bericht 0"


def test_what_the_origin_does_not_have_is_taken_offline(served):
    hub, _server, peer = served
    gone, erased, *_rest = fill(hub, peer)
    keep = CatalogueEntry.objects.filter(object_id__in=(gone, erased))
    before = list(keep.values("object_id", "body", "digest", "salt", "title"))
    hub.withdraw(gone, 2)
    hub._append(erased, 2, "erase", "", {})
    pull(peer)
    for row in before:
        values = {name: row[name] for name in ("body", "digest", "salt", "title")}
        CatalogueEntry.objects.filter(object_id=row["object_id"]).update(state="live", **values)
    assert result_of(peer) == (Outcome.DONE, 2)
    states = dict(
        CatalogueEntry.objects.filter(object_id__in=(gone, erased)).values_list("object_id", "state")
    )
    assert states == {gone: State.WITHDRAWN, erased: State.ERASED}
    assert set(keep.values_list("body", "revision")) == {("", 2)}


def test_of_what_the_origin_has_erased_no_words_stay(served):
    hub, _server, peer = served
    withdrawn, erased, *_rest = fill(hub, peer)
    keep = CatalogueEntry.objects.filter(object_id__in=(withdrawn, erased))
    before = list(keep.values("object_id", "body", "digest", "salt", "title"))
    hub.withdraw(withdrawn, 2)
    hub.erase(erased, 2)
    pull(peer)
    for row in before:  # as a backup from before brings it back
        values = {name: row[name] for name in ("body", "digest", "salt", "title")}
        CatalogueEntry.objects.filter(object_id=row["object_id"]).update(state="live", **values)
        overlay.label(row["object_id"], "Enthält Namen", "Hinweis einer Leserin", "Moderation")
        Setback.objects.create(consumer="search", object_id=row["object_id"], error=row["title"])
    assert result_of(peer) == (Outcome.DONE, 2)
    told = dict(ModerationAct.objects.values_list("object_id", "title"))
    assert told == {withdrawn: "Bericht 0", erased: ""}
    assert set(ModerationAct.objects.filter(object_id=erased).values_list("label", "reason")) == {
        ("", "Hinweis einer Leserin")
    }
    assert list(Setback.objects.values_list("object_id", flat=True)) == [withdrawn]


def test_what_this_instance_does_with_entries_makes_nothing_unequal(served):
    hub, server, peer = served
    ids = fill(hub, peer)
    CatalogueEntry.objects.filter(object_id=ids[0]).update(overlay="hidden", label="veraltet")
    CatalogueEntry.objects.filter(object_id=ids[1]).update(overlay="held")
    CatalogueEntry.objects.filter(object_id=ids[2]).update(moved_to="http://neu.localhost/id/1")
    approve(hub.identity(bodies=[]))
    assert CatalogueEntry.objects.filter(hidden=True).count() == 5
    assert result_of(Peer.objects.get()) == (Outcome.DONE, 0)
    assert asked(server) == []


def test_expired_entries_and_those_for_members_count_on_both_sides(served):
    hub, server, peer = served
    hub.publish(hub.document("Intern", audience=Audience.MEMBERS))
    hub.publish(hub.document("Alt", expires="2020-01-01"))
    pull(peer)
    assert result_of(peer) == (Outcome.DONE, 0)
    assert asked(server) == []


@pytest.mark.parametrize("known", [True, False])
def test_what_is_in_quarantine_is_equal(served, known):
    hub, server, peer = served
    document = hub.document("Alt")
    if known:
        hub.publish(document)
    strange = document.model_copy(update={"publishers": (KOBLENZ, TRIER)})
    hub.publish(strange, 2)
    pull(peer)
    assert Quarantined.objects.count() == 1
    assert result_of(peer) == (Outcome.DONE, 0)
    assert asked(server) == []
    # Lost, it comes back to where it was: not shown, and in sight of the operator.
    Quarantined.objects.all().delete()
    assert result_of(peer) == (Outcome.DONE, 1)
    assert Quarantined.objects.get().object_id == document.id
    assert not CatalogueEntry.objects.filter(hidden=False).exists()


def test_a_bucket_of_several_pages_is_read_whole(served):
    hub, server, peer = served
    number = fill_one_bucket(hub, peer, 8)
    CatalogueEntry.objects.all().delete()
    assert result_of(peer) == (Outcome.DONE, 8)
    assert len(asked(server)) == 4
    assert len(lines_of(peer.origin, number)) == 8


def test_more_than_may_be_kept_at_once_is_mended_part_by_part(served, monkeypatch):
    hub, server, peer = served
    number = fill_one_bucket(hub, peer, 4)
    CatalogueEntry.objects.all().delete()
    monkeypatch.setattr(comparing, "KEPT_BYTES", 1)
    kept: list[int] = []
    real = comparing.mend

    def mend(peer: Peer, bucket: Any) -> int:
        kept.append(len(bucket.news))
        return real(peer, bucket)

    monkeypatch.setattr(comparing, "mend", mend)
    assert result_of(peer) == (Outcome.DONE, 4)
    assert kept == [1, 1, 1, 1]
    assert len(lines_of(peer.origin, number)) == 4
    assert len(asked(server)) == 12


def test_a_page_of_what_was_never_published_is_the_last_that_is_asked_for(served, monkeypatch):
    hub, server, peer = served
    fill_one_bucket(hub, peer, 6)
    CatalogueEntry.objects.all().delete()
    kept = list(hub.entries)
    forger = ServedHub(hub.origin)
    forger.ed25519 = hub.ed25519
    for entry in kept:
        forged = hub.document("Untergeschoben").model_copy(update={"id": entry["change"]["objectId"]})
        forger.publish(forged)
    monkeypatch.setattr(hub, "current", forger.current)
    honest = hub.buckets()
    monkeypatch.setattr(hub, "buckets", lambda: honest)
    result = compare(peer)
    assert (result.outcome, "its log as held here says" in result.reason) == (Outcome.FAILED, True)
    assert len(asked(server)) == 1


def test_what_arrives_while_a_page_is_made_is_no_alarm(served, monkeypatch):
    hub, _server, peer = served
    fill(hub, peer, 2)
    CatalogueEntry.objects.all().delete()
    real = comparing.read_entry

    def read(*given: Any) -> Any:
        change = real(*given)
        Change.objects.filter(object_id=change.object_id).update(seq=99)
        LogHead.objects.filter(origin=peer.origin).update(seq=99)
        return change

    monkeypatch.setattr(comparing, "read_entry", read)
    assert compare(peer).outcome == Outcome.LATER


def test_an_entry_that_is_not_that_of_the_log_is_an_alarm(served):
    hub, _server, peer = served
    ids = fill(hub, peer)
    # The peer rewrites one entry without saying so in its log.
    index = next(i for i, entry in enumerate(hub.entries) if entry["change"]["objectId"] == ids[1])
    forged, kept = ServedHub(hub.origin), hub.entries[index]
    forged.ed25519 = hub.ed25519
    document = hub.document("Untergeschoben").model_copy(update={"id": ids[1]})
    forged.entries = [{}] * index
    hub.entries[index] = forged.publish(document, prevHash=kept["change"]["prevHash"])
    before = list(CatalogueEntry.objects.order_by("pk").values())
    assert result_of(peer) == (Outcome.FAILED, 0)
    assert list(CatalogueEntry.objects.order_by("pk").values()) == before
    peer.refresh_from_db()
    assert "its log as held here says" in peer.compare_error
    assert peer.compared_at is None
    # The alarm stands until a comparison has come to its end.
    pull(peer)
    peer.refresh_from_db()
    assert peer.compare_error
    hub.entries[index] = kept
    assert result_of(peer) == (Outcome.DONE, 0)
    peer.refresh_from_db()
    assert peer.compare_error == ""


def test_another_history_is_an_alarm(served):
    hub, _server, peer = served
    fill(hub, peer)
    LogHead.objects.filter(origin=peer.origin).update(head_hash="0" * 64)
    peer.refresh_from_db()
    result = compare(peer)
    assert (result.outcome, "another history" in result.reason) == (Outcome.FAILED, True)


FORGERIES: dict[str, dict[str, Any]] = {
    "bucket": {"bucket": 999},
    "after": {"after": "x"},
    "entries": {"entries": None},
    "shape": {"entries": [{}]},
    "origin": {"origin": "http://trier.localhost:8004"},
    "time": {"created": "2026-01-01T00:00:00.000000Z"},
    "twice": {},
}


@pytest.mark.parametrize("case", FORGERIES)
def test_a_page_that_is_not_right_mends_nothing(served, monkeypatch, case):
    hub, _server, peer = served
    fill(hub, peer)
    CatalogueEntry.objects.all().delete()
    real = hub.bucket_page

    def page(bucket: int, after: str) -> dict[str, Any]:
        entries = real(bucket, after)["entries"] * 2
        return hub.head(**{"bucket": bucket, "after": after, "entries": entries, **FORGERIES[case]})

    monkeypatch.setattr(hub, "bucket_page", page)
    assert result_of(peer) == (Outcome.FAILED, 0)
    assert not CatalogueEntry.objects.exists()


@pytest.mark.parametrize(
    "change", [{"buckets": []}, {"buckets": "x"}, {"buckets": [1] * 256}, {"epoch": "1"}]
)
def test_a_head_that_is_not_right_is_refused(served, monkeypatch, change):
    hub, _server, peer = served
    fill(hub, peer)
    real = hub.head
    monkeypatch.setattr(hub, "head", lambda **fields: real(**{**fields, **change}))
    assert result_of(peer) == (Outcome.FAILED, 0)


def test_a_head_or_a_page_changed_on_the_way_is_refused(served, monkeypatch):
    hub, _server, peer = served
    fill(hub, peer)
    CatalogueEntry.objects.all().delete()
    honest = hub.bucket_page
    monkeypatch.setattr(hub, "bucket_page", lambda *given: {**honest(*given), "entries": []})
    assert result_of(peer) == (Outcome.FAILED, 0)
    monkeypatch.setattr(hub, "bucket_page", honest)
    real = hub.head
    monkeypatch.setattr(hub, "head", lambda **fields: {**real(**fields), "buckets": [""] * 256})
    assert result_of(peer) == (Outcome.FAILED, 0)


def test_a_page_that_leaves_something_out_takes_nothing_offline(served, monkeypatch):
    hub, _server, peer = served
    ids = fill(hub, peer)
    CatalogueEntry.objects.filter(object_id=ids[0]).update(revision=9)
    monkeypatch.setattr(hub, "current", dict)
    real = hub.buckets()
    told = [
        "0" * 64 if number == bucket_of(ids[0]) else buckets(peer.origin)[number] for number in range(256)
    ]
    assert real != told
    monkeypatch.setattr(hub, "buckets", lambda: told)
    assert result_of(peer) == (Outcome.LATER, 0)
    assert CatalogueEntry.objects.filter(state="live").count() == 5


def test_what_is_published_meanwhile_puts_it_off(served, monkeypatch):
    hub, _server, peer = served
    fill(hub, peer)
    CatalogueEntry.objects.all().delete()
    real = hub.bucket_page

    def page(bucket: int, after: str) -> dict[str, Any]:
        hub.publish(hub.document("Dazwischen"))
        return real(bucket, after)

    monkeypatch.setattr(hub, "bucket_page", page)
    assert result_of(peer) == (Outcome.LATER, 0)
    peer.refresh_from_db()
    assert (peer.compared_at, peer.compare_error) == (None, "")


def test_a_peer_of_an_older_version_is_no_error(served, monkeypatch):
    hub, _server, peer = served
    fill(hub, peer)
    real = hub.head
    monkeypatch.setattr(
        hub, "head", lambda **f: real(**{name: value for name, value in f.items() if name != "buckets"})
    )
    assert result_of(peer) == (Outcome.NOT_OFFERED, 0)
    peer.refresh_from_db()
    assert not peer.is_comparable
    assert (peer.compare_error, peer.last_error) == ("", "")
    monkeypatch.setattr(hub, "head", real)
    assert result_of(peer) == (Outcome.DONE, 0)
    peer.refresh_from_db()
    assert peer.is_comparable


def test_a_peer_that_is_down_is_compared_later(served):
    hub, _server, peer = served
    fill(hub, peer)
    hub.down = True
    assert result_of(peer) == (Outcome.FAILED, 0)
    peer.refresh_from_db()
    assert (peer.compare_error, peer.compared_at) == (compare(peer).reason, None)
    assert peer_health()[0]["needs"] == ["compare_error"]
    hub.down = False
    assert result_of(peer) == (Outcome.DONE, 0)
    assert peer_health()[0]["needs"] == []


def test_what_was_blocked_meanwhile_is_not_mended(served):
    hub, _server, peer = served
    ids = fill(hub, peer)
    CatalogueEntry.objects.filter(object_id=ids[0]).delete()
    set_state(Peer.objects.get(), PeerState.BLOCKED)
    assert compare(peer).outcome == Outcome.FAILED
    assert not CatalogueEntry.objects.filter(object_id=ids[0]).exists()
    assert compare(Peer.objects.get()).outcome == Outcome.LATER


def test_a_first_sync_ends_with_a_comparison_and_then_there_is_one_a_day(served):
    hub, _server, peer = served
    hub.publish(hub.document())
    tasks.pull_peer("koblenz")
    jobs = ProcrastinateJob.objects.filter(task_name="federation.compare")
    assert jobs.count() == 1
    jobs.delete()
    tasks.pull_peer("koblenz")
    assert not jobs.exists(), "one that failed is tried again by the hour, not after each pull"
    tasks.compare_due(0)
    assert jobs.count() == 1
    assert due_peers() == [peer]
    tasks.compare_peer("koblenz")
    tasks.compare_peer("unbekannt")
    assert due_peers() == []
    jobs.delete()
    tasks.pull_peer("koblenz")
    tasks.compare_due(0)
    assert not jobs.exists()
    Peer.objects.update(compared_at="2026-01-01T00:00Z")
    tasks.compare_due(0)
    tasks.compare_due(0)
    assert jobs.count() == 1
    set_state(Peer.objects.get(), PeerState.PAUSED)
    assert due_peers() == []


def test_the_command_tells_one_line_for_each_peer(served, capsys):
    hub, _server, peer = served
    ids = fill(hub, peer)
    call_command("compare_peers")
    CatalogueEntry.objects.filter(object_id=ids[0]).delete()
    call_command("compare_peers", "koblenz")
    call_command("compare_peers", "koblenz")
    assert capsys.readouterr().out.splitlines() == [
        "koblenz: gleich.",
        "koblenz: 1 Beitrag wich ab und wurde berichtigt.",
        "koblenz: gleich.",
    ]
    with pytest.raises(CommandError, match="trier"):
        call_command("compare_peers", "trier")
    hub.down = True
    with pytest.raises(CommandError, match="Nicht jeder Vergleich"):
        call_command("compare_peers")


def test_the_wording_that_comes_back_is_shown(client, served):
    hub, _server, peer = served
    document = hub.document("Straße", texts={"de": Text(title="Straße", summary="Wieder da")})
    hub.publish(document)
    pull(peer)
    CatalogueEntry.objects.all().delete()
    compare(peer)
    assert "Wieder da" in client.get(CatalogueEntry.objects.get().get_absolute_url()).content.decode()


def test_a_bucket_page_is_asked_for_signed(served):
    hub, server, peer = served
    fill(hub, peer)
    CatalogueEntry.objects.all().delete()
    compare(peer)
    signed = [
        request.headers.get("Signature-Input", "")
        for request in server.requests
        if "/bucket/" in request.path
    ]
    assert signed
    assert all("http://mainz.localhost:8001/federation/actor#rsa-key" in each for each in signed)
    assert canonical(hub.head())
    assert isinstance(hub.answer(server.requests[-1]), Response)
