"""What is taken in, in which order, and what is refused or kept aside."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from federation.models import Peer, Quarantined
from federation.peers import approve
from federation.quarantine import retry_quarantined
from hub.catalogue.log import append, timestamp
from hub.catalogue.models import CatalogueEntry, Change, LogHead, State
from hub.documents import Audience, Document, digest_of
from hub.env import env
from tests.wire.foreign import KOBLENZ, ForeignHub

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("peer")]


def held(hub: ForeignHub) -> int:
    """How much of the hub's log is held."""
    return LogHead.objects.filter(origin=hub.origin).values_list("seq", flat=True).first() or 0


def refused(response: Any, hub: ForeignHub) -> bool:
    """Refused for what it says, nothing applied."""
    return response.status_code == 403 and held(hub) == 0 and not CatalogueEntry.objects.exists()


def test_a_published_document_stands_here(client, koblenz):
    document = koblenz.document("Chatbot im Bürgerservice")
    response = koblenz.push(client, koblenz.publish(document))
    assert response.status_code == 202
    assert response.json() == {"epoch": 1, "seq": 1}
    entry = CatalogueEntry.objects.get()
    assert entry.document == document
    assert (entry.source, entry.origin, entry.title) == (
        "koblenz",
        koblenz.origin,
        "Chatbot im Bürgerservice",
    )
    assert entry.digest == digest_of(entry.body.encode(), entry.salt)
    assert Peer.objects.get().last_seen is not None


def test_a_correction_replaces_and_a_withdrawal_removes(client, koblenz):
    document = koblenz.document()
    koblenz.push(client, koblenz.publish(document))
    corrected = document.model_copy(update={"demo": True})
    koblenz.push(client, koblenz.publish(corrected, 2))
    assert CatalogueEntry.objects.get().document == corrected
    assert koblenz.push(client, koblenz.withdraw(document.id, 3)).status_code == 202
    entry = CatalogueEntry.objects.get()
    assert (entry.state, entry.body, entry.revision) == (State.WITHDRAWN, "", 3)
    koblenz.push(client, koblenz.publish(document, 4))
    assert CatalogueEntry.objects.get().state == State.LIVE


def test_up_to_100_come_in_one_activity(client, koblenz):
    entries = [koblenz.publish(koblenz.document(f"Bericht {number}")) for number in range(100)]
    assert koblenz.push(client, *entries).status_code == 202
    assert held(koblenz) == CatalogueEntry.objects.count() == 100
    assert koblenz.push(client, *entries, entries[0]).status_code == 403


def test_a_superseded_document_comes_as_a_stub(client, koblenz):
    document = koblenz.document()
    stub = {"change": koblenz.publish(document)["change"]}
    assert koblenz.push(client, stub, koblenz.publish(document, 2)).status_code == 202
    assert CatalogueEntry.objects.get().revision == 2
    assert Change.objects.count() == 2


def test_known_entries_are_passed_over(client, koblenz):
    first, second = koblenz.publish(koblenz.document()), koblenz.publish(koblenz.document())
    assert koblenz.push(client, first).json()["seq"] == 1
    assert koblenz.push(client, first, second).json()["seq"] == 2
    assert koblenz.push(client, first).json()["seq"] == 2
    assert (Change.objects.count(), CatalogueEntry.objects.count()) == (2, 2)


def test_a_gap_is_answered_with_what_is_held(client, koblenz):
    koblenz.push(client, koblenz.publish(koblenz.document()))
    koblenz.publish(koblenz.document())
    response = koblenz.push(client, koblenz.publish(koblenz.document()))
    assert (response.status_code, response.json()["seq"]) == (409, 1)
    assert held(koblenz) == CatalogueEntry.objects.count() == 1
    assert koblenz.push(client, *koblenz.entries[1:]).json()["seq"] == 3


def test_a_bare_head_says_that_there_is_more(client, koblenz):
    koblenz.publish(koblenz.document())
    assert koblenz.push(client).status_code == 409
    koblenz.push(client, *koblenz.entries)
    assert koblenz.push(client).status_code == 202


def test_withdrawal_before_publication_is_harmless(client, koblenz):
    document = koblenz.document()
    assert koblenz.push(client, koblenz.withdraw(document.id, 1)).status_code == 202
    assert not CatalogueEntry.objects.exists()


def test_out_of_order_within_one_activity_is_refused(client, koblenz):
    first, second = koblenz.publish(koblenz.document()), koblenz.publish(koblenz.document())
    assert refused(koblenz.push(client, second, first), koblenz)
    assert refused(koblenz.push(client, first, first), koblenz)


def test_a_broken_chain_is_refused(client, koblenz):
    assert refused(koblenz.push(client, koblenz.publish(koblenz.document(), prevHash="0" * 64)), koblenz)


def test_a_second_history_is_refused(client, koblenz):
    koblenz.push(client, koblenz.publish(koblenz.document()))
    other = ForeignHub()
    response = other.push(client, other.publish(other.document()), other.publish(other.document()))
    assert response.status_code == 403
    assert "contradicts" in response.json()["error"]
    assert held(koblenz) == 1


def test_another_epoch_is_refused(client, koblenz):
    koblenz.push(client, koblenz.publish(koblenz.document()))
    assert koblenz.push(client, koblenz.publish(koblenz.document(), epoch=2)).status_code == 403
    assert held(koblenz) == 1


def falsified(entry: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**entry, "change": {**entry["change"], **changes}}


@pytest.mark.parametrize(
    "forge",
    [
        lambda e: falsified(e, revision=2),
        lambda e: falsified(e, objectDigest="sha256:" + "0" * 64),
        lambda e: falsified(e, extra=1),
        lambda e: falsified(e, proof=None),
        lambda e: falsified(e, created="2026-02-30T00:00:00.000000Z"),
        lambda e: falsified(e, seq=True),
        lambda e: falsified(e, seq="1"),
        lambda e: falsified(e, type="transfer"),
        lambda e: falsified(e, type="withdraw"),
        lambda e: {**e, "body": e["body"].replace("Bericht", "Gericht")},
        lambda e: {**e, "body": e["body"] + " "},
        lambda e: {**e, "body": {"id": "x"}},
        lambda e: {**e, "salt": "cd" * 16},
        lambda e: {**e, "salt": ""},
        lambda e: {**e, "salt": "ä" * 16},
        lambda e: {"body": e["body"], "salt": e["salt"]},
        lambda e: None,
    ],
)
def test_a_forged_entry_is_refused(client, koblenz, forge):
    activity = koblenz.activity(koblenz.publish(koblenz.document()))
    assert refused(koblenz.post(client, {**activity, "entries": [forge(koblenz.entries[0])]}), koblenz)


def test_a_body_with_a_withdrawal_is_refused(client, koblenz):
    document = koblenz.document()
    entry = {**koblenz.withdraw(document.id, 1), "salt": "ab" * 16, "body": document.to_bytes().decode()}
    assert refused(
        koblenz.post(client, {**koblenz.activity(koblenz.entries[0]), "entries": [entry]}), koblenz
    )


def test_an_entry_proven_by_another_key_is_refused(client, koblenz):
    entry = koblenz.publish(koblenz.document())
    impostor = ForeignHub("http://impostor.localhost:1", "impostor")
    impostor.origin = koblenz.origin
    forged = impostor.publish(koblenz.document())
    activity = {**koblenz.activity(entry), "entries": [forged]}
    assert refused(koblenz.post(client, activity), koblenz)


def test_entries_of_another_origin_are_refused(client, koblenz):
    trier = ForeignHub("http://trier.localhost:8004", "trier")
    approve(trier.identity(bodies=["07211000"]))
    entry = trier.publish(trier.document())
    activity = {**koblenz.activity(koblenz.publish(koblenz.document())), "entries": [entry]}
    assert refused(koblenz.post(client, activity), koblenz)


def test_an_object_of_another_origin_is_refused(client, koblenz):
    for foreign in ("http://trier.localhost:8004/id/1", env.origin + "/id/1", koblenz.origin + ".evil/id/1"):
        hub = ForeignHub()
        assert refused(hub.push(client, hub.publish(hub.document(), objectId=foreign)), hub)


def test_the_own_log_is_never_taken_from_a_peer(client, koblenz):
    assert refused(koblenz.push(client, koblenz.publish(koblenz.document(), origin=env.origin)), koblenz)


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "http://trier.localhost:8004/federation/actor"},
        {"actor": "http://koblenz.localhost:8002/id/x"},
        {"id": "http://trier.localhost:8004/federation/activities/1"},
        {"id": "http://koblenz.localhost:8002.evil/federation/activities/1"},
        {"type": "Follow"},
        {"entries": {}},
        {"head": None},
        {"head": {"origin": "http://koblenz.localhost:8002"}},
    ],
)
def test_an_activity_that_is_not_the_signers_is_refused(client, koblenz, change):
    activity = {**koblenz.activity(koblenz.publish(koblenz.document())), **change}
    assert refused(koblenz.post(client, activity), koblenz)


def test_an_old_head_is_refused(client, koblenz):
    old = koblenz.head(timestamp(dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)))
    entry = koblenz.publish(koblenz.document())
    assert refused(koblenz.post(client, koblenz.activity(entry, head=old)), koblenz)


@pytest.mark.parametrize("body", [b'{"a": 1, "a": 1}', b'{"a": NaN}', b"[" * 100_000, b"\xff", b"[]"])
def test_bad_json_is_refused(client, koblenz, body):
    assert koblenz.post(client, body).status_code == 400


def test_a_document_for_a_body_without_approval_is_kept_aside(client, koblenz):
    good = koblenz.publish(koblenz.document("Gut"))
    bad = koblenz.publish(koblenz.document("Fremd", publishers=(KOBLENZ, "07211000")))
    assert koblenz.push(client, good, bad).status_code == 202
    assert [entry.title for entry in CatalogueEntry.objects.all()] == ["Gut"]
    assert "not approved to publish for 07211000" in Quarantined.objects.get().reason
    assert retry_quarantined() == 0
    approve(koblenz.identity(bodies=[KOBLENZ, "07211000"]))
    position = CatalogueEntry.objects.get().position
    assert retry_quarantined() == 1
    assert CatalogueEntry.objects.get(title="Fremd").position > position
    assert not Quarantined.objects.exists()


def suspects(hub: ForeignHub) -> list[tuple[str, str]]:
    """Documents that cannot be shown, with what is said of them."""
    fields = hub.document().model_dump(mode="json")
    other = {**fields, "id": hub.document().id}
    return [
        (fields["id"], json.dumps({**fields, "schema_version": "elsewhere/1.0"})),
        (fields["id"], json.dumps({**fields, "texts": {}})),
        (fields["id"], json.dumps(fields).replace('"kind"', '"kind": "x", "kind"')),
        (fields["id"], json.dumps({**fields, "audience": Audience.INSTANCE})),
        (fields["id"], json.dumps({**fields, "publishers": []})),
        (fields["id"], json.dumps({**fields, "kind": "a\0b"})),
        (fields["id"], json.dumps(other)),
        (fields["id"], "no JSON"),
    ]


@pytest.mark.parametrize("number", range(8))
def test_what_cannot_be_shown_is_kept_raw_and_the_rest_goes_on(client, koblenz, number):
    object_id, body = suspects(koblenz)[number]
    entries = [koblenz.publish_body(object_id, body), koblenz.publish(koblenz.document("Danach"))]
    assert koblenz.push(client, *entries).json()["seq"] == 2
    assert [entry.title for entry in CatalogueEntry.objects.all()] == ["Danach"]
    kept = Quarantined.objects.get()
    assert (kept.object_id, kept.body, kept.seq) == (object_id, body, 1)


def test_a_later_change_ends_the_quarantine(client, koblenz):
    document = koblenz.document()
    koblenz.push(client, koblenz.publish_body(document.id, "no JSON"))
    koblenz.push(client, koblenz.publish(document, 2))
    assert not Quarantined.objects.exists()
    assert CatalogueEntry.objects.get().revision == 2


def test_unknown_fields_and_kinds_are_kept_as_received(client, koblenz):
    fields = {**koblenz.document(kind="hologram").model_dump(mode="json"), "from_the_future": [1]}
    body = json.dumps(fields)
    koblenz.push(client, koblenz.publish_body(fields["id"], body))
    entry = CatalogueEntry.objects.get()
    assert (entry.kind, entry.body) == ("hologram", body)
    assert isinstance(entry.document, Document)


def test_a_local_change_between_received_ones_disturbs_nothing(client, koblenz):
    koblenz.push(client, koblenz.publish(koblenz.document()))
    digest = "sha256:" + "0" * 64
    append(env.origin, env.origin + "/id/1", 1, "publish", digest, dt.datetime.now(dt.UTC))
    koblenz.push(client, koblenz.publish(koblenz.document()))
    positions = list(Change.objects.order_by("position").values_list("origin", "seq"))
    assert positions == [(koblenz.origin, 1), (env.origin, 1), (koblenz.origin, 2)]


def test_the_database_keeps_one_quarantine_per_entry(client, koblenz):
    koblenz.push(client, koblenz.publish_body(koblenz.document().id, "no JSON"))
    kept = Quarantined.objects.get()
    kept.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        kept.save(force_insert=True)


def test_a_peer_that_calls_again_is_tried_again_at_once(client, koblenz):
    later = timezone.now() + dt.timedelta(hours=1)
    Peer.objects.update(push_failures=7, push_after=later, pull_failures=7, pull_after=later)
    assert koblenz.push(client, koblenz.publish(koblenz.document())).status_code == 202
    tasks = set(ProcrastinateJob.objects.values_list("task_name", flat=True))
    assert {"federation.push", "federation.pull"} <= tasks
