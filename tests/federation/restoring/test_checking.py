"""Before the first append after a start: who holds more of the own log is asked, and publishing waits."""

from __future__ import annotations

import json
import time

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from federation.models import InstanceKey, Peer, PeerState
from federation.peers import approve
from federation.restoring import alarms, checking
from federation.restoring.recovering import recover
from hub.catalogue import guarding
from hub.catalogue.erasing import erase
from hub.catalogue.guarding import Role
from hub.catalogue.models import CatalogueEntry, Change, LogHead, Mark
from hub.catalogue.settling import settle, settle_key
from hub.errors import NotCurrent
from tests.factories.pages import add_report, add_section
from tests.wire.foreign import ForeignHub
from tests.wire.keeper import Keeper
from tests.wire.server import Response
from tests.wire.starting import unchecked

pytestmark = pytest.mark.django_db


def test_without_peers_the_check_passes_at_once(after_start):
    add_section("mainz")
    assert settle() == 1


def test_a_peer_that_holds_less_lets_publishing_go_on_and_is_asked_once(section, keeper, after_start):
    keeper.keep()
    add_report(section, "Eins")
    settle()
    add_report(section, "Zwei")
    settle()
    assert Change.objects.count() == 3
    assert keeper.asked.count("/federation/held") == 1


def test_what_is_missing_is_fetched_by_a_job_before_anything_is_appended(section, restored, after_start):
    with restored():
        add_report(section, "Nach der Sicherung")
        guarding.note_current()
    new = add_report(section, "Währenddessen")
    with unchecked():
        assert settle() == 0
        with pytest.raises(NotCurrent, match="Sicherung"):
            settle_key(new.translation_key)
        assert Mark.objects.filter(key=new.translation_key).exists()
        assert Change.objects.count() == 1
        assert list(ProcrastinateJob.objects.values_list("task_name", flat=True)) == ["federation.recover"]
        recover()
        settle()
    assert list(Change.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3]
    titles = set(CatalogueEntry.objects.values_list("title", flat=True))
    assert titles == {"Mainz", "Nach der Sicherung", "Währenddessen"}
    assert alarms.why_publishing_waits() == ""


def test_nobody_is_asked_again_within_seconds(section, restored, keeper, after_start):
    with unchecked():
        guarding.note_current()
        with restored():
            add_report(section, "Nach der Sicherung")
    settle()
    settle()
    assert keeper.asked.count("/federation/held") == 1


def test_while_no_peer_answers_publishing_waits_five_minutes(section, keeper, after_start):
    keeper.refuse = lambda path: Response(status=502)
    add_report(section, "Wartet")
    checking.forget(started=time.monotonic())
    assert settle() == 0
    assert "antwortet" in alarms.why_publishing_waits()
    checking.forget(started=time.monotonic() - 301)
    assert settle() == 1
    assert alarms.why_publishing_waits() == ""


@pytest.fixture
def silent(keeper) -> Peer:
    """A second peer that answers nothing, while the first one does."""
    keeper.keep()
    return approve(ForeignHub("http://trier.localhost:9", "trier").identity(bodies=["07211000"]))


def test_for_a_command_one_answer_is_enough(section, silent, after_start):
    add_report(section, "Geht weiter")
    assert settle() == 1


def test_the_worker_gives_silent_peers_a_minute_from_its_start(section, silent, caplog):
    add_report(section, "Wartet")
    with unchecked(Role.WORKER):
        checking.forget(started=time.monotonic())
        assert settle() == 0
        assert silent.name in alarms.why_publishing_waits()
        checking.forget(started=time.monotonic() - 61)
        assert settle() == 1
    assert alarms.why_publishing_waits() == ""
    [told] = [record.getMessage() for record in caplog.records if "without knowing" in record.getMessage()]
    assert "trier" in told
    assert "koblenz" not in told


@pytest.mark.parametrize("state", [PeerState.PAUSED, PeerState.BLOCKED, PeerState.LEFT])
def test_peers_that_are_not_approved_are_not_asked(section, keeper, after_start, state):
    Peer.objects.update(state=state)
    add_report(section, "Geht weiter")
    assert settle() == 1
    assert keeper.asked == []


def test_an_older_version_counts_as_an_answer(section, keeper, after_start):
    keeper.refuse = lambda path: Response(status=404)
    add_report(section, "Geht weiter")
    assert settle() == 1


@pytest.mark.parametrize("told", [b"[]", b"{}", b"no json", b'{"epoch": "1"}', b'{"epoch": -1, "seq": 2}'])
def test_nonsense_is_no_answer(section, keeper, after_start, told):
    keeper.refuse = lambda path: Response(told)
    add_report(section, "Wartet")
    checking.forget(started=time.monotonic())
    assert settle() == 0


def test_a_contradiction_stops_publishing_and_names_the_way_out(section, restored, client, after_start):
    with unchecked():
        guarding.note_current()
        with restored():
            add_report(section, "Die eine Geschichte")
        add_report(section, "Die andere Geschichte")
        settle()
    third = add_report(section, "Wartet")
    assert settle() == 0
    checking.forget()
    with pytest.raises(checking.Contradiction, match="new_epoch"):
        settle_key(third.translation_key)
    with pytest.raises(NotCurrent):
        erase(f"http://mainz.localhost:8001/id/{third.translation_key}")
    assert "new_epoch" in alarms.why_publishing_waits()
    assert client.get("/health/ready").json()["log"]["status"] == "degraded"
    assert not ProcrastinateJob.objects.filter(task_name="federation.recover").exists()


def test_entries_that_do_not_continue_the_own_log_are_a_contradiction(section, restored, after_start):
    with unchecked():
        guarding.note_current()
        with restored():
            for number in range(3):
                add_report(section, f"Die eine Geschichte {number}")
                settle()
        add_report(section, "Die andere Geschichte")
        settle()
    with pytest.raises(checking.Contradiction):
        recover()
    assert Change.objects.count() == 2
    assert "new_epoch" in alarms.why_publishing_waits()


def test_a_claim_without_proof_is_not_believed(section, keeper, keeping_peer, after_start):
    keeper.keep()
    keeper.head["seq"] = 40
    add_report(section, "Geht weiter")
    assert settle() == 1


def test_a_claim_proven_by_another_key_is_refused_and_seen_at_the_peer(section, restored, keeping_peer):
    with restored():
        add_report(section, "Nach der Sicherung")
    InstanceKey.objects.all().delete()
    with unchecked():
        add_report(section, "Geht weiter")
        assert settle() == 1
    keeping_peer.refresh_from_db()
    assert "abgelehnt" in keeping_peer.last_error


def test_an_unreachable_proof_makes_publishing_wait(section, restored, keeper, after_start):
    with unchecked():
        guarding.note_current()
        with restored():
            add_report(section, "Nach der Sicherung")
    keeper.refuse = no_log
    add_report(section, "Wartet")
    checking.forget(started=time.monotonic())
    assert settle() == 0
    assert LogHead.objects.get().seq == 1


def no_log(path: str) -> Response | None:
    return Response(status=500) if path.endswith("/log") else None


@pytest.mark.parametrize("claim", [{"seq": 4_000_000}, {"headHash": "00" * 32}, {"epoch": 2**40}])
def test_a_claim_that_is_never_proven_holds_publishing_up_for_five_minutes_only(
    section, keeper, keeping_peer, after_start, claim
):
    keeper.keep()
    keeper.head.update(claim)
    keeper.refuse = no_log
    add_report(section, "Wartet")
    checking.forget(started=time.monotonic())
    assert settle() == 0
    told = alarms.why_publishing_waits()
    assert keeping_peer.name in told
    assert "new_epoch" not in told
    assert recover().count == 0
    checking.forget(started=time.monotonic() - 301)
    assert settle() == 1
    assert alarms.why_publishing_waits() == ""
    keeping_peer.refresh_from_db()
    assert "zeigt sie aber nicht" in keeping_peer.last_error


def test_where_others_answer_the_worker_gives_it_a_minute_and_a_command_none(section, keeper, monkeypatch):
    keeper.keep()
    trier = approve(ForeignHub("http://trier.localhost:9", "trier").identity(bodies=["07211000"]))
    ask = checking.ask_all
    agreeing = checking.Held(1, 1, keeper.head["headHash"])
    monkeypatch.setattr(checking, "ask_all", lambda peers: {**ask(peers), trier: agreeing})
    keeper.head["seq"] = 40
    keeper.refuse = no_log
    add_report(section, "Wartet")
    with unchecked(Role.WORKER):
        checking.forget(started=time.monotonic())
        assert settle() == 0
        assert "Koblenz" in alarms.why_publishing_waits()
        checking.forget(started=time.monotonic() - 61)
        assert settle() == 1
    add_report(section, "Geht weiter")
    with unchecked():
        checking.forget(started=time.monotonic())
        assert settle() == 1


def test_a_change_of_another_epoch_proves_nothing(section, keeper, after_start):
    """The peer shows a change that is rightly signed, but not the one its claim ends with."""
    keeper.keep()
    told = iter([2, 1])
    keeper.refuse = lambda path: Response(json.dumps(answer(keeper, next(told), path)).encode())
    add_report(section, "Geht weiter")
    assert settle() == 1


def answer(keeper: Keeper, epoch: int, path: str) -> dict[str, object]:
    page = {"after": 0, "entries": keeper.entries[:1]} if path.endswith("/log") else {}
    return {**keeper.head, "epoch": epoch, **page}
