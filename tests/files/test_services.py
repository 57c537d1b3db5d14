"""Files by their content: whole or not at all, once, and checked against what was announced."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from hub.env import env
from hub.errors import FileWithheld
from hub.files.models import FileState, StoredFile
from hub.files.queries import due_files, find_file, withheld_files
from hub.files.receiving import expect, receive
from hub.files.services import open_content, store
from tests.wire.content import FULL, files_in, use_storage
from tests.wire.server import Response, Server, open_door, serve

pytestmark = pytest.mark.django_db

DATA = b"Leitfaden\n" * 50_000
HEX = hashlib.sha256(DATA).hexdigest()
DIGEST = f"sha256:{HEX}"
PLACE = f"sha256/{HEX[:2]}/{HEX[2:]}"


@pytest.fixture
def origin(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with serve(lambda request: Response(DATA)) as server:
        open_door(monkeypatch, server)
        yield server


def wanted(server: Server, digest: str = DIGEST, size: int = len(DATA)) -> StoredFile:
    source = server.origin + "/dateien/x/y/leitfaden.txt"
    return expect(digest, size, "text/plain", origin=server.origin, source=source)


def withheld(record: StoredFile, content: Path, reason: str) -> bool:
    """Withheld for that reason, due again, and no partial file stays."""
    with pytest.raises(FileWithheld, match=reason):
        receive(record)
    record.refresh_from_db()
    assert record.retry_at is not None
    assert record.retry_at > timezone.now()
    return record.state == FileState.WITHHELD and reason in record.reason and files_in(content) == []


@pytest.mark.parametrize("source", [io.BytesIO(DATA), ContentFile(DATA)])
def test_a_file_is_stored_by_its_content(content, source):
    record = store(source, "text/plain")
    assert (record.digest, record.size, record.state) == (DIGEST, len(DATA), FileState.STORED)
    assert files_in(content) == [PLACE]
    with open_content(record) as stored:
        assert stored.read() == DATA


def test_the_same_content_is_stored_once(content):
    first, second = store(io.BytesIO(DATA), "text/plain"), store(io.BytesIO(DATA), "text/csv")
    assert first == second
    assert second.media_type == "text/plain"
    assert files_in(content) == [PLACE]


def test_an_empty_file_is_a_file(content):
    assert store(io.BytesIO(b""), "text/plain").size == 0


def test_a_full_disk_leaves_nothing_of_a_local_file(content, settings):
    use_storage(settings, content, FULL)
    with pytest.raises(OSError, match="No space"):
        store(io.BytesIO(DATA), "text/plain")
    assert files_in(content) == []
    assert not StoredFile.objects.exists()


def test_a_wanted_file_is_fetched_and_checked(content, origin):
    record = wanted(origin)
    assert (record.state, list(due_files())) == (FileState.MISSING, [record])
    with pytest.raises(FileWithheld):
        open_content(record)
    receive(record, {"Signature": "s"})
    assert (record.state, files_in(content), list(due_files())) == (FileState.STORED, [PLACE], [])
    assert origin.requests[0].headers["Signature"] == "s"
    assert origin.requests[0].headers["Accept-Encoding"] == "identity"
    receive(record)
    assert len(origin.requests) == 1


def test_a_full_disk_withholds_it_until_there_is_room(content, origin, settings):
    record = wanted(origin)
    use_storage(settings, content, FULL)
    assert withheld(record, content, "the disk is full")
    assert list(due_files()) == []
    StoredFile.objects.update(retry_at=timezone.now())
    use_storage(settings, content)
    receive(due_files().get())
    assert find_file(DIGEST, origin.origin).state == FileState.STORED
    assert files_in(content) == [PLACE]


def test_another_content_is_withheld(content, origin):
    origin.answer = lambda request: Response(DATA[:-1] + b"!")
    assert withheld(wanted(origin), content, "checksum")
    assert list(withheld_files()) == [find_file(DIGEST, origin.origin)]


@pytest.mark.parametrize(
    ("body", "reason"),
    [(DATA[:-1], "instead of the"), (DATA + b"!", "announced"), (DATA * 2, "more bytes than the")],
)
def test_another_size_is_withheld(content, origin, body, reason):
    origin.answer = lambda request: Response(body)
    assert withheld(wanted(origin), content, reason)


@pytest.mark.parametrize("status", [302, 401, 404, 503])
def test_another_answer_is_withheld(content, origin, status):
    origin.answer = lambda request: Response(DATA, status)
    assert withheld(wanted(origin), content, "answered")


def test_a_file_over_the_cap_is_not_even_asked_for(content, origin, monkeypatch):
    monkeypatch.setattr("hub.files.receiving.env", replace(env, attachment_max_mb=0))
    assert withheld(wanted(origin), content, "0 MB")
    assert origin.requests == []


def test_attempts_grow_rarer(content, origin):
    origin.answer = lambda request: Response(status=503)
    record = wanted(origin)
    delays = []
    for _ in range(6):
        with pytest.raises(FileWithheld):
            receive(record)
        delays.append(round((record.retry_at - timezone.now()).total_seconds() / 60))
    assert delays == [1, 5, 15, 60, 240, 240]


def test_a_new_address_at_the_same_origin_is_tried_at_once(content, origin):
    origin.answer = lambda request: Response(status=404)
    assert withheld(wanted(origin), content, "404")
    assert list(due_files()) == []
    source = origin.origin + "/dateien/x/y/neu.txt"
    record = expect(DIGEST, len(DATA), "text/plain", origin=origin.origin, source=source)
    assert (record.state, record.source, record.attempts) == (FileState.MISSING, source, 0)
    assert list(due_files()) == [record]


def test_origins_keep_their_own_address_and_size(content, origin):
    record = wanted(origin)
    expect(DIGEST, 1, "text/plain", origin="http://mallory.localhost", source="http://mallory.localhost/x")
    record.refresh_from_db()
    assert (record.size, record.source) == (len(DATA), origin.origin + "/dateien/x/y/leitfaden.txt")
    receive(record)
    assert find_file(DIGEST, "http://mallory.localhost").state == FileState.MISSING


def test_bytes_that_are_here_are_fetched_from_whoever_names_them(content, origin):
    store(io.BytesIO(DATA), "text/plain")
    record = wanted(origin)
    with pytest.raises(FileWithheld):
        open_content(record)
    receive(record)
    assert len(origin.requests) == 1
    assert files_in(content) == [PLACE]


def test_storing_again_changes_nothing(content, django_assert_num_queries):
    store(io.BytesIO(DATA), "text/plain")
    with django_assert_num_queries(1):
        store(io.BytesIO(DATA), "text/plain")


def test_lost_bytes_that_are_stored_again_are_no_longer_missed(content):
    record = store(io.BytesIO(DATA), "text/plain")
    record.withhold("its bytes are gone from the storage")
    assert store(io.BytesIO(DATA), "text/plain").state == FileState.STORED
    assert list(withheld_files()) == []


def test_a_storage_that_refuses_withholds_it(content, origin, monkeypatch):
    def refuse(*arguments: object) -> None:
        raise RuntimeError("AccessDenied\0")

    monkeypatch.setattr("hub.files.storage.ContentStorage.adopt", refuse)
    assert withheld(wanted(origin), content, "storing failed: RuntimeError: AccessDenied")


def test_bytes_that_are_lost_are_missed(content, origin):
    record = store(io.BytesIO(DATA), "text/plain")
    (content / PLACE).unlink()
    with pytest.raises(FileWithheld, match="gone"):
        open_content(record)
    assert find_file(DIGEST).state == FileState.WITHHELD


@pytest.mark.parametrize(
    "fields",
    [
        {"digest": "sha256:x"},
        {"state": FileState.WITHHELD, "reason": ""},
        {"origin": ""},
        {"origin": "", "source": "http://koblenz.localhost/x", "state": FileState.STORED},
    ],
)
def test_the_database_keeps_the_rules(fields):
    usual = {"digest": DIGEST, "origin": "http://koblenz.localhost", "size": 1, "media_type": "x"}
    with pytest.raises(IntegrityError), transaction.atomic():
        StoredFile.objects.create(**{**usual, **fields})
