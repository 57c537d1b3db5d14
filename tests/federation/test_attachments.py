"""Attachments of received documents: the item is shown at once, its files come when they can."""

from __future__ import annotations

import hashlib
import io
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from federation import attachments, tasks
from federation.models import Peer, PeerState
from federation.peers import approve, set_state
from federation.queries import peer_health
from hub.catalogue.consumers import run_consumers
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import entries
from hub.documents import Attachment, Document, Viewer
from hub.files.models import FileState, StoredFile
from hub.files.queries import find_file
from hub.files.receiving import expect
from hub.files.services import store
from tests.wire.content import FULL, files_in, use_storage
from tests.wire.foreign import ForeignHub
from tests.wire.hub_server import ServedHub, serve_hub
from tests.wire.server import Response, open_door

pytestmark = pytest.mark.django_db

DATA = b"Musterantrag\n" * 20_000
HEX = hashlib.sha256(DATA).hexdigest()
DIGEST = f"sha256:{HEX}"
CONSUMER = attachments.CONSUMER


@pytest.fixture
def content(tmp_path: Path, settings: Any) -> Path:
    return use_storage(settings, tmp_path)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, content: Path) -> Iterator[ServedHub]:
    with serve_hub() as (served, server):
        open_door(monkeypatch, server)
        approve(served.identity())
        yield served


def with_file(hub: ServedHub, name: str = "Antrag Müller.odt", **fields: Any) -> Document:
    """A document with one file, whose address in the document leads elsewhere."""
    attachment = Attachment(
        url="http://169.254.169.254/", name=name, media_type="text/plain", size=len(DATA), digest=DIGEST
    )
    return hub.document(attachments=(attachment,), **fields)


def receive(client: Any, hub: ServedHub, body: bytes = DATA) -> Document:
    """Let the hub publish such a document and serve ``body`` as its file."""
    document = with_file(hub)
    hub.files[f"/dateien/{document.uuid}/{HEX}/Antrag%20M%C3%BCller.odt"] = Response(body)
    assert hub.push(client, hub.publish(document)).status_code == 202
    run_consumers(CONSUMER)
    return document


def shown(document: Document) -> bool:
    return entries(Viewer.anonymous()).filter(object_id=document.id).exists()


def test_a_file_is_fetched_from_its_origin_with_a_signature(client, hub, content):
    receive(client, hub)
    assert ProcrastinateJob.objects.filter(task_name="federation.fetch").count() == 1
    tasks.fetch_files(hub.slug)
    record = StoredFile.objects.get()
    assert (record.state, record.size) == (FileState.STORED, len(DATA))
    assert files_in(content) == [f"sha256/{HEX[:2]}/{HEX[2:]}"]


def test_a_full_disk_withholds_the_file_not_the_item(client, hub, content, settings):
    document = receive(client, hub)
    use_storage(settings, content, FULL)
    assert attachments.fetch(StoredFile.objects.get()) is False
    record = StoredFile.objects.get()
    assert (record.state, record.reason) == (FileState.WITHHELD, "the disk is full")
    assert shown(document)
    assert files_in(content) == []
    use_storage(settings, content)
    ProcrastinateJob.objects.filter(task_name="federation.fetch").delete()
    StoredFile.objects.update(retry_at=timezone.now())
    tasks.exchange_due(0)
    assert ProcrastinateJob.objects.filter(task_name="federation.fetch").count() == 1
    tasks.fetch_files(hub.slug)
    assert StoredFile.objects.get().state == FileState.STORED
    assert len(files_in(content)) == 1


def test_a_wrong_checksum_withholds_the_file_not_the_item(client, hub, content):
    document = receive(client, hub, DATA[:-1] + b"!")
    assert attachments.fetch(StoredFile.objects.get()) is False
    assert "checksum" in StoredFile.objects.get().reason
    assert shown(document)
    assert files_in(content) == []


def test_a_file_that_is_here_is_not_fetched_again(client, hub):
    receive(client, hub)
    attachments.fetch(StoredFile.objects.get())
    assert attachments.expect_attachments(list(CatalogueEntry.objects.all())) == []


def test_nothing_is_fetched_from_a_paused_peer(client, hub):
    receive(client, hub)
    set_state(Peer.objects.get(), PeerState.PAUSED)
    assert attachments.fetch(StoredFile.objects.get()) is False
    assert "not an approved peer" in StoredFile.objects.get().reason


def test_names_cannot_lead_elsewhere(client, hub):
    document = with_file(hub, "../../federation/log?x=#y")
    hub.push(client, hub.publish(document))
    run_consumers(CONSUMER)
    assert StoredFile.objects.get().source == (
        f"{hub.origin}/dateien/{document.uuid}/{HEX}/..%2F..%2Ffederation%2Flog%3Fx%3D%23y"
    )


def test_withdrawn_and_own_documents_need_nothing(client, hub):
    document = with_file(hub)
    hub.push(client, hub.publish(document), hub.withdraw(document.id, 2))
    run_consumers(CONSUMER)
    assert not StoredFile.objects.exists()


def documents_with_files(client: Any, hub: ServedHub, *bodies: bytes) -> list[str]:
    """Let the hub publish one document for each file; returns the digests."""
    digests = []
    for body in bodies:
        digests.append("sha256:" + hashlib.sha256(body).hexdigest())
        attachment = Attachment(
            url="", name="x.txt", media_type="text/plain", size=len(body), digest=digests[-1]
        )
        document = hub.document(attachments=(attachment,))
        hub.files[f"/dateien/{document.uuid}/{digests[-1][7:]}/x.txt"] = Response(body)
        hub.push(client, hub.publish(document))
    run_consumers(CONSUMER)
    return digests


def test_bytes_that_are_here_are_not_given_to_a_peer_that_only_names_them(client, hub, content):
    store(io.BytesIO(DATA), "text/plain")
    document = receive(client, hub, b"I do not have it")
    address = f"/dateien/{document.uuid}/{HEX}/x"
    tasks.fetch_files(hub.slug)
    assert client.get(address).status_code == 503
    assert find_file(DIGEST).state == FileState.STORED
    hub.files[f"/dateien/{document.uuid}/{HEX}/Antrag%20M%C3%BCller.odt"] = Response(DATA)
    StoredFile.objects.exclude(origin="").update(retry_at=None)
    tasks.fetch_files(hub.slug)
    assert client.get(address).status_code == 200
    assert len(files_in(content)) == 1


@pytest.mark.parametrize("place", ["federation.attachments.sign", "hub.files.storage.ContentStorage.adopt"])
def test_one_files_trouble_does_not_stop_the_others(client, hub, content, monkeypatch, place):
    bad, good = documents_with_files(client, hub, b"bad", b"good")
    usual = pkgutil.resolve_name(place)

    def troubled(*arguments: Any) -> Any:
        if troubles:
            raise RuntimeError(troubles.pop())
        return usual(*arguments)

    troubles = ["AccessDenied"]
    monkeypatch.setattr(place, troubled)
    tasks.fetch_files(hub.slug)
    assert find_file(good, hub.origin).state == FileState.STORED
    withheld = find_file(bad, hub.origin)
    assert "AccessDenied" in withheld.reason
    assert withheld.retry_at > timezone.now()
    assert peer_health()[0]["withheld_files"] == 1


def test_a_long_round_gives_way_and_goes_on_later(client, hub, monkeypatch):
    digests = documents_with_files(client, hub, b"1", b"2")
    jobs = ProcrastinateJob.objects.filter(task_name="federation.fetch")
    jobs.delete()
    monkeypatch.setattr(attachments, "ROUND_SECONDS", 0.0)
    tasks.fetch_files(hub.slug)
    assert jobs.count() == 1
    monkeypatch.setattr(attachments, "ROUND_SECONDS", 60.0)
    tasks.fetch_files(hub.slug)
    assert all(find_file(digest, hub.origin).state == FileState.STORED for digest in digests)


def test_each_peer_is_fetched_from_by_a_job_of_its_own_in_one_of_two_lanes(client, hub):
    others = [ForeignHub(f"http://{slug}.localhost", slug) for slug in ("trier", "worms", "speyer")]
    for other in others:
        approve(other.identity(), bodies=[])
        expect(DIGEST, 1, "text/plain", origin=other.origin, source=f"{other.origin}/x")
    receive(client, hub)
    jobs = ProcrastinateJob.objects.filter(task_name="federation.fetch")
    assert jobs.count() == 1
    tasks.exchange_due(0)
    assert sorted(jobs.values_list("args__slug", flat=True)) == ["koblenz", "speyer", "trier", "worms"]
    assert len(set(jobs.values_list("queueing_lock", flat=True))) == 4
    assert len(set(jobs.values_list("lock", flat=True))) == 2


def test_nothing_is_done_for_an_unknown_peer(db):
    tasks.fetch_files("nobody")
    assert not ProcrastinateJob.objects.filter(task_name="federation.fetch").exists()
