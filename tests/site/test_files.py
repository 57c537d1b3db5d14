"""Attachments: for whom, with which headers, and what is said while they are on their way."""

from __future__ import annotations

import base64
import hashlib
import io
import subprocess
from pathlib import Path
from typing import Any

import pytest

from federation.models import Peer, PeerState
from federation.peers import approve, set_state
from hub.catalogue.models import CatalogueEntry
from hub.documents import Attachment, Audience, Document
from hub.files.models import StoredFile
from hub.files.receiving import expect
from hub.files.services import store
from tests.wire.content import use_storage
from tests.wire.foreign import ForeignHub

pytestmark = pytest.mark.django_db

DATA = b"0123456789" * 1_000
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture(autouse=True)
def content(tmp_path: Path, settings: Any) -> Path:
    return use_storage(settings, tmp_path)


@pytest.fixture
def koblenz(db: None) -> ForeignHub:
    hub = ForeignHub()
    approve(hub.identity())
    return hub


def hold(hub: ForeignHub, data: bytes, media_type: str) -> None:
    """The file as if it had been fetched from that hub."""
    digest = store(io.BytesIO(data), media_type).digest
    StoredFile.objects.filter(digest=digest).update(origin=hub.origin)


def attach(data: bytes, name: str, media_type: str, role: str = "file") -> Attachment:
    digest = "sha256:" + hashlib.sha256(data).hexdigest()
    return Attachment(url="", name=name, media_type=media_type, size=len(data), digest=digest, role=role)


def receive(client: Any, hub: ForeignHub, attachment: Attachment, **fields: Any) -> tuple[Document, str]:
    """A received document with that file; returns it and the file's address."""
    document = hub.document(attachments=(attachment,), **fields)
    assert hub.push(client, hub.publish(document)).status_code == 202
    return document, f"/dateien/{document.uuid}/{attachment.digest[7:]}/{attachment.name}"


@pytest.fixture
def handbook(client: Any, koblenz: ForeignHub) -> str:
    hold(koblenz, DATA, "application/pdf")
    return receive(client, koblenz, attach(DATA, "Leitfaden.pdf", "application/pdf"))[1]


def body_of(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_a_file_is_a_download_that_can_do_nothing(client, handbook):
    response = client.get(handbook)
    assert (response.status_code, body_of(response)) == (200, DATA)
    assert response["Content-Disposition"] == 'attachment; filename="Leitfaden.pdf"'
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Length"] == str(len(DATA))
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    digest = base64.b64encode(hashlib.sha256(DATA).digest()).decode()
    assert response["Repr-Digest"] == f"sha-256=:{digest}:"


@pytest.mark.parametrize(("role", "shown"), [("picture", "inline"), ("file", "attachment")])
def test_a_drawing_is_shown_in_a_text_alone_and_its_scripts_are_not_run(client, koblenz, role, shown):
    hold(koblenz, SVG, "image/svg+xml")
    _, address = receive(client, koblenz, attach(SVG, "Bild.svg", "image/svg+xml", role))
    response = client.get(address)
    assert response["Content-Disposition"].startswith(shown)
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Content-Type"] == "image/svg+xml"


@pytest.mark.parametrize("role", ["picture", "file"])
@pytest.mark.parametrize(
    "media_type", ["text/html", "application/pdf", "image/tiff", "image/svg+xml; charset=utf-8"]
)
def test_a_page_is_never_shown_in_place(client, koblenz, media_type, role):
    data = b"<script>alert(1)</script>"
    hold(koblenz, data, "text/html")
    _, address = receive(client, koblenz, attach(data, "x.html", media_type, role))
    response = client.get(address)
    assert response["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response["Content-Security-Policy"]


@pytest.mark.parametrize(
    "media_type", ["", "pdf", "text/html\r\nX-Evil: 1", "text/html\n", "text/html; x=y", "text/ä", "a/b/c"]
)
def test_a_media_type_that_is_none_is_that_of_unknown_bytes(client, koblenz, media_type):
    hold(koblenz, DATA, "text/html")
    _, address = receive(client, koblenz, attach(DATA, "x.html", media_type))
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/octet-stream"
    assert "X-Evil" not in response


def test_it_is_conditional(client, handbook):
    etag = client.get(handbook)["ETag"]
    response = client.get(handbook, headers={"If-None-Match": etag})
    assert (response.status_code, response.content) == (304, b"")
    assert client.get(handbook, headers={"If-None-Match": '"x"'}).status_code == 200


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-9", 0, 9),
        ("bytes=5000-", 5000, 9999),
        ("bytes=-100", 9900, 9999),
        ("bytes=9990-99999", 9990, 9999),
    ],
)
def test_a_part_is_sent_alone(client, handbook, asked, start, end):
    response = client.get(handbook, headers={"Range": asked})
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {start}-{end}/10000"
    assert body_of(response) == DATA[start : end + 1]
    assert response["Content-Length"] == str(end - start + 1)


def test_the_head_of_a_file_or_part_is_sent_alone(client, handbook):
    whole = client.head(handbook)
    assert (whole.status_code, whole["Content-Length"], body_of(whole)) == (200, "10000", b"")
    part = client.head(handbook, headers={"Range": "bytes=0-9"})
    assert (part.status_code, part["Content-Length"], body_of(part)) == (206, "10", b"")


@pytest.mark.parametrize("asked", ["bytes=0-9,20-29", "bytes=9-0", "bytes=-", "lines=0-9", "bytes=a-b"])
def test_several_parts_or_none_that_is_one_are_sent_as_the_whole(client, handbook, asked):
    response = client.get(handbook, headers={"Range": asked})
    assert (response.status_code, body_of(response)) == (200, DATA)


def test_an_interrupted_download_goes_on_if_the_file_is_still_the_same(client, handbook):
    first = client.get(handbook)
    begun = next(iter(first.streaming_content))[:4_000]
    rest = client.get(handbook, headers={"Range": "bytes=4000-", "If-Range": first["ETag"]})
    assert (rest.status_code, begun + body_of(rest)) == (206, DATA)
    assert rest["Repr-Digest"] == first["Repr-Digest"]
    for other in ('"x"', "W/" + first["ETag"], "Sun, 22 Nov 2026 10:00:00 GMT"):
        anew = client.get(handbook, headers={"Range": "bytes=4000-", "If-Range": other})
        assert (anew.status_code, body_of(anew)) == (200, DATA)


def test_the_checksum_is_had_as_a_program_checks_it(client, koblenz, tmp_path):
    hold(koblenz, DATA, "application/pdf")
    _, address = receive(client, koblenz, attach(DATA, "Leitfaden 2.pdf", "application/pdf"))
    response = client.get(address, {"pruefsumme": "1"})
    assert response["Content-Disposition"] == 'attachment; filename="Leitfaden 2.pdf.sha256"'
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    (tmp_path / "Leitfaden 2.pdf").write_bytes(DATA)
    checked = subprocess.run(
        ["sha256sum", "--check"], cwd=tmp_path, input=response.content, capture_output=True, check=True
    )
    assert checked.stdout.decode() == "Leitfaden 2.pdf: OK\n"


def test_the_checksum_is_for_those_who_may_have_the_file(client, koblenz):
    hold(koblenz, DATA, "application/pdf")
    attachment = attach(DATA, "Intern.pdf", "application/pdf")
    _, address = receive(client, koblenz, attachment, audience=Audience.MEMBERS)
    assert client.get(address, {"pruefsumme": "1"}).status_code == 404


def test_parts_that_make_no_sense(client, handbook):
    assert client.get(handbook, headers={"Range": "bytes=10000-"}).status_code == 416
    for asked in ("bytes=-", "bytes=1-2,4-5", "lines=1-2", "bytes=a-b"):
        assert client.get(handbook, headers={"Range": asked}).status_code == 200
    changed = {"Range": "bytes=0-9", "If-Range": '"other"'}
    assert client.get(handbook, headers=changed).status_code == 200


@pytest.mark.parametrize("known", [True, False])
def test_while_it_is_being_fetched_that_is_said(client, koblenz, known):
    attachment = attach(DATA, "Leitfaden.pdf", "application/pdf")
    _document, address = receive(client, koblenz, attachment)
    if known:
        source = koblenz.origin + "/x"
        record = expect(attachment.digest, len(DATA), "application/pdf", origin=koblenz.origin, source=source)
        record.withhold("full disk")
    response = client.get(address)
    assert response.status_code == 503
    assert "wird noch geholt" in response.content.decode()
    assert response["Retry-After"] == "60"


def test_knowing_the_hash_is_not_enough(client, handbook, koblenz):
    other, _ = receive(client, koblenz, attach(b"x", "x", "text/plain"))
    key = other.uuid
    assert client.get(f"/dateien/{key}/{hashlib.sha256(DATA).hexdigest()}/Leitfaden.pdf").status_code == 404
    assert client.get(f"/dateien/{key}/nonsense/x").status_code == 404
    hidden = CatalogueEntry.objects.get(object_id=other.id)
    CatalogueEntry.objects.filter(pk=hidden.pk).update(hidden=True)
    assert client.get(f"/dateien/{key}/{hashlib.sha256(b'x').hexdigest()}/x").status_code == 410


@pytest.mark.parametrize("holder", ["", "http://trier.localhost:8000"])
def test_naming_a_file_of_somebody_else_opens_nothing(client, admin_client, koblenz, holder):
    store(io.BytesIO(DATA), "application/pdf")
    StoredFile.objects.update(origin=holder)
    _, address = receive(client, koblenz, attach(DATA, "egal.pdf", "application/pdf"))
    _, unknown = receive(client, koblenz, attach(b"never seen", "egal.pdf", "application/pdf"))
    assert client.get(address).status_code == client.get(unknown).status_code == 503
    signed = koblenz.get(client, address)
    assert signed.status_code == 503


def test_a_document_under_the_same_uuid_does_not_change_who_may_keep_a_file(client, koblenz):
    hold(koblenz, DATA, "application/pdf")
    attachment = attach(DATA, "Intern.pdf", "application/pdf")
    document, address = receive(client, koblenz, attachment, audience=Audience.MEMBERS)
    entry = CatalogueEntry.objects.get(object_id=document.id)
    entry.pk, entry.object_id, entry.position = None, "http://trier.localhost:8000/x", 1_000_000
    entry.origin, entry.source, entry.audience = "http://trier.localhost:8000", "trier", Audience.PUBLIC
    entry.save()
    assert client.get(address).status_code == 503
    response = koblenz.get(client, address)
    assert (response.status_code, response["Cache-Control"]) == (200, "private, no-cache")


def test_a_withdrawn_document_takes_its_files_along(client, koblenz):
    hold(koblenz, DATA, "application/pdf")
    document, address = receive(client, koblenz, attach(DATA, "Leitfaden.pdf", "application/pdf"))
    koblenz.push(client, koblenz.withdraw(document.id, 2))
    assert client.get(address).status_code == 410


def test_files_for_members_are_for_members_staff_and_peers(client, admin_client, koblenz):
    hold(koblenz, DATA, "application/pdf")
    attachment = attach(DATA, "Intern.pdf", "application/pdf")
    _, address = receive(client, koblenz, attachment, audience=Audience.MEMBERS)
    assert client.get(address).status_code == 404
    assert admin_client.get(address).status_code == 200
    signed = koblenz.get(client, address)
    assert (signed.status_code, signed["Cache-Control"]) == (200, "private, no-cache")


def test_a_wrong_signature_is_not_taken_for_none(client, koblenz, handbook):
    headers = koblenz.sign("GET", handbook)
    assert client.get(handbook, headers=headers).status_code == 200
    assert client.get(handbook, headers=headers).status_code == 401
    assert client.get(handbook, headers={"Signature": headers["Signature"]}).status_code == 401
    set_state(Peer.objects.get(), PeerState.BLOCKED)
    assert client.get(handbook, headers=koblenz.sign("GET", handbook)).status_code == 401


def test_editors_see_the_files_of_their_drafts(client, admin_client):
    store(io.BytesIO(DATA), "application/pdf")
    address = f"/dateien/00000000-0000-4000-8000-000000000000/{hashlib.sha256(DATA).hexdigest()}/Entwurf.pdf"
    assert admin_client.get(address).status_code == 200
    assert client.get(address).status_code == 404


def test_names_are_harmless(client, koblenz):
    hold(koblenz, DATA, "application/pdf")
    attachment = attach(DATA, '..\\a/b"\r\nSet-Cookie: x=y\u202efdp.exe', "application/pdf")
    document = koblenz.document(attachments=(attachment,))
    koblenz.push(client, koblenz.publish(document))
    response = client.get(f"/dateien/{document.uuid}/{attachment.digest[7:]}/any/name")
    assert response.status_code == 200
    assert "Set-Cookie" not in response
    disposition = response["Content-Disposition"]
    assert not any(bad in disposition for bad in ("/", "\r", "\n", "%E2%80%AE"))
