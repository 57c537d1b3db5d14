"""The page for large files, its form without JavaScript, and Wagtail's own form beside it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.documents.models import Document
from wagtail.models import Collection

from content.media import Media
from content.uploading import document_form, services, streaming, views
from content.uploading.models import Upload
from content.uploading.queries import partial_of
from hub.accounts.models import User
from hub.env import env
from hub.files.storage import ContentStorage
from tests.factories.people import add_person
from tests.wire.content import FULL, files_in, use_storage

pytestmark = pytest.mark.django_db

DATA = b"\x1f\x8b" + b"Paket" * 50_000
HEX = hashlib.sha256(DATA).hexdigest()
START = "/admin/hochladen/"
PDF = b"%PDF-1.7\n"


@pytest.fixture
def client(author: User) -> Client:
    client = Client(headers={"accept-language": "de"})
    client.force_login(author)
    return client


def post(client: Client, data: bytes = DATA, name: str = "paket.tar.gz", **fields: Any) -> Any:
    return client.post(START, {"file": SimpleUploadedFile(name, data), **fields})


def limit(monkeypatch: pytest.MonkeyPatch, megabytes: int) -> None:
    for module in (services, streaming, views):
        monkeypatch.setattr(module, "env", replace(env, upload_max_mb=megabytes))


def test_the_page_says_how_large_and_what_is_not_finished(client, author):
    upload = Upload.objects.create(owner=author, name="halb.zip", size=2_000_000_000)
    with partial_of(upload).appending(0) as writer:
        writer.append(b"x" * 1_500_000)
    page = client.get(START).content.decode()
    assert "Große Datei hochladen" in page
    assert "bis zu 2 Gigabyte" in page
    assert "1,5\xa0MB von 2,0\xa0GB sind angekommen." in page
    assert 'tus/tus.min.js" defer' in page
    assert 'name="collection"' not in page
    unfinished = client.get(f"{START}{upload.key}/").content.decode()
    assert "Von „halb.zip“ sind 1,5\xa0MB von 2,0\xa0GB angekommen." in unfinished


def test_uploads_of_others_are_not_shown(client, section, body):
    Upload.objects.create(owner=add_person("b@koblenz.example"), name="geheim.zip", size=5)
    assert "geheim.zip" not in client.get(START).content.decode()


def test_an_unfinished_upload_is_given_up_by_its_button(
    client, author, content, django_capture_on_commit_callbacks
):
    upload = Upload.objects.create(owner=author, name="halb.zip", size=20)
    with partial_of(upload).appending(0) as writer:
        writer.append(b"x")
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post(f"{START}{upload.key}/", follow=True).content.decode()
    assert "Was von „halb.zip“ angekommen war, ist gelöscht." in page
    assert (files_in(content), Upload.objects.count()) == ([], 0)


def test_the_parts_of_the_library_are_offered_to_those_who_have_several(client, section):
    for name in ("Mainz", "Trier"):
        Collection.get_first_root_node().add_child(name=name)
    operator = Client(headers={"accept-language": "de"})
    operator.force_login(User.objects.create_superuser("betrieb@koblenz.example"))
    page = operator.get(START).content.decode()
    assert re.findall(r'<option value="\d+">(\w+)</option>', page)[:3] == ["Koblenz", "Mainz", "Trier"]
    mainz = Collection.objects.get(name="Mainz")
    post(operator, collection=mainz.pk)
    assert Document.objects.get().collection == mainz


def test_without_javascript_the_form_sends_the_file_whole(client, author, content):
    page = client.post(
        START, {"file": SimpleUploadedFile("paket.tar.gz", DATA)}, follow=True
    ).content.decode()
    assert "„paket.tar.gz“ ist hochgeladen" in page
    document = Document.objects.get()
    assert (document.title, document.file_size, document.uploaded_by_user) == (
        "paket.tar.gz",
        len(DATA),
        author,
    )
    assert document.collection.name == "Koblenz"
    assert files_in(content) == [f"sha256/{HEX[:2]}/{HEX[2:]}"]


@pytest.mark.parametrize(
    ("data", "name", "status", "words"),
    [
        (b"<html><script>", "a.pdf", 422, "eine Webseite"),
        (b"", "leer.bin", 400, "Die Datei ist leer."),
        (
            b"x" * 1_100_000,
            "gross.bin",
            413,
            "Die Datei hat 1,1\xa0MB. Hochladen lassen sich bis zu 1 Megabyte.",
        ),
    ],
)
def test_a_form_that_cannot_be_taken_says_why_and_leaves_nothing(
    client, content, monkeypatch, data, name, status, words
):
    limit(monkeypatch, 1)
    monkeypatch.setattr(views, "FORM_ROOM", 10_000)
    response = post(client, data, name)
    assert response.status_code == status
    assert words in response.content.decode()
    assert (files_in(content), Document.objects.count()) == ([], 0)


def test_a_file_that_is_larger_than_the_form_said_is_not_taken(client, content, monkeypatch):
    limit(monkeypatch, 1)
    response = post(client, b"x" * 1_100_000)
    assert response.status_code == 413
    assert files_in(content) == []


def test_a_full_disk_is_said_in_the_form_and_leaves_nothing(client, content, settings):
    use_storage(settings, content, FULL)
    response = post(client)
    assert response.status_code == 507
    assert "kein Platz" in response.content.decode()
    assert (files_in(content), Document.objects.count()) == ([], 0)


def test_a_forged_form_is_refused_and_leaves_nothing(author, content):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(author)
    assert post(strict).status_code == 403
    assert (files_in(content), Document.objects.count()) == ([], 0)


def test_a_form_without_a_file_asks_for_one(client):
    response = client.post(START, {"collection": ""})
    assert response.status_code == 422
    assert "Wählen Sie eine Datei aus." in response.content.decode()


def test_building_a_document_reads_nothing_of_its_files(client, content, monkeypatch):
    post(client)
    document = Document.objects.get()

    def refuse(*arguments: object) -> None:
        raise AssertionError("a file is opened")

    monkeypatch.setattr(ContentStorage, "_open", refuse)
    attachment = Media("00000000-0000-4000-8000-000000000000").attach(document)
    assert (attachment.digest, attachment.size) == (f"sha256:{HEX}", len(DATA))
    assert (attachment.name, attachment.media_type) == ("paket.tar.gz", "application/gzip")


@pytest.mark.parametrize("number", [1, 3])
def test_building_a_document_with_files_costs_one_query_each(client, django_assert_num_queries, number):
    for n in range(number):
        post(client, DATA + bytes([n]), f"paket-{n}.tar.gz")
    documents = list(Document.objects.all())
    media = Media("00000000-0000-4000-8000-000000000000")
    with django_assert_num_queries(number):
        for document in documents:
            media.attach(document)


def test_a_file_of_the_library_is_saved_not_opened(client, content):
    post(client, PDF, "plan.pdf")
    document = Document.objects.get()
    response = client.get(document.url)
    assert response["Content-Disposition"] == 'attachment; filename="plan.pdf"'
    assert "sandbox" in response["Content-Security-Policy"]
    part = client.get(document.url, headers={"Range": "bytes=1-3"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, b"PDF")
    assert client.get(f"/documents/{document.pk}/anders.pdf").status_code == 404
    assert client.get(f"/media/{document.file.name}").status_code == 404
    assert Client().get(document.url).status_code == 404


def test_a_file_of_before_is_saved_not_opened_as_well(client, settings):
    folder = Path(settings.MEDIA_ROOT) / "documents"
    folder.mkdir(parents=True)
    (folder / "alt.pdf").write_bytes(PDF)
    document = Document.objects.create(title="Alt", file="documents/alt.pdf")
    response = client.get(document.url)
    assert response["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response["Content-Security-Policy"]
    page = Path(settings.MEDIA_ROOT) / "documents" / "alt.html"
    page.write_bytes(b"<script>")
    assert client.get("/media/documents/alt.html")["Content-Disposition"].startswith("attachment")


def add_by_wagtail(client: Client, data: bytes, name: str) -> Any:
    fields = {"title": "Neu", "file": SimpleUploadedFile(name, data)}
    fields["collection"] = Collection.objects.get(name="Koblenz").pk
    return client.post(reverse("wagtaildocs:add"), fields)


def test_wagtails_own_form_sends_large_files_to_that_page(client, monkeypatch):
    monkeypatch.setattr(document_form, "LARGE_BYTES", 10)
    page = add_by_wagtail(client, b"x" * 11, "a.txt").content.decode()
    assert "Die Datei ist größer als 100 Megabyte." in page
    assert 'href="/admin/hochladen/"' in page
    assert not Document.objects.exists()


def test_wagtails_own_form_examines_what_comes(client):
    page = add_by_wagtail(client, b"<html><script>", "a.pdf").content.decode()
    assert "eine Webseite" in page
    assert not Document.objects.exists()
    add_by_wagtail(client, PDF, "a.pdf")
    assert Document.objects.get().filename == "a.pdf"


def test_the_dialogue_for_choosing_a_file_leads_to_that_page(client):
    dialogue = client.get(reverse("wagtaildocs_chooser:choose")).json()["html"]
    assert 'href="/admin/hochladen/"' in dialogue
