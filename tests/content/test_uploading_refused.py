"""What large files are refused: too large, not what they say, not allowed; and what their names become."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from wagtail.documents.models import Document
from wagtail.models import Collection

from content.uploading import services
from content.uploading.models import Upload
from content.uploading.queries import partial_of
from hub.accounts.models import Role, User
from hub.env import env
from tests.content.uploading import DATA, HEX, MOST, START, TUS, begin, create, metadata, send, standing
from tests.factories.people import add_person
from tests.wire.content import files_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(author: User) -> Client:
    client = Client(headers={"accept-language": "de"})
    client.force_login(author)
    return client


def test_three_gigabytes_are_refused_before_a_byte_is_sent(client):
    response = create(client, size=3_000_000_000)
    assert response.status_code == 413
    assert "Die Datei hat 3,0\xa0GB. Hochladen lassen sich bis zu 2 Gigabyte." in response.content.decode()
    assert not Upload.objects.exists()


def test_a_file_of_the_largest_size_may_begin(client):
    assert create(client, size=MOST).status_code == 201
    assert create(client, size=MOST + 1).status_code == 413


def test_a_file_for_which_there_is_no_room_is_refused_before_a_byte_is_sent(client, monkeypatch):
    begin(client, size=600_000)
    monkeypatch.setattr("hub.files.partial.PartialFile.room", 1_000_000)
    assert create(client, size=400_000).status_code == 201
    response = create(client, size=1)
    assert response.status_code == 507
    assert "kein Platz" in response.content.decode()


def test_an_empty_file_is_refused(client):
    response = create(client, size=0)
    assert response.status_code == 400
    assert "leer" in response.content.decode()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Upload-Length": "viel"},
        {"Upload-Length": "-1"},
        {"Upload-Length": "9" * 30},
        {"Upload-Defer-Length": "1"},
        {"Upload-Length": "1", "Upload-Metadata": "filename !"},
        {"Upload-Length": "1", "Upload-Metadata": "filename " + "QUFB" * 4000},
        {"Upload-Length": "1", "Upload-Metadata": metadata(filename="x", sha256="abc")},
    ],
)
def test_headers_that_make_no_sense_are_refused(client, headers):
    response = client.post(START, headers={**TUS, **headers}, content_type="application/octet-stream")
    assert response.status_code == 400
    assert response.content
    assert not Upload.objects.exists()


def test_another_version_of_the_protocol_is_refused(client):
    response = client.post(START, headers={"Tus-Resumable": "0.2.2"}, content_type="application/octet-stream")
    assert (response.status_code, response["Tus-Version"]) == (412, "1.0.0")
    assert client.head(begin(client)).status_code == 412


def test_a_wrong_checksum_is_said_and_nothing_stays(client, content, django_capture_on_commit_callbacks):
    address = begin(client, sha256="0" * 64)
    with django_capture_on_commit_callbacks(execute=True):
        response = send(client, address, DATA, 0)
    assert response.status_code == 460
    assert HEX in response.content.decode()
    assert "andere Prüfsumme" in response.content.decode()
    assert (files_in(content), Document.objects.count(), Upload.objects.count()) == ([], 0, 0)


def test_a_page_called_pdf_is_refused_and_nothing_stays(client, content, django_capture_on_commit_callbacks):
    page = b"<!DOCTYPE html><script>alert(1)</script>"
    address = begin(client, name="Bericht.pdf", size=len(page))
    with django_capture_on_commit_callbacks(execute=True):
        response = send(client, address, page, 0)
    assert response.status_code == 422
    assert "endet auf .pdf, die Datei ist aber etwas anderes (eine Webseite)" in response.content.decode()
    assert (files_in(content), Document.objects.count()) == ([], 0)


def test_more_than_was_announced_is_refused(client):
    address = begin(client, size=10)
    assert send(client, address, b"x" * 11, 0).status_code == 400
    assert standing(client, address) == "0"


def test_what_is_no_piece_is_refused(client):
    address = begin(client)
    response = client.patch(address, b"x", content_type="text/plain", headers={**TUS, "Upload-Offset": "0"})
    assert response.status_code == 415
    assert client.patch(address, b"x", "application/offset+octet-stream", headers=TUS).status_code == 400


def test_somebody_elses_upload_is_not_there(client, body):
    address = begin(client)
    other = Client()
    other.force_login(add_person("kollege@koblenz.example", body, Role.EDITOR))
    assert send(other, address, DATA, 0).status_code == 404
    assert other.head(address, headers=TUS).status_code == 404
    assert other.delete(address, headers=TUS).status_code == 404
    assert other.get(address).status_code == 404
    assert Upload.objects.count() == 1


def test_who_may_not_add_files_may_not_upload(client, body):
    member = Client()
    member.force_login(add_person("mitglied@koblenz.example", body, Role.MEMBER))
    assert create(member).status_code == 302
    assert not Upload.objects.exists()


def test_a_part_of_the_library_of_others_cannot_be_named(client):
    other = Collection.get_first_root_node().add_child(name="Mainz")
    response = create(client, collection=str(other.pk))
    assert response.status_code == 403
    assert not Upload.objects.exists()


def test_rights_that_were_lost_meanwhile_count(client, author, django_capture_on_commit_callbacks):
    begin(client)
    upload = Upload.objects.get()
    with partial_of(upload).appending(0) as writer:
        writer.append(DATA)
    author.groups.clear()
    upload.owner = User.objects.get(pk=author.pk)
    with pytest.raises(services.UploadRefused, match="keine Dateien"):
        services.complete(upload)
    assert not Document.objects.exists()


def test_requests_without_the_token_against_forgery_are_refused(client, author):
    address = begin(client)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(author)
    assert create(strict).status_code == 403
    assert send(strict, address, DATA, 0).status_code == 403
    assert strict.delete(address, headers=TUS).status_code == 403
    strict.get(START)
    token = strict.cookies[next(name for name in strict.cookies if name.endswith("csrf"))].value
    headers = {**TUS, "Upload-Length": "5", "Upload-Metadata": metadata(filename="a"), "X-CSRFToken": token}
    assert strict.post(START, headers=headers, content_type="application/octet-stream").status_code == 201


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Fachverfahren\\paket.tar.gz", "paket.tar.gz"),
        ("Bericht\u202efdp.exe", "Bericht_fdp.exe"),
        ("zeile\r\nSet-Cookie: x\0.zip", "zeile__Set-Cookie: x_.zip"),
        ("..", "file"),
        ("", "file"),
    ],
)
def test_names_are_made_harmless(client, sent, kept):
    begin(client, name=sent)
    assert Upload.objects.get().name == kept


def test_a_long_name_keeps_its_ending_and_the_title_keeps_it_whole(client):
    name = "Fachverfahren-" * 15 + "1.4.0.tar.gz"
    data = b"\x1f\x8b" + DATA[2:]
    send(client, begin(client, name=name), data, 0)
    document = Document.objects.get()
    assert (len(document.file.name), document.title) == (100, name)
    assert document.filename.endswith("-1.4.0.tar.gz")


def test_the_limit_is_what_the_operators_set(client, monkeypatch):
    monkeypatch.setattr(services, "env", replace(env, upload_max_mb=1))
    assert create(client, size=1024 * 1024).status_code == 201
    assert create(client, size=1024 * 1024 + 1).status_code == 413


@pytest.mark.parametrize(
    "fields", [{"received": 11}, {"checksum": "sha256:x"}, {"document": True, "received": 5}]
)
def test_the_database_keeps_the_rules(author, table_file, fields):
    values = {"owner": author, "name": "x", "size": 10, **fields}
    if values.get("document"):
        values["document"] = table_file
    with pytest.raises(IntegrityError), transaction.atomic():
        Upload.objects.create(**values)
