"""Every door by which somebody hands a file in shows it to the virus scanner, and refuses it in words."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image as Raster
from wagtail.documents.models import Document
from wagtail.images import get_image_model

from content.models import CaseReportPage, ModulePage
from content.services import open_section
from content.uploading.models import Upload
from hub.accounts.models import Role, User
from hub.files.models import StoredFile
from tests.content.uploading import START, begin, send, standing
from tests.wire.clamd import EICAR, NAME, Scanner, serve_scanner, use_scanner
from tests.wire.content import files_in, use_storage

pytestmark = pytest.mark.django_db

FOUND = f"etwas gefunden ({NAME})"
LATER = "konnte im Moment nicht auf Viren geprüft werden"


@pytest.fixture
def storage(tmp_path: Path, settings: Any) -> Path:
    return use_storage(settings, tmp_path / "content")


@pytest.fixture
def scanner(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scanner]:
    with serve_scanner() as running:
        use_scanner(monkeypatch, running.address)
        yield running


@pytest.fixture
def editor(section: Any, storage: Path) -> Client:
    user = User.objects.create_user("redaktion@koblenz.demo.invalid", "geheim-und-lang")
    user.groups.add(open_section(section).groups[Role.EDITOR])
    client = Client(headers={"accept-language": "de"})
    client.force_login(user)
    return client


def in_library(client: Client, section: Any, data: bytes) -> Any:
    collection = open_section(section).collection.pk
    fields = {
        "title": "Leitfaden",
        "collection": collection,
        "file": SimpleUploadedFile("leitfaden.txt", data),
    }
    return client.post(reverse("wagtaildocs:add"), fields)


def as_picture(client: Client, section: Any, data: bytes) -> Any:
    buffer = io.BytesIO()
    Raster.new("RGB", (10, 10)).save(buffer, "PNG")
    file = SimpleUploadedFile("bild.png", buffer.getvalue() + data)
    collection = open_section(section).collection.pk
    return client.post(
        reverse("wagtailimages:add"), {"title": "Bild", "collection": collection, "file": file}
    )


def in_one_go(client: Client, section: Any, data: bytes) -> Any:
    return client.post(START, {"file": SimpleUploadedFile("paket.bin", data)})


def as_draft(client: Client, section: Any, data: bytes) -> Any:
    file = SimpleUploadedFile("bericht.md", b"# Bericht\n\n" + data)
    return client.post(reverse("import_draft"), {"file": file, "kind": "case_report", "section": section.pk})


def as_publiccode(client: Client, section: Any, data: bytes) -> Any:
    file = SimpleUploadedFile("publiccode.yml", data)
    return client.post("/admin/publiccode/", {"file": file, "section": section.pk, "text": "name: Getipptes"})


def as_documentation(client: Client, section: Any, data: bytes) -> Any:
    module = section.add_child(
        instance=ModulePage(title="Baustein", summary="Baustein", locale=section.locale)
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.md", b"# Anfang\n\n" + data)
    file = SimpleUploadedFile("docs.zip", packed.getvalue())
    fields = {"upload": file, "version": "7.7.7", "released": "2026-09-14", "notes": "Neues"}
    return client.post(f"/admin/dokumentation/{module.pk}/", fields)


DOORS = [in_library, as_picture, in_one_go, as_draft, as_publiccode, as_documentation]


def kept(storage: Path) -> tuple[list[str], int, int, int, int]:
    """What is here of anything handed in."""
    models = (Document, get_image_model(), StoredFile, CaseReportPage)
    return files_in(storage), *(model.objects.count() for model in models)


@pytest.mark.parametrize("door", DOORS)
def test_an_infected_upload_is_refused_in_words(editor, section, storage, scanner, door):
    response = door(editor, section, EICAR)
    assert FOUND in response.content.decode()
    assert kept(storage) == ([], 0, 0, 0, 0)


@pytest.mark.parametrize("door", DOORS)
def test_without_the_scanner_nothing_is_taken_in(editor, section, storage, monkeypatch, door):
    use_scanner(monkeypatch, "127.0.0.1:9")
    response = door(editor, section, b"Text")
    assert LATER in response.content.decode()
    assert kept(storage) == ([], 0, 0, 0, 0)


def test_what_was_typed_beside_it_stays(editor, section, scanner):
    page = as_publiccode(editor, section, EICAR).content.decode()
    assert "name: Getipptes" in page
    page = as_documentation(editor, section, EICAR).content.decode()
    assert "7.7.7" in page
    assert "Neues" in page


def test_a_large_upload_is_scanned_whole_and_refused(
    editor, storage, scanner, django_capture_on_commit_callbacks
):
    data = b"x" * 300_000 + EICAR
    address = begin(editor, size=len(data))
    send(editor, address, data[:200_000], 0)
    with django_capture_on_commit_callbacks(execute=True):
        response = send(editor, address, data[200_000:], 200_000)
    assert response.status_code == 422
    assert FOUND in response.content.decode()
    assert scanner.shown == [data]
    assert (kept(storage), Upload.objects.count()) == (([], 0, 0, 0, 0), 0)


def test_a_large_upload_waits_for_the_scanner_without_being_sent_again(editor, storage, monkeypatch):
    use_scanner(monkeypatch, "127.0.0.1:9")
    data = b"x" * 300_000
    address = begin(editor, size=len(data))
    response = send(editor, address, data, 0)
    assert response.status_code == 503
    assert LATER in response.content.decode()
    assert Upload.objects.get().received == len(data)
    with serve_scanner() as running:
        use_scanner(monkeypatch, running.address)
        assert standing(editor, address) == str(len(data))
    assert Document.objects.get().file_size == len(data)


def test_an_upload_larger_than_the_scanner_accepts_is_refused(editor, section, scanner):
    scanner.most = 100
    response = in_library(editor, section, b"x" * 1000)
    assert "größer, als der Virenscanner annimmt" in response.content.decode()
