"""The virus scanner: its protocol, what it finds, and that nothing passes while it says nothing."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from hub.env import env, read_env
from hub.errors import ConfigurationError, FileWithheld, ScannerUnavailable
from hub.files.models import FileReference, FileState, StoredFile
from hub.files.queries import due_files, find_file
from hub.files.receiving import expect, receive
from hub.files.scanning import Finding, ScannerRefusesSize, scan, scanner_state
from hub.files.services import open_content, store
from tests.wire.clamd import EICAR, NAME, Scanner, serve_scanner, use_scanner
from tests.wire.content import files_in
from tests.wire.server import Response, Server, open_door, serve

DIGEST = "sha256:" + hashlib.sha256(EICAR).hexdigest()
NOWHERE = "127.0.0.1:9"


@pytest.fixture
def scanner(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scanner]:
    with serve_scanner() as running:
        use_scanner(monkeypatch, running.address)
        yield running


@pytest.fixture
def origin(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with serve(lambda request: Response(EICAR)) as server:
        open_door(monkeypatch, server)
        yield server


def infected(server: Server) -> StoredFile:
    return expect(DIGEST, len(EICAR), "text/plain", origin=server.origin, source=f"{server.origin}/x")


def test_without_a_scanner_nothing_is_asked():
    assert scan(io.BytesIO(EICAR)) is None
    assert scanner_state() == "none"


@pytest.mark.parametrize("size", [0, 1, 128 * 1024, 300_000])
def test_the_whole_file_is_shown_in_pieces(scanner, size):
    file = io.BytesIO(b"x" * size)
    file.seek(size)
    assert scan(file) is None
    assert scanner.shown == [b"x" * size]
    assert file.tell() == 0


def test_what_it_finds_is_named(scanner):
    assert scan(io.BytesIO(EICAR)) == Finding(NAME)
    assert scan(io.BytesIO(b"x" * 200_000 + EICAR)) == Finding(NAME)


def test_a_socket_of_the_file_system_is_one_as_well(monkeypatch, tmp_path):
    with serve_scanner(tmp_path / "clamd.ctl") as running:
        use_scanner(monkeypatch, running.address)
        assert scan(io.BytesIO(EICAR)) == Finding(NAME)
        assert scanner_state() == "ok"


def test_a_file_larger_than_it_accepts_gets_no_verdict(scanner):
    scanner.most = 200_000
    with pytest.raises(ScannerRefusesSize, match="StreamMaxLength"):
        scan(io.BytesIO(b"x" * 5_000_000))


@pytest.mark.parametrize("reply", [b"", b"stream: Can't allocate memory ERROR\0", b"\0", b"stream: OKAY\0"])
def test_whatever_is_no_verdict_is_none(scanner, reply):
    scanner.reply = reply
    with pytest.raises(ScannerUnavailable, match="no verdict"):
        scan(io.BytesIO(b"x"))


@pytest.mark.parametrize("address", [NOWHERE, "/nowhere/clamd.ctl", "no-such-host.invalid:3310"])
def test_a_scanner_that_is_not_there_gives_no_verdict(monkeypatch, address):
    use_scanner(monkeypatch, address)
    with pytest.raises(ScannerUnavailable, match="does not answer"):
        scan(io.BytesIO(b"x"))
    assert scanner_state() == "unreachable"


@pytest.mark.parametrize("value", ["clamd", "clamd:", "clamd:x", "http://clamd:3310", "relative/clamd.ctl"])
def test_an_address_that_is_none_stops_the_start(value):
    with pytest.raises(ConfigurationError, match="HUB_CLAMAV"):
        read_env({"HUB_CLAMAV": value})


@pytest.mark.django_db
def test_an_infected_file_of_a_peer_is_refused_for_good(content, origin, scanner):
    record = infected(origin)
    with pytest.raises(FileWithheld, match=NAME):
        receive(record)
    record.refresh_from_db()
    assert (record.state, record.reason) == (FileState.REFUSED, f"the virus scanner found {NAME}")
    assert files_in(content) == []
    assert list(due_files()) == []
    again = expect(
        DIGEST, len(EICAR), "text/plain", origin=origin.origin, source=f"{origin.origin}/elsewhere"
    )
    assert again.state == FileState.REFUSED
    assert list(due_files()) == []


@pytest.mark.django_db
def test_what_is_clean_is_stored_after_it_was_shown(content, origin, scanner):
    origin.answer = lambda request: Response(b"clean")
    digest = "sha256:" + hashlib.sha256(b"clean").hexdigest()
    record = expect(digest, 5, "text/plain", origin=origin.origin, source=f"{origin.origin}/x")
    assert receive(record)
    assert scanner.shown == [b"clean"]
    assert files_in(content) == [record.name]


@pytest.mark.django_db
def test_without_the_scanner_a_file_waits_whole_and_is_not_fetched_twice(content, origin, monkeypatch):
    use_scanner(monkeypatch, NOWHERE)
    record = infected(origin)
    with pytest.raises(FileWithheld, match="does not answer"):
        receive(record)
    assert (record.state, len(files_in(content))) == (FileState.WITHHELD, 1)
    assert record.retry_at is not None
    with pytest.raises(FileWithheld):
        open_content(record)
    with serve_scanner() as running:
        use_scanner(monkeypatch, running.address)
        with pytest.raises(FileWithheld, match=NAME):
            receive(record)
    assert len(origin.requests) == 1
    assert (record.state, files_in(content)) == (FileState.REFUSED, [])


@pytest.mark.django_db
def test_after_a_false_alarm_an_operator_has_it_fetched_again(content, origin, scanner):
    record = infected(origin)
    with pytest.raises(FileWithheld):
        receive(record)
    call_command("retry_file", record.hex, "--origin", origin.origin)
    record = due_files().get()
    scanner.reply = b"stream: OK\0"
    assert receive(record)
    assert find_file(DIGEST, origin.origin).state == FileState.STORED


@pytest.mark.django_db
def test_an_unknown_checksum_is_said():
    with pytest.raises(CommandError, match="is withheld or refused"):
        call_command("retry_file", "ab" * 32)


@pytest.mark.django_db
def test_what_was_stored_before_is_scanned_on_command(content, origin, monkeypatch, capsys):
    received = infected(origin)
    assert receive(received)
    store(io.BytesIO(b"clean"), "text/plain")
    (content / store(io.BytesIO(b"lost"), "text/plain").name).unlink()
    FileReference.objects.create(digest=DIGEST, origin=origin.origin, object_id=f"{origin.origin}/id/1")
    with serve_scanner() as running:
        use_scanner(monkeypatch, running.address)
        monkeypatch.setattr(
            "hub.files.management.commands.scan_files.env", replace(env, clamav=running.address)
        )
        call_command("scan_files")
    told = capsys.readouterr()
    assert "3 files scanned, 1 infected, 1 not scanned" in told.out
    assert f"offered by {origin.origin}/id/1" in told.err
    received.refresh_from_db()
    assert received.state == FileState.REFUSED
    assert len(files_in(content)) == 1


@pytest.mark.django_db
def test_an_infected_file_of_this_instance_is_not_handed_out_and_not_deleted(content, monkeypatch, scanner):
    monkeypatch.setattr("hub.files.management.commands.scan_files.env", replace(env, clamav=scanner.address))
    record = store(io.BytesIO(EICAR), "text/plain")
    call_command("scan_files")
    record.refresh_from_db()
    with pytest.raises(FileWithheld, match=NAME):
        open_content(record)
    assert files_in(content) == [record.name]
    assert store(io.BytesIO(EICAR), "text/plain").state == FileState.REFUSED
    scanner.reply = b"stream: OK\0"
    call_command("retry_file", DIGEST)
    assert find_file(DIGEST).state == FileState.STORED


@pytest.mark.django_db
def test_the_command_needs_a_scanner_and_says_how_far_it_came(content, monkeypatch):
    with pytest.raises(CommandError, match="HUB_CLAMAV"):
        call_command("scan_files")
    store(io.BytesIO(b"clean"), "text/plain")
    use_scanner(monkeypatch, NOWHERE)
    monkeypatch.setattr("hub.files.management.commands.scan_files.env", replace(env, clamav=NOWHERE))
    with pytest.raises(CommandError, match="0 of 1 files scanned"):
        call_command("scan_files")


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "told"), [(NOWHERE, "unreachable"), ("", "none")])
def test_the_health_page_tells_whether_it_answers(client: Any, monkeypatch, address: str, told: str):
    use_scanner(monkeypatch, address)
    files = client.get("/health/ready").json()["files"]
    assert files == {"status": "degraded" if told == "unreachable" else "ok", "scanner": told}
