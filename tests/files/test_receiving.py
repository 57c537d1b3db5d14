"""Files of peers that break off are gone on with where they stopped, and checked when they are whole."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.errors import FileWithheld
from hub.files.models import FileState, StoredFile
from hub.files.partial import WEEK_SECONDS, delete_old_partials
from hub.files.receiving import TRIES_WITHOUT_PROGRESS, arrived, expect, receive
from hub.files.services import open_content
from tests.wire.content import files_in
from tests.wire.server import Request, Response, Server, open_door, serve

pytestmark = pytest.mark.django_db

DATA = os.urandom(300_000)
DIGEST = "sha256:" + hashlib.sha256(DATA).hexdigest()


def breaks_off(after: int) -> Response:
    return Response(iter([DATA[:after]]), headers={"Content-Length": str(len(DATA))})


def part_of(data: bytes, request: Request) -> Response:
    """What a host that knows ranges answers."""
    start = int(re.fullmatch(r"bytes=(\d+)-", request.headers["Range"])[1])
    where = f"bytes {start}-{len(data) - 1}/{len(data)}"
    return Response(data[start:], 206, {"Content-Range": where})


@pytest.fixture
def origin(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with serve(lambda request: breaks_off(100_000)) as server:
        open_door(monkeypatch, server)
        yield server


@pytest.fixture
def begun(content: Path, origin: Server) -> StoredFile:
    """A file of which the first third is here."""
    record = expect(
        DIGEST, len(DATA), "application/octet-stream", origin=origin.origin, source=f"{origin.origin}/datei"
    )
    with pytest.raises(FileWithheld, match="broke off"):
        receive(record)
    assert record.attempts == 1
    return record


def test_only_the_rest_of_an_interrupted_file_is_asked_for(content, origin, begun):
    assert [(content / name).stat().st_size for name in files_in(content)] == [100_000]
    origin.answer = lambda request: part_of(DATA, request)
    assert receive(begun)
    asked = origin.requests[-1].headers
    assert (asked["Range"], asked["If-Range"]) == ("bytes=100000-", f'"{DIGEST[7:]}"')
    assert files_in(content) == [begun.name]
    with open_content(begun) as stored:
        assert stored.read() == DATA


def test_a_host_without_ranges_sends_it_all_once_more(content, origin, begun):
    origin.answer = lambda request: Response(DATA)
    assert receive(begun)
    assert files_in(content) == [begun.name]


def test_a_rest_of_other_bytes_is_thrown_away_with_the_beginning(content, origin, begun):
    origin.answer = lambda request: part_of(b"\0" * len(DATA), request)
    with pytest.raises(FileWithheld, match="checksum"):
        receive(begun)
    assert files_in(content) == []


def test_what_was_whole_when_the_process_ended_is_not_asked_for_again(content, origin, begun):
    (content / files_in(content)[0]).write_bytes(DATA)
    assert receive(begun)
    assert len(origin.requests) == 1
    assert files_in(content) == [begun.name]


def test_progress_counts_as_a_first_attempt(content, origin, begun):
    StoredFile.objects.update(attempts=4)
    begun.refresh_from_db()

    def further(request: Request) -> Response:
        response = part_of(DATA, request)
        return Response(iter([DATA[100_000:150_000]]), 206, {**response.headers, "Content-Length": "200000"})

    origin.answer = further
    with pytest.raises(FileWithheld, match="broke off"):
        receive(begun)
    assert begun.attempts == 1


def test_a_beginning_that_leads_nowhere_is_thrown_away(content, origin, begun):
    origin.answer = lambda request: Response(status=416)
    for _ in range(TRIES_WITHOUT_PROGRESS):
        assert len(files_in(content)) == 1
        with pytest.raises(FileWithheld, match="416"):
            receive(begun)
    assert files_in(content) == []


def test_after_its_process_was_killed_a_fetch_goes_on_where_it_was(content, origin):
    def stalls() -> Iterator[bytes]:
        yield DATA[:200_000]
        stalled.wait(30)

    stalled = threading.Event()
    origin.answer = lambda request: Response(stalls(), headers={"Content-Length": str(len(DATA))})
    record = expect(
        DIGEST, len(DATA), "application/octet-stream", origin=origin.origin, source=f"{origin.origin}/datei"
    )
    child = os.fork()
    if not child:
        receive(record)
        os._exit(1)
    while arrived(record) < 200_000:
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    stalled.set()
    origin.answer = lambda request: part_of(DATA, request)
    assert receive(record)
    assert origin.requests[-1].headers["Range"] == "bytes=200000-"
    assert files_in(content) == [record.name]


def test_nobody_goes_on_with_what_another_origin_has_begun(content, origin, begun):
    origin.answer = lambda request: Response(DATA)
    other = expect(
        DIGEST, len(DATA), "application/octet-stream", origin="http://x.localhost", source=begun.source
    )
    assert receive(other)
    assert "Range" not in origin.requests[-1].headers
    assert len(files_in(content)) == 2


def test_a_large_file_is_paused_for_others_and_gone_on_with(content, origin, begun):
    origin.answer = lambda request: part_of(DATA, request)
    assert receive(begun, pause_after=0.0) is False
    assert begun.state == FileState.WITHHELD
    assert (content / files_in(content)[0]).stat().st_size > 100_000
    assert receive(begun)


def test_a_host_that_cannot_go_on_is_not_paused(content, origin, begun):
    origin.answer = lambda request: Response(DATA)
    assert receive(begun, pause_after=0.0)


def test_beginnings_nobody_adds_to_are_deleted_after_a_week(content, begun):
    path = content / files_in(content)[0]
    assert delete_old_partials(path.parent) == 0
    long_ago = time.time() - WEEK_SECONDS - 60
    os.utime(path, (long_ago, long_ago))
    assert delete_old_partials(path.parent) == 1
    assert files_in(content) == []


def test_the_state_stays_missing_until_the_first_failure(content, origin):
    origin.answer = lambda request: Response(DATA, headers={"Accept-Ranges": "bytes"})
    record = expect(
        DIGEST, len(DATA), "application/octet-stream", origin=origin.origin, source=f"{origin.origin}/datei"
    )
    assert receive(record, pause_after=0.0) is False
    assert record.state == FileState.MISSING
