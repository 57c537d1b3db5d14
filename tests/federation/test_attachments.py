"""Attachments of received documents: the item is shown at once, its files come when they can."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from federation import attachments, tasks
from federation.models import Peer, PeerState
from federation.peers import approve, set_state
from hub.catalogue.consumers import run_consumers
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import entries
from hub.documents import Attachment, Document, Viewer
from hub.files.models import FileState, StoredFile
from tests.wire.content import FULL, files_in, use_storage
from tests.wire.hub_server import ServedHub, serve_hub
from tests.wire.server import Response, open_door

pytestmark = pytest.mark.django_db

DATA = b"Musterantrag\n" * 20_000
HEX = hashlib.sha256(DATA).hexdigest()
DIGEST = f"sha256:{HEX}"
CONSUMER = "federation.attachments"


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
    tasks.fetch_files()
    record = StoredFile.objects.get()
    assert (record.state, record.size) == (FileState.STORED, len(DATA))
    assert files_in(content) == [f"sha256/{HEX[:2]}/{HEX[2:]}"]


def test_a_full_disk_withholds_the_file_not_the_item(client, hub, content, settings):
    document = receive(client, hub)
    use_storage(settings, content, FULL)
    assert attachments.fetch(DIGEST) is False
    record = StoredFile.objects.get()
    assert (record.state, record.reason) == (FileState.WITHHELD, "the disk is full")
    assert shown(document)
    assert files_in(content) == []
    use_storage(settings, content)
    ProcrastinateJob.objects.filter(task_name="federation.fetch").delete()
    StoredFile.objects.update(retry_at=timezone.now())
    tasks.exchange_due(0)
    assert ProcrastinateJob.objects.filter(task_name="federation.fetch").count() == 1
    tasks.fetch_files()
    assert StoredFile.objects.get().state == FileState.STORED
    assert len(files_in(content)) == 1


def test_a_wrong_checksum_withholds_the_file_not_the_item(client, hub, content):
    document = receive(client, hub, DATA[:-1] + b"!")
    assert attachments.fetch(DIGEST) is False
    assert "checksum" in StoredFile.objects.get().reason
    assert shown(document)
    assert files_in(content) == []


def test_a_file_that_is_here_is_not_fetched_again(client, hub):
    receive(client, hub)
    attachments.fetch(DIGEST)
    assert attachments.expect_attachments(list(CatalogueEntry.objects.all())) == []


def test_nothing_is_fetched_from_a_paused_peer(client, hub):
    receive(client, hub)
    set_state(Peer.objects.get(), PeerState.PAUSED)
    assert attachments.fetch(DIGEST) is False
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
