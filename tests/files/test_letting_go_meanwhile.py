"""Letting go while somebody brings the same bytes, needs the file again, or still fetches it."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from hub.errors import FileWithheld
from hub.files.letting_go import let_go_unneeded
from hub.files.models import FileState, StoredFile
from hub.files.receiving import expect, receive
from hub.files.references import Need, note_needs
from hub.files.services import open_content, store
from tests.wire.content import files_in
from tests.wire.server import Request, Response, open_door, serve

KOBLENZ = "http://koblenz.localhost"
DATA = b"Leitfaden"
DIGEST = "sha256:" + hashlib.sha256(DATA).hexdigest()

transactional = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def hold() -> StoredFile:
    """A received file that nobody needs since two days."""
    store(io.BytesIO(DATA), "text/plain").delete()
    facts = {"size": len(DATA), "media_type": "text/plain", "state": FileState.STORED}
    record = StoredFile.objects.create(digest=DIGEST, origin=KOBLENZ, source=f"{KOBLENZ}/x", **facts)
    age()
    return record


def age() -> None:
    moment = timezone.now() - dt.timedelta(days=2)
    StoredFile.objects.exclude(origin="").update(created=moment, changed=moment)


def meanwhile(work: Callable[[], Any]) -> threading.Thread:
    """Do it in a thread of its own, with its own connection."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@transactional
def test_bytes_that_are_handed_in_meanwhile_are_not_lost(content):
    hold()
    with transaction.atomic():
        record = store(io.BytesIO(DATA), "text/plain")
        letting_go = meanwhile(let_go_unneeded)
        letting_go.join(0.3)
        assert letting_go.is_alive()
    letting_go.join()
    assert list(StoredFile.objects.values_list("origin", flat=True)) == [""]
    with open_content(record) as file:
        assert file.read() == DATA


@transactional
def test_a_file_that_is_needed_again_meanwhile_stays(content):
    record = hold()
    with transaction.atomic():
        expect(DIGEST, len(DATA), "text/plain", origin=KOBLENZ, source=record.source)
        note_needs([Need(f"{KOBLENZ}/id/1", KOBLENZ, frozenset({DIGEST}))])
        letting_go = meanwhile(let_go_unneeded)
        letting_go.join(0.3)
        assert letting_go.is_alive()
    letting_go.join()
    with open_content(record) as file:
        assert file.read() == DATA


@transactional
def test_two_who_hand_in_the_same_bytes_have_one_file(content):
    threads = [meanwhile(lambda: store(io.BytesIO(DATA), "text/plain")) for _ in range(4)]
    for thread in threads:
        thread.join()
    assert (StoredFile.objects.count(), len(files_in(content))) == (1, 1)


@pytest.mark.django_db
def test_a_file_that_is_let_go_while_it_is_fetched_leaves_nothing(content, monkeypatch):
    def answer(request: Request) -> Response:
        return Response(DATA)

    def let_go_first(*arguments: Any) -> str:
        age()
        assert let_go_unneeded().files == 1
        return ""

    with serve(answer) as server:
        open_door(monkeypatch, server)
        record = expect(DIGEST, len(DATA), "text/plain", origin=server.origin, source=f"{server.origin}/x")
        monkeypatch.setattr("hub.files.receiving.differs", let_go_first)
        with pytest.raises(FileWithheld, match="no document needs it"):
            receive(record)
    assert (StoredFile.objects.count(), files_in(content)) == (0, [])
