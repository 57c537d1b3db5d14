"""Reading a peer's whole log again finds and mends whatever is missing or spoilt."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from federation import tasks
from federation.models import Peer, Quarantined
from federation.peers import approve
from federation.pull import pull
from federation.restoring import resync as resync_module
from federation.restoring.resync import resync, resync_state
from hub.catalogue.models import CatalogueEntry, Change, ModerationAct, Setback, State
from hub.errors import BrokenChain
from tests.wire.hub_server import ServedHub, serve_hub
from tests.wire.server import open_door

pytestmark = pytest.mark.django_db


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[tuple[ServedHub, Peer]]:
    with serve_hub() as (hub, server):
        open_door(monkeypatch, server)
        peer = approve(hub.identity())
        for number in range(103):
            hub.publish(hub.document(f"Bericht {number}"))
        hub.withdraw(hub.entries[0]["change"]["objectId"], 2)
        hub.publish(hub.document("Nicht erlaubt", publishers=("07211000",)))
        assert pull(peer) == 105
        yield hub, Peer.objects.get()


def picture() -> list[tuple[object, ...]]:
    fields = ("object_id", "state", "hidden", "revision", "digest", "body", "title")
    return list(CatalogueEntry.objects.order_by("object_id").values_list(*fields))


def test_a_sound_copy_is_left_as_it_is(served):
    _hub, peer = served
    before, positions = picture(), list(CatalogueEntry.objects.values_list("position", flat=True))
    told: list[str] = []
    done = resync(peer, told.append)
    assert (done.read, done.missing, done.mended) == (105, 0, 0)
    assert (picture(), list(CatalogueEntry.objects.values_list("position", flat=True))) == (before, positions)
    assert told == ["105 von 105 Einträgen gelesen (100 %), 0 fehlten, 0 Beiträge berichtigt"]
    assert Quarantined.objects.count() == 1


def test_what_is_spoilt_or_gone_is_mended(served):
    hub, peer = served
    before = picture()
    ids = [entry["change"]["objectId"] for entry in hub.entries]
    CatalogueEntry.objects.filter(object_id=ids[1]).delete()
    CatalogueEntry.objects.filter(object_id=ids[2]).update(body="{}")
    CatalogueEntry.objects.filter(object_id=ids[3]).update(state=State.WITHDRAWN)
    CatalogueEntry.objects.filter(object_id=ids[4]).update(digest="sha256:" + "0" * 64, title="Verfälscht")
    CatalogueEntry.objects.filter(object_id=ids[0]).update(state=State.LIVE, body="{}", digest="x")
    Change.objects.filter(seq__in=[5, 102]).delete()
    newest = max(CatalogueEntry.objects.values_list("position", flat=True))
    done = resync(peer)
    assert (done.missing, done.mended) == (2, 5)
    assert [row[:5] for row in picture()] == [row[:5] for row in before]
    assert [row[5:] for row in picture() if row[0] != ids[0]] == [
        row[5:] for row in before if row[0] != ids[0]
    ]
    assert CatalogueEntry.objects.filter(position__gt=newest).count() == 5
    assert list(Change.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 106))
    assert resync(peer).mended == 0


@pytest.mark.parametrize("state", [State.LIVE, State.WITHDRAWN])
def test_of_what_is_erased_at_its_origin_no_words_stay(served, state):
    hub, peer = served
    erased = hub.entries[3]["change"]["objectId"]
    hub.erase(erased, 2)
    pull(peer)
    assert CatalogueEntry.objects.get(object_id=erased).state == State.ERASED
    CatalogueEntry.objects.filter(object_id=erased).update(
        state=state, title="Bericht 3", body="{}", digest="x", salt="y"
    )
    Setback.objects.create(consumer="search", object_id=erased, error="Bericht 3")
    assert resync(peer).mended == 1
    assert (CatalogueEntry.objects.get(object_id=erased).title, Setback.objects.count()) == ("", 0)


def waiting(peer: Peer, entry: dict, **changed: object) -> Quarantined:
    change = entry["change"]
    row = {"epoch": 1, "seq": change["seq"], "object_id": change["objectId"], "reason": "unlesbar"}
    kept = {"salt": entry.get("salt", ""), "body": entry.get("body", "")}
    return Quarantined.objects.create(peer=peer, **{**row, **kept, **changed})


@pytest.mark.parametrize("gone", ["entry gone", "entry erased", "withdrawn"])
def test_of_what_is_gone_at_its_origin_nothing_stays_in_quarantine(served, gone):
    hub, peer = served
    before = hub.entries[3]
    object_id = before["change"]["objectId"]
    (hub.withdraw if gone == "withdrawn" else hub.erase)(object_id, 2)
    pull(peer)
    waiting(peer, before)
    ModerationAct.objects.create(object_id=object_id, title="Bericht 3", revision=1, action="hide")
    if gone == "entry gone":
        CatalogueEntry.objects.filter(object_id=object_id).delete()
    assert resync(peer).mended == 1
    assert not Quarantined.objects.filter(object_id=object_id).exists()
    assert ModerationAct.objects.get().title == ("Bericht 3" if gone == "withdrawn" else "")
    assert resync(peer).mended == 0


def test_words_noted_down_of_what_is_erased_go_even_where_the_entry_is_sound(served):
    hub, peer = served
    erased = hub.entries[3]["change"]["objectId"]
    hub.erase(erased, 2)
    pull(peer)
    Setback.objects.create(consumer="search", object_id=erased, error="Bericht 3")
    assert resync(peer).mended == 0
    assert not Setback.objects.exists()


def test_an_erased_entry_in_which_words_are_left_loses_them(served):
    hub, peer = served
    erased = hub.entries[3]["change"]["objectId"]
    hub.erase(erased, 2)
    pull(peer)
    CatalogueEntry.objects.filter(object_id=erased).update(title="Bericht 3")
    assert resync(peer).mended == 1
    assert CatalogueEntry.objects.get(object_id=erased).title == ""


def test_what_wrongly_waits_in_quarantine_is_shown(served):
    hub, peer = served
    waiting(peer, hub.entries[3], body="{}")
    object_id = hub.entries[3]["change"]["objectId"]
    CatalogueEntry.objects.filter(object_id=object_id).update(body="{}")
    assert resync(peer).mended == 1
    assert not Quarantined.objects.filter(object_id=object_id).exists()
    assert CatalogueEntry.objects.get(object_id=object_id).body == hub.entries[3]["body"]


def test_spoilt_text_in_quarantine_is_mended_and_stays_there(served):
    hub, peer = served
    Quarantined.objects.update(body="{}")
    assert resync(peer).mended == 1
    assert Quarantined.objects.get().body == hub.entries[-1]["body"]
    assert resync(peer).mended == 0


def test_an_older_wording_of_what_waits_is_not_shown(served):
    hub, peer = served
    document = hub.document("Erst erlaubt")
    hub.publish(document)
    pull(peer)
    hub.publish(document.model_copy(update={"publishers": ("07211000",)}), 2)
    pull(peer)
    CatalogueEntry.objects.filter(object_id=document.id).update(hidden=False)
    assert resync(peer).mended == 1
    assert CatalogueEntry.objects.get(object_id=document.id).hidden
    assert Quarantined.objects.filter(object_id=document.id).exists()


def test_positions_are_locked_after_the_entries(served):
    _hub, peer = served
    Change.objects.filter(seq=5).delete()
    CatalogueEntry.objects.filter(title="Bericht 7").update(body="{}")
    with CaptureQueriesContext(connection) as captured:
        assert resync(peer).missing == 1
    said = [query["sql"] for query in captured]
    first = next(number for number, sql in enumerate(said) if "UPDATE catalogue_position" in sql)
    locked = [number for number, sql in enumerate(said) if "catalogueentry" in sql and "FOR UPDATE" in sql]
    assert min(locked) < first


def test_what_is_new_is_taken_along(served):
    hub, peer = served
    hub.publish(hub.document("Neu"))
    assert resync(peer).missing == 1
    assert CatalogueEntry.objects.filter(title="Neu").exists()


def test_another_history_is_named_by_its_sequence_and_nothing_is_overwritten(served):
    _hub, peer = served
    Change.objects.filter(seq=42).update(hash="0" * 64)
    before = picture()
    with pytest.raises(BrokenChain, match="Eintrag 42 von Koblenz"):
        resync(peer)
    assert picture() == before
    with pytest.raises(CommandError, match="Eintrag 42"):
        call_command("resync", "koblenz")


def test_a_new_epoch_has_to_be_accepted_first(served):
    hub, peer = served
    hub.begin_epoch(2)
    hub.publish(hub.document())
    with pytest.raises(BrokenChain, match="accept_epoch koblenz"):
        resync(peer)


def test_the_job_shows_how_it_ended_at_the_peer(served):
    hub, peer = served
    assert resync_state(peer) == ""
    tasks.resync_peer("koblenz")
    assert "105 Einträge, 0 fehlten" in resync_state(peer)
    hub.down = True
    tasks.resync_peer("koblenz")
    assert "nicht bis zum Ende gelesen" in resync_state(peer)
    tasks.resync_peer("gibt-es-nicht")


def test_a_failure_nobody_thought_of_is_shown_at_the_peer_too(served, monkeypatch):
    monkeypatch.setattr(resync_module, "check_approval", lambda peer: [][0])
    tasks.resync_peer("koblenz")
    assert "nicht bis zum Ende gelesen" in resync_state(served[1])
    assert "IndexError" in resync_state(served[1])


def test_the_command_knows_its_peers(served, capsys):
    call_command("resync", "koblenz")
    assert "105 Einträge gelesen" in capsys.readouterr().out
    with pytest.raises(CommandError, match="Kurznamen"):
        call_command("resync", "trier")
