"""Hostile attachments: whatever a peer names or sends, the item is shown and the file can do nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils.http import content_disposition_header

from federation import attachments, tasks
from federation.addresses import file_of
from federation.peers import approve
from hub.catalogue.consumers import run_consumers
from hub.catalogue.queries import entries
from hub.documents import Attachment, Document, Viewer
from hub.files.models import FileState, StoredFile
from tests.wire.clamd import use_scanner
from tests.wire.content import files_in, use_storage
from tests.wire.hub_server import ServedHub, serve_hub
from tests.wire.server import Response, open_door

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n" + b"x" * 1000
PAGE = b"<!doctype html><script>alert(1)</script>"


@pytest.fixture
def content(tmp_path: Path, settings: Any) -> Path:
    return use_storage(settings, tmp_path)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, content: Path) -> Iterator[ServedHub]:
    with serve_hub() as (served, server):
        open_door(monkeypatch, server)
        approve(served.identity())
        yield served


def receive(
    client: Any, hub: ServedHub, sent: bytes, announced: bytes | None = None, **facts: Any
) -> tuple[Document, str]:
    """A document whose file is ``announced`` and of which ``sent`` arrives; returns it and its address."""
    announced = sent if announced is None else announced
    usual = {"url": "", "name": "Leitfaden.pdf", "media_type": "application/pdf", "size": len(announced)}
    digest = "sha256:" + hashlib.sha256(announced).hexdigest()
    attachment = Attachment(**{**usual, "digest": digest, **facts})
    document = hub.document(attachments=(attachment,))
    source = file_of(hub.origin, document.uuid, digest, attachment.name)
    hub.files[f"/dateien/{document.uuid}/{digest[7:]}/file"] = Response(sent)
    hub.files[urlsplit(source).path] = Response(sent)
    assert hub.push(client, hub.publish(document)).status_code == 202
    run_consumers(attachments.CONSUMER)
    tasks.fetch_files(hub.slug)
    return document, f"/dateien/{document.uuid}/{digest[7:]}/x"


def shown(document: Document) -> bool:
    return entries(Viewer.anonymous()).filter(object_id=document.id).exists()


def withheld(client: Any, hub: ServedHub, content: Path, *sent: Any, **facts: Any) -> str:
    """That the item is shown, its file is not here, and asking for it is answered; returns why."""
    document, address = receive(client, hub, *sent, **facts)
    assert shown(document)
    assert files_in(content) == []
    assert client.get(address).status_code == 503
    record = StoredFile.objects.get()
    assert record.state == FileState.WITHHELD
    return record.reason


def test_a_size_that_is_not_the_files_withholds_it_though_the_checksum_is_right(client, hub, content):
    assert "more bytes" in withheld(client, hub, content, PDF, size=len(PDF) - 1)


@pytest.mark.parametrize("media_type", ["", "pdf", "application/x-unheard-of", "text/html\r\nX-Evil: 1"])
def test_a_type_nobody_knows_is_handed_out_as_unknown_bytes(client, hub, content, media_type):
    _document, address = receive(client, hub, PAGE, media_type=media_type)
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] in {"application/octet-stream", "application/x-unheard-of"}
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("attachment")
    assert "X-Evil" not in response


@pytest.mark.parametrize("role", ["file", "picture"])
@pytest.mark.parametrize("media_type", ["text/html", "application/pdf", "text/markdown", "image/svg+xml"])
def test_nothing_that_could_run_is_shown_in_place(client, hub, content, media_type, role):
    data = {"text/html": PAGE, "application/pdf": PDF, "text/markdown": b"# Text"}.get(
        media_type, b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    )
    _document, address = receive(client, hub, data, media_type=media_type, role=role)
    response = client.get(address)
    assert response.status_code == 200
    is_drawing = (media_type, role) == ("image/svg+xml", "picture")
    assert response["Content-Disposition"].startswith("inline" if is_drawing else "attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("name", "saved_as"),
    [
        ("CONTRACT.pdf", "CONTRACT.pdf"),
        (".", "file"),
        ("   ", "file"),
        ("Antrag.pdf . .", "Antrag.pdf"),
        ("a\x07b.pdf", "a_b.pdf"),
        ("a\r\nSet-Cookie: x=y.pdf", "a__Set-Cookie: x=y.pdf"),
        ("Rechnung\u202efdp.exe", "Rechnungfdp.exe"),
        ("a\u2066b\u2069.pdf", "ab.pdf"),
        ("x" * 296 + ".pdf", "x" * 74 + "~" + "x" * 71 + ".pdf"),
        ('"; filename=evil.exe', '"; filename=evil.exe'),
    ],
)
def test_a_name_can_do_nothing_where_it_is_saved(client, hub, content, name, saved_as):
    document, address = receive(client, hub, PDF, name=name)
    assert shown(document)
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Disposition"] == content_disposition_header(True, saved_as)
    assert "Set-Cookie" not in response
    assert len(files_in(content)) == 1


def test_without_the_scanner_the_item_is_shown_and_its_file_waits(client, hub, content, monkeypatch):
    use_scanner(monkeypatch, "127.0.0.1:9")
    document, address = receive(client, hub, PDF)
    assert shown(document)
    assert (StoredFile.objects.get().state, client.get(address).status_code) == (FileState.WITHHELD, 503)
