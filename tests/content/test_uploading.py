"""Large files come in piece by piece: each byte once, whatever happens in between."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import os
from typing import Any

import pytest
from django.http import UnreadablePostError
from django.test import Client
from django.utils import timezone
from wagtail.documents.models import Document

from content.uploading import services
from content.uploading.models import Upload
from content.uploading.queries import partial_of
from content.uploading.services import delete_idle
from hub.accounts.models import User
from hub.files.models import StoredFile
from hub.files.partial import WEEK_SECONDS, Overtaken
from tests.content.uploading import (
    DATA,
    HEX,
    MOST,
    PLACE,
    START,
    TUS,
    begin,
    metadata,
    send,
    standing,
)
from tests.wire.content import FULL, files_in, use_storage

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(author: User) -> Client:
    client = Client(headers={"accept-language": "de"})
    client.force_login(author)
    return client


def test_a_file_in_pieces_is_found_in_the_library(client, author, section, content):
    address = begin(client, sha256=HEX)
    for at in range(0, len(DATA), 200_000):
        response = send(client, address, DATA[at : at + 200_000], at)
        assert (response.status_code, response["Upload-Offset"]) == (204, str(at + 200_000))
    document = Document.objects.get()
    assert (document.title, document.filename, document.file_size) == ("paket.bin", "paket.bin", len(DATA))
    assert (document.collection.name, document.uploaded_by_user) == ("Koblenz", author)
    assert files_in(content) == [PLACE]
    with document.open_file() as file:
        assert file.read() == DATA
    page = client.get(address).content.decode()
    assert HEX in page
    assert "Sie stimmt mit der Prüfsumme der Datei auf Ihrem Rechner überein" in page
    assert standing(client, address) == str(len(DATA))


def test_the_server_says_what_it_can(client):
    response = client.options(START)
    assert response["Tus-Version"] == "1.0.0"
    assert response["Tus-Extension"] == "creation,expiration,termination,checksum"
    assert response["Tus-Checksum-Algorithm"] == "sha256"
    assert response["Tus-Max-Size"] == str(MOST)


def test_an_upload_says_what_it_is_and_until_when(client):
    response = client.head(begin(client, name="Übersicht.pdf"), headers=TUS)
    assert (response["Upload-Length"], response["Upload-Offset"]) == (str(len(DATA)), "0")
    assert response["Upload-Metadata"] == metadata(filename="Übersicht.pdf")
    assert response["Upload-Expires"].endswith("GMT")


def test_another_offset_than_what_is_here_is_a_conflict(client):
    address = begin(client)
    send(client, address, DATA[:100], 0)
    for at in (0, 50, 101):
        response = send(client, address, DATA[at : at + 10], at)
        assert (response.status_code, response["Upload-Offset"]) == (409, "100")
    assert standing(client, address) == "100"


class Line:
    """A connection that breaks off after some bytes, or lets somebody else go first."""

    def __init__(self, data: bytes, then: Any) -> None:
        self.pieces = [data]
        self.then = then

    def read(self, size: int) -> bytes:
        if self.pieces:
            return self.pieces.pop()
        return bytes(self.then())


def break_off() -> bytes:
    raise UnreadablePostError("connection reset")


@pytest.mark.parametrize("ending", [break_off, bytes])
def test_what_came_before_the_connection_broke_off_stays(client, content, ending):
    address = begin(client)
    upload = Upload.objects.get()
    assert services.take(upload, Line(DATA[:70_000], ending).read, 0) == 70_000
    upload.refresh_from_db()
    assert upload.received == 70_000
    assert standing(client, address) == "70000"
    assert send(client, address, DATA[70_000:], 70_000).status_code == 204
    assert files_in(content) == [PLACE]


def test_two_that_send_at_once_spoil_nothing(client, content):
    """The first one's connection stalls, the second goes on: what the first sends then is refused."""
    address = begin(client)
    upload = Upload.objects.get()

    def meanwhile() -> bytes:
        assert send(client, address, DATA[1000:2000], 1000).status_code == 204
        return b"\0" * 500

    with pytest.raises(Overtaken):
        services.take(upload, Line(DATA[:1000], meanwhile).read, 0)
    assert standing(client, address) == "2000"
    send(client, address, DATA[2000:], 2000)
    assert files_in(content) == [PLACE]


def test_a_file_is_completed_once(client):
    begin(client)
    upload = Upload.objects.get()
    with partial_of(upload).appending(0) as writer:
        writer.append(DATA)
    with partial_of(upload).alone(), pytest.raises(Overtaken, match="somebody else"):
        services.complete(upload)
    services.complete(upload)
    with pytest.raises(Overtaken, match="gone"):
        services.complete(upload)
    assert Document.objects.count() == 1


def test_a_process_killed_before_it_noted_what_it_wrote_loses_nothing(client, content):
    address = begin(client)
    upload = Upload.objects.get()
    with partial_of(upload).appending(0) as writer:
        writer.append(DATA[:123_456])
    assert (Upload.objects.get().received, standing(client, address)) == (0, "123456")
    send(client, address, DATA[123_456:], 123_456)
    assert files_in(content) == [PLACE]


def test_a_process_killed_before_the_whole_file_was_filed_is_made_up_for(client, content):
    address = begin(client)
    with partial_of(Upload.objects.get()).appending(0) as writer:
        writer.append(DATA)
    assert standing(client, address) == str(len(DATA))
    assert Document.objects.count() == 1
    assert files_in(content) == [PLACE]


def test_a_storage_that_refuses_loses_nothing(client, content, monkeypatch):
    address = begin(client)

    def refuse(*arguments: object) -> None:
        raise RuntimeError("AccessDenied")

    with monkeypatch.context() as patch:
        patch.setattr("hub.files.storage.ContentStorage.adopt", refuse)
        with pytest.raises(RuntimeError):
            send(client, address, DATA, 0)
    assert (Document.objects.count(), StoredFile.objects.count()) == (0, 0)
    assert standing(client, address) == str(len(DATA))
    assert Document.objects.count() == 1


def test_a_full_disk_is_said_and_the_upload_goes_on_when_there_is_room(client, content, settings):
    address = begin(client)
    use_storage(settings, content, FULL)
    response = send(client, address, DATA, 0)
    assert response.status_code == 507
    assert "kein Platz" in response.content.decode()
    assert standing(client, address) == "100000"
    use_storage(settings, content)
    assert send(client, address, DATA[100_000:], 100_000).status_code == 204
    assert files_in(content) == [PLACE]


def test_a_given_up_upload_leaves_nothing(client, content, django_capture_on_commit_callbacks):
    address = begin(client)
    send(client, address, DATA[:100], 0)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.delete(address, headers=TUS).status_code == 204
    assert (files_in(content), Upload.objects.count()) == ([], 0)
    assert send(client, address, DATA[100:], 100).status_code == 404


def test_with_an_account_its_uploads_go(client, author, content, django_capture_on_commit_callbacks):
    send(client, begin(client), DATA[:100], 0)
    with django_capture_on_commit_callbacks(execute=True):
        author.delete()
    assert (files_in(content), Upload.objects.count()) == ([], 0)


def test_what_nobody_has_gone_on_with_for_a_week_is_deleted(
    client, content, django_capture_on_commit_callbacks
):
    for name in ("alt.bin", "neu.bin"):
        send(client, begin(client, name=name), DATA[:100], 0)
    now = timezone.now()
    Upload.objects.filter(name="alt.bin").update(changed=now - dt.timedelta(days=7, minutes=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert delete_idle(now) == 1
    assert [upload.name for upload in Upload.objects.all()] == ["neu.bin"]
    assert len(files_in(content)) == 1


def test_bytes_that_belong_to_no_upload_are_deleted_after_a_week(client, content):
    begin(client)
    partial = partial_of(Upload.objects.get())
    with partial.appending(0) as writer:
        writer.append(DATA[:100])
    Upload.objects.all().delete()
    long_ago = timezone.now().timestamp() - WEEK_SECONDS - 60
    os.utime(partial.path, (long_ago, long_ago))
    delete_idle()
    assert files_in(content) == []


def checksum_of(data: bytes) -> dict[str, str]:
    return {"Upload-Checksum": f"sha256 {base64.b64encode(hashlib.sha256(data).digest()).decode()}"}


def test_a_piece_is_held_against_its_checksum_before_it_is_kept(client, content):
    address = begin(client)
    response = send(client, address, DATA[:1000], 0, **checksum_of(DATA[1:1001]))
    assert (response.status_code, response["Upload-Offset"]) == (460, "0")
    assert "unterwegs beschädigt" in response.content.decode()
    assert standing(client, address) == "0"
    assert send(client, address, DATA[:1000], 0, **checksum_of(DATA[:1000])).status_code == 204
    assert send(client, address, DATA[1000:], 1000, **checksum_of(DATA[1000:])).status_code == 204
    assert files_in(content) == [PLACE]


def test_a_piece_with_a_checksum_that_breaks_off_is_sent_anew(client):
    address = begin(client)
    line, checksum = Line(DATA[:70_000], break_off), hashlib.sha256(DATA[:100_000]).digest()
    assert services.take(Upload.objects.get(), line.read, 0, checksum) == 0
    assert standing(client, address) == "0"


@pytest.mark.parametrize("named", ["md5 AAAA", "sha256", "sha256 !", "sha256 QUFB"])
def test_a_checksum_of_a_piece_that_makes_no_sense_is_refused(client, named):
    address = begin(client)
    response = send(client, address, DATA[:10], 0, **{"Upload-Checksum": named})
    assert response.status_code == 400
    assert standing(client, address) == "0"


def test_an_upload_deleted_while_a_piece_comes_in_is_not_there_any_more(client, content):
    begin(client)
    upload = Upload.objects.get()

    def meanwhile() -> bytes:
        Upload.objects.all().delete()
        return b""

    with pytest.raises(services.UploadRefused, match="gelöscht") as refused:
        services.take(upload, Line(DATA[:1000], meanwhile).read, 0)
    assert (refused.value.status, files_in(content)) == (404, [])


def test_an_upload_deleted_before_it_is_filed_leaves_nothing_in_the_library(client):
    begin(client)
    upload = Upload.objects.get()
    with partial_of(upload).appending(0) as writer:
        writer.append(DATA)
    Upload.objects.all().delete()
    with pytest.raises(Overtaken, match="gone"):
        services.complete(upload)
    assert not Document.objects.exists()
