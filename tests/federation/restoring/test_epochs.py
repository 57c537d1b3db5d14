"""New epochs: begun by an operator, refused by peers until theirs have accepted it."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from federation import tasks
from federation.models import Peer, Quarantined
from federation.outgoing import entries_after, own_head
from federation.peers import approve
from federation.pull import pull
from federation.restoring import alarms
from federation.restoring.epochs import NoNewEpoch, accept_epoch, follow_epoch, new_epoch
from hub.catalogue import epochs
from hub.catalogue.erasing import erase
from hub.catalogue.log import hash_of
from hub.catalogue.models import CatalogueEntry, Change, ChangeType, LogHead, State
from hub.catalogue.settling import reconcile, settle
from hub.documents import canonical
from hub.env import env
from tests.factories.pages import add_report
from tests.wire.hub_server import ServedHub, serve_hub
from tests.wire.server import Response, open_door
from tests.wire.starting import unchecked

pytestmark = pytest.mark.django_db


def test_a_new_epoch_is_complete_in_itself(section):
    page = add_report(section, "Bericht")
    gone = add_report(section, "Weg")
    erased = add_report(section, "Gelöscht")
    add_report(section, "Intern", audience="instance")
    settle()
    gone.unpublish()
    settle()
    erase(f"{env.origin}/id/{erased.translation_key}")
    before = {entry.object_id: entry.revision for entry in CatalogueEntry.objects.all()}
    head = new_epoch("Probe")
    changes = list(Change.objects.filter(epoch=2).order_by("seq"))
    assert (head.epoch, head.seq, own_head().head_hash) == (2, 3, changes[-1].hash)
    assert [change.type for change in changes] == [ChangeType.PUBLISH, ChangeType.PUBLISH, ChangeType.ERASE]
    assert all(change.revision > before[change.object_id] for change in changes)
    assert [change.prev_hash for change in changes] == ["", changes[0].hash, changes[1].hash]
    assert all(hash_of(change) == change.hash for change in changes)
    entries = entries_after(2, 0)
    assert [("body" in entry) for entry in entries] == [True, True, False]
    assert f"/id/{page.translation_key}" in entries[1]["change"]["objectId"]
    settle()
    assert (reconcile().mended, own_head().seq) == ((), 3)


def test_the_command_asks_and_ends_the_alarm(section, restored, monkeypatch, capsys):
    with restored():
        add_report(section, "Die eine Geschichte")
    add_report(section, "Die andere Geschichte")
    settle()
    waiting = add_report(section, "Wartet")
    with unchecked():
        assert settle() == 0
        monkeypatch.setattr("builtins.input", lambda _: "")
        with pytest.raises(CommandError, match="nichts geändert"):
            call_command("new_epoch", "--reason", "Probe")
        assert own_head().epoch == 1
        call_command("new_epoch", "--reason", "Probe", "--yes")
        assert "Epoche 2 hat mit 2 Einträgen begonnen" in capsys.readouterr().out
        assert alarms.why_publishing_waits() == ""
        settle()
    assert CatalogueEntry.objects.get(uuid=waiting.translation_key).state == State.LIVE
    assert (own_head().epoch, own_head().seq) == (2, 3)


def test_a_new_epoch_lies_above_what_peers_hold(section, keeper):
    keeper.keep()
    keeper.head["epoch"] = 6
    assert new_epoch("Probe").epoch == 7


@pytest.fixture
def served(monkeypatch, db):
    with serve_hub() as (hub, server):
        open_door(monkeypatch, server)
        peer = approve(hub.identity())
        old = hub.document("Bleibt"), hub.document("Fehlt im neuen"), hub.document("Gelöscht")
        for document in old:
            hub.publish(document, revision=5)
        hub.erase(old[2].id, 6)
        pull(peer)
        yield hub, server, Peer.objects.get(), old


def begin(hub: ServedHub, *documents) -> None:
    """The peer begins its second epoch with these documents, at low revisions."""
    hub.begin_epoch(2)
    for document in documents:
        hub.publish(document, revision=2)


def titles() -> set[str]:
    return set(CatalogueEntry.objects.filter(state=State.LIVE, hidden=False).values_list("title", flat=True))


def test_a_new_epoch_is_refused_until_it_is_accepted(served, client):
    hub, _server, peer, (kept, lost, erased) = served
    renewed = kept.model_copy(update={"texts": hub.document("Bleibt, neu").texts})
    begin(hub, renewed, hub.document("Neu"), erased)
    assert pull(peer) == 0
    peer.refresh_from_db()
    assert "neues Protokoll" in peer.last_error
    assert hub.push(client, hub.entries[0]).status_code == 403
    assert titles() == {"Bleibt", "Fehlt im neuen"}
    done = accept_epoch(peer)
    assert (done.epoch, done.applied, done.complete) == (2, 3, True)
    assert titles() == {"Bleibt, neu", "Neu"}
    assert CatalogueEntry.objects.get(object_id=lost.id).state == State.WITHDRAWN
    assert not CatalogueEntry.objects.filter(object_id=erased.id).exists()
    assert CatalogueEntry.objects.get(object_id=kept.id).revision == 2
    peer.refresh_from_db()
    assert (peer.last_error, peer.verified_seq) == ("", 3)
    assert Change.objects.filter(epoch=1).count() == 4
    hub.publish(renewed, revision=3)
    assert pull(Peer.objects.get()) == 1


def test_the_button_leaves_the_reading_to_a_job(served):
    hub, server, peer, (kept, _lost, _erased) = served
    begin(hub, kept)
    server.requests.clear()
    assert follow_epoch(peer) == 2
    assert [request.path.partition("?")[0] for request in server.requests] == ["/federation/head"]
    assert list(ProcrastinateJob.objects.values_list("task_name", flat=True)) == ["federation.pull"]
    assert titles() == {"Bleibt", "Fehlt im neuen"}
    tasks.pull_peer("koblenz")
    assert titles() == {"Bleibt"}


def test_another_epoch_can_be_accepted_before_the_first_entry_of_the_one_before_has_arrived(served):
    hub, _server, peer, (kept, _lost, _erased) = served
    begin(hub, kept)
    follow_epoch(peer)
    hub.begin_epoch(3)
    hub.publish(kept, revision=2)
    assert pull(Peer.objects.get()) == 0
    assert "neues Protokoll" in Peer.objects.get().last_error
    assert accept_epoch(Peer.objects.get()).complete
    assert titles() == {"Bleibt"}
    assert LogHead.objects.get(origin=peer.origin).epoch == 3


def test_a_pull_that_began_before_the_new_epoch_was_accepted_withdraws_all_the_same(served):
    hub, _server, peer, (kept, _lost, _erased) = served
    begin(hub, kept)
    running = Peer.objects.get()
    follow_epoch(peer)
    assert running.verified_at is not None
    pull(running)
    assert titles() == {"Bleibt"}


def test_what_is_not_named_is_withdrawn_in_chunks_without_reading_it(served, monkeypatch):
    hub, _server, peer, _old = served
    monkeypatch.setattr(epochs, "CHUNK", 1)
    begin(hub)
    follow_epoch(peer)
    with CaptureQueriesContext(connection) as captured:
        assert epochs.withdraw_unnamed(peer.origin, 1) == 0  # not the present one any more
        assert epochs.withdraw_unnamed(peer.origin, 2) == 2
    assert titles() == set()
    assert set(CatalogueEntry.objects.filter(origin=peer.origin).values_list("body", "summary")) == {("", "")}
    read = [query["sql"] for query in captured if query["sql"].startswith("SELECT")]
    assert not [sql for sql in read if '"catalogue_catalogueentry"."body"' in sql]


def test_a_new_epoch_is_begun_without_reading_what_it_names(section):
    add_report(section, "Bericht")
    settle()
    with CaptureQueriesContext(connection) as captured:
        epochs.begin_epoch()
    said = [query["sql"] for query in captured]
    assert not [sql for sql in said if '"catalogue_catalogueentry"."body"' in sql]
    assert CatalogueEntry.objects.exclude(body="").count() == 2


def test_what_is_not_named_waits_for_the_end_of_the_new_epoch(served):
    hub, _server, peer, (kept, _lost, _erased) = served
    begin(hub, kept)
    hub.answer_pull = lambda request, after: Response(status=502)
    done = accept_epoch(peer)
    assert (done.applied, done.complete) == (0, False)
    assert titles() == {"Bleibt", "Fehlt im neuen"}
    hub.answer_pull = lambda request, after: Response(canonical(hub.page(after)))
    assert pull(Peer.objects.get()) == 1
    assert titles() == {"Bleibt"}


def test_quarantine_of_the_old_epoch_is_dropped_and_that_of_the_new_one_can_be_shown(served):
    hub, _server, peer, (kept, _lost, _erased) = served
    stranger = hub.document("Noch nicht erlaubt", publishers=("07211000",))
    hub.publish(stranger, revision=9)
    pull(peer)
    assert Quarantined.objects.count() == 1
    begin(hub, kept, stranger)
    accept_epoch(Peer.objects.get())
    assert list(Quarantined.objects.values_list("epoch", flat=True)) == [2]
    Peer.objects.update(bodies=["07111000", "07211000"])
    from federation.quarantine import retry_quarantined

    assert retry_quarantined() == 1
    assert titles() == {"Bleibt", "Noch nicht erlaubt"}


def test_without_a_new_epoch_there_is_nothing_to_accept(served, capsys):
    _hub, _server, peer, _old = served
    before = LogHead.objects.get(origin=peer.origin)
    with pytest.raises(NoNewEpoch):
        accept_epoch(peer)
    assert LogHead.objects.get(origin=peer.origin).seq == before.seq
    with pytest.raises(CommandError, match="kein neues Protokoll"):
        call_command("accept_epoch", "koblenz")
    with pytest.raises(CommandError, match="Kurznamen"):
        call_command("accept_epoch", "trier")


def test_a_peer_that_cannot_be_asked_changes_nothing(served):
    hub, _server, peer, _old = served
    hub.down = True
    with pytest.raises(CommandError, match="502"):
        call_command("accept_epoch", "koblenz")
    assert LogHead.objects.get(origin=peer.origin).epoch == 1
