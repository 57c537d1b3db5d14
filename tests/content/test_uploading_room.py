"""Uploads share one disk: nobody keeps it from the others, and the reserve for the database stays."""

from __future__ import annotations

import datetime as dt
import io
import os
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from content.documentation.services import NewRelease
from content.documentation.waiting import find_waiting, put_aside
from content.services import open_section
from content.uploading.models import Upload
from content.uploading.services import delete_idle
from hub.accounts.models import Role, User
from hub.errors import UnreadableUpload
from tests.content.uploading import DATA, MOST, START, begin, create, send
from tests.factories.people import add_person
from tests.wire.content import files_in, use_storage

pytestmark = pytest.mark.django_db

LATER = dt.timedelta(minutes=61)


@pytest.fixture
def content(tmp_path: Path, settings: Any) -> Path:
    return use_storage(settings, tmp_path / "content")


@pytest.fixture
def author(section: Any, body: Any, content: Path) -> User:
    open_section(section)
    return add_person("autorin@koblenz.example", body, Role.AUTHOR)


@pytest.fixture
def client(author: User) -> Client:
    client = Client(headers={"accept-language": "de"})
    client.force_login(author)
    return client


def set_room(monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    monkeypatch.setattr("hub.files.partial.PartialFile.room", room)


def pass_an_hour() -> None:
    Upload.objects.update(changed=timezone.now() - LATER, created=timezone.now() - LATER)


def test_nobody_has_more_than_five_unfinished_uploads(client, body):
    for _number in range(5):
        begin(client)
    response = create(client)
    assert response.status_code == 429
    assert "fünf" in response.content.decode()
    assert "Unten auf dieser Seite" in response.content.decode()
    other = Client()
    other.force_login(add_person("andere@koblenz.example", body, Role.AUTHOR))
    assert create(other).status_code == 201


def test_giving_one_up_makes_way_for_another(client):
    addresses = [begin(client) for _number in range(5)]
    client.post(addresses[0])
    assert create(client).status_code == 201


def test_uploads_that_never_began_hold_no_room_after_an_hour(client, body, monkeypatch):
    set_room(monkeypatch, MOST * 2)
    begin(client, size=MOST)
    begin(client, size=MOST)
    other = Client()
    other.force_login(add_person("andere@koblenz.example", body, Role.AUTHOR))
    assert create(other, size=MOST).status_code == 507
    pass_an_hour()
    assert create(other, size=MOST).status_code == 201
    assert create(client, size=MOST).status_code == 201, "nor do they count among the five"


def test_they_are_deleted_after_an_hour_and_what_has_begun_is_not(client, content):
    empty, begun, noted_late = begin(client), begin(client), begin(client)
    for address in (begun, noted_late):
        send(client, address, DATA[:100_000], 0)
    key = noted_late.strip("/").rpartition("/")[2]
    Upload.objects.filter(key=key).update(received=0)  # a process killed before it noted what it wrote
    assert delete_idle() == 0
    pass_an_hour()
    assert delete_idle() == 1
    left = {str(key) for key in Upload.objects.values_list("key", flat=True)}
    assert left == {begun.strip("/").rpartition("/")[2], key}
    assert empty.strip("/").rpartition("/")[2] not in left


def test_an_upload_that_has_not_begun_says_that_it_ends_in_an_hour(client):
    response = create(client)
    left = parsedate_to_datetime(response["Upload-Expires"]) - timezone.now()
    assert dt.timedelta(minutes=55) < left <= dt.timedelta(hours=1)


def test_the_reserve_is_kept_while_pieces_come_in(client, monkeypatch):
    address = begin(client)
    send(client, address, DATA[:100_000], 0)
    with monkeypatch.context() as patched:
        set_room(patched, 1_000)
        response = send(client, address, DATA[100_000:], 100_000)
    assert response.status_code == 507
    assert "kein Platz" in response.content.decode()
    assert send(client, address, DATA[100_000:], 100_000).status_code == 204


def test_the_form_without_javascript_keeps_the_reserve(client, monkeypatch, content):
    set_room(monkeypatch, 1_000)
    response = client.post(START, {"file": SimpleUploadedFile("paket.bin", DATA)})
    assert response.status_code == 507
    assert "kein Platz" in response.content.decode()
    assert files_in(content) == []


def test_documentation_that_waits_keeps_the_reserve(content, monkeypatch):
    set_room(monkeypatch, 1_000)
    with pytest.raises(UnreadableUpload, match="kein Platz"):
        put_aside(io.BytesIO(DATA), "a.zip", 1, 2, RELEASE)
    assert files_in(content) == []


def test_the_oldest_of_six_archives_of_a_person_that_wait_goes(content):
    keys = [put_aside(io.BytesIO(b"x"), "a.zip", 1, 2, RELEASE).key for _number in range(5)]
    other = put_aside(io.BytesIO(b"x"), "a.zip", 1, 3, RELEASE).key
    for path in (content / ".quarantine").glob(f"*{keys[2]}*"):
        os.utime(path, (1, 1))
    last = put_aside(io.BytesIO(b"x"), "a.zip", 1, 2, RELEASE).key
    assert [find_waiting(key, 1, 2) is not None for key in (*keys, last)] == [
        True,
        True,
        False,
        True,
        True,
        True,
    ]
    assert find_waiting(other, 1, 3) is not None


RELEASE = NewRelease("1.0", None)
