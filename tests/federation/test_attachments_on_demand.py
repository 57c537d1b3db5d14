"""Files of a peer that are fetched when somebody asks, the room for them, and what is let go at night."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from federation import attachments, tasks
from federation.models import Peer, PeerState
from federation.peers import approve, set_state
from hub.catalogue.consumers import run_consumers
from hub.catalogue.models import Setback
from hub.documents import Attachment, Audience, Document
from hub.env import env
from hub.files.models import FileReference, FileState, StoredFile
from hub.files.queries import due_files
from tests.wire.content import files_in, use_storage
from tests.wire.hub_server import ServedHub, serve_hub
from tests.wire.server import Response, open_door

pytestmark = pytest.mark.django_db

DATA = b"Leitfaden\n" * 30_000
HEX = hashlib.sha256(DATA).hexdigest()
PAGE = {"accept": "text/html,*/*", "accept-language": "de"}


@pytest.fixture
def content(tmp_path: Path, settings: Any) -> Path:
    return use_storage(settings, tmp_path)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, content: Path) -> Iterator[ServedHub]:
    with serve_hub() as (served, server):
        open_door(monkeypatch, server)
        approve(served.identity())
        yield served


@pytest.fixture
def lazy(hub: ServedHub) -> ServedHub:
    attachments.set_lazy(Peer.objects.get(), lazy=True)
    return hub


def receive(client: Any, hub: ServedHub, role: str = "file", **fields: Any) -> tuple[Document, str]:
    """A received document with one file; returns it and the file's address."""
    attachment = Attachment(
        url="",
        name="Leitfaden.txt",
        media_type="text/plain",
        size=len(DATA),
        digest=f"sha256:{HEX}",
        role=role,
    )
    document = hub.document(attachments=(attachment,), **fields)
    address = f"/dateien/{document.uuid}/{HEX}/Leitfaden.txt"
    hub.files[address] = Response(DATA, headers={"Accept-Ranges": "bytes"})
    assert hub.push(client, hub.publish(document)).status_code == 202
    run_consumers(attachments.CONSUMER)
    return document, address


def jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name="federation.fetch").count()


def test_nothing_is_fetched_until_somebody_asks(client, lazy, content):
    receive(client, lazy)
    assert StoredFile.objects.get().wanted is False
    assert (jobs(), list(due_files()), list(attachments.due_peers())) == (0, [], [])


def test_who_asks_is_told_and_has_the_file_after_that(client, lazy, content):
    _document, address = receive(client, lazy)
    response = client.get(address, headers=PAGE)
    page = response.content.decode()
    assert (response.status_code, response["Retry-After"], jobs()) == (503, "5", 1)
    assert "„Leitfaden.txt“ (300\xa0kB) wird von" in page
    assert '<meta http-equiv="refresh" content="5">' in page
    assert f'<progress max="{len(DATA)}" value="0"' in page
    tasks.fetch_files(lazy.slug)
    response = client.get(address, headers=PAGE)
    assert (response.status_code, b"".join(response.streaming_content)) == (200, DATA)
    assert response["Content-Disposition"] == 'attachment; filename="Leitfaden.txt"'


def test_a_program_is_told_in_one_line(client, lazy):
    _document, address = receive(client, lazy)
    response = client.get(address, headers={"accept": "*/*", "accept-language": "de"})
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().startswith("Die Datei wird geholt: „Leitfaden.txt“ (300\xa0kB)")


def test_asking_only_whether_it_is_here_fetches_nothing(client, lazy):
    _document, address = receive(client, lazy)
    assert client.head(address).status_code == 503
    assert lazy.get(client, address).status_code == 503
    assert jobs() == 0


def test_how_much_has_arrived_is_shown(client, lazy, content):
    _document, address = receive(client, lazy)
    record = StoredFile.objects.get()
    (content / ".quarantine").mkdir(exist_ok=True)
    (content / ".quarantine" / f"partial-{record.partial_name}").write_bytes(DATA[:100_000])
    page = client.get(address, headers=PAGE).content.decode()
    assert 'value="100000"' in page
    assert "100\xa0kB von 300\xa0kB" in page


def test_who_may_not_read_the_document_fetches_nothing(client, admin_client, lazy):
    _document, address = receive(client, lazy, audience=Audience.MEMBERS)
    assert (client.get(address, headers=PAGE).status_code, jobs()) == (404, 0)
    assert (admin_client.get(address, headers=PAGE).status_code, jobs()) == (503, 1)


def test_from_a_paused_peer_nothing_is_fetched(client, lazy):
    _document, address = receive(client, lazy)
    set_state(Peer.objects.get(), PeerState.PAUSED)
    response = client.get(address, headers=PAGE)
    assert (response.status_code, response["Retry-After"], jobs()) == (503, "60", 0)


def test_what_somebody_waits_for_comes_before_smaller_files(client, lazy):
    receive(client, lazy)
    small = StoredFile.objects.create(
        digest="sha256:" + "0" * 64, origin=lazy.origin, size=1, media_type="x", source=lazy.origin
    )
    assert due_files().first() == small
    attachments.fetch_for_reader(StoredFile.objects.get(size=len(DATA)))
    assert due_files().first().size == len(DATA)


def test_pictures_of_a_text_are_fetched_all_the_same(client, lazy):
    receive(client, lazy, role="picture")
    assert jobs() == 1
    assert due_files().count() == 1


def test_a_peer_that_is_no_longer_lazy_sends_everything(client, lazy):
    receive(client, lazy)
    attachments.set_lazy(Peer.objects.get(), lazy=False)
    assert (jobs(), due_files().count()) == (1, 1)
    attachments.set_lazy(Peer.objects.get(), lazy=True)
    assert due_files().count() == 0


def test_the_list_of_files_says_which_are_fetched_when_chosen(client, lazy):
    document, address = receive(client, lazy)
    shown = f"/von/{lazy.slug}/{document.uuid}/"
    page = client.get(shown, headers=PAGE, follow=True).content.decode()
    assert "wird geholt, wenn Sie sie auswählen" in page
    client.get(address, headers=PAGE)
    tasks.fetch_files(lazy.slug)
    page = client.get(shown, headers=PAGE, follow=True).content.decode()
    assert "wird geholt" not in page


def test_over_the_limit_a_file_waits_and_says_why(client, hub, monkeypatch):
    monkeypatch.setattr("hub.files.letting_go.MEGABYTE", 1)
    monkeypatch.setattr("hub.files.letting_go.env", replace(env, attachment_quota_mb=len(DATA) - 1))
    receive(client, hub)
    tasks.fetch_files(hub.slug)
    record = StoredFile.objects.get()
    assert (record.state, record.reason.partition(":")[0]) == (FileState.WITHHELD, "quota")
    monkeypatch.setattr("hub.files.letting_go.env", replace(env, attachment_quota_mb=len(DATA)))
    StoredFile.objects.update(retry_at=None)
    tasks.fetch_files(hub.slug)
    assert StoredFile.objects.get().state == FileState.STORED


def long_ago() -> None:
    moment = timezone.now() - dt.timedelta(days=2)
    StoredFile.objects.update(created=moment, changed=moment)


def test_files_of_withdrawn_documents_are_let_go_after_a_day(client, hub, content):
    document, _address = receive(client, hub)
    tasks.fetch_files(hub.slug)
    assert FileReference.objects.get().object_id == document.id
    long_ago()
    tasks.let_go_files(0)
    assert len(files_in(content)) == 1
    hub.push(client, hub.withdraw(document.id, 2))
    run_consumers(attachments.CONSUMER)
    tasks.let_go_files(0)
    assert (len(files_in(content)), FileReference.objects.count()) == (1, 0)
    long_ago()
    tasks.let_go_files(0)
    assert (files_in(content), StoredFile.objects.count()) == ([], 0)


def test_nothing_is_let_go_before_all_documents_are_read(client, hub, content):
    document, _address = receive(client, hub)
    tasks.fetch_files(hub.slug)
    FileReference.objects.all().delete()
    long_ago()
    setback = Setback.objects.create(consumer=attachments.CONSUMER, object_id=document.id, error="x")
    tasks.let_go_files(0)
    assert len(files_in(content)) == 1
    setback.delete()
    hub.push(client, hub.publish(hub.document()))
    tasks.let_go_files(0)
    assert len(files_in(content)) == 1
    run_consumers(attachments.CONSUMER)
    tasks.let_go_files(0)
    assert files_in(content) == []
