"""What of other instances is let go, and when: what nobody needs, what is over the limit, nothing else."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from dataclasses import replace
from pathlib import Path

import pytest
from django.utils import timezone

from hub.env import env
from hub.errors import FileWithheld
from hub.files import receiving
from hub.files.letting_go import let_go_unneeded, make_room
from hub.files.models import FileReference, FileState, StoredFile
from hub.files.queries import due_files, files_of, find_file, received_bytes
from hub.files.references import Need, needed_by, note_needs
from hub.files.services import open_content, open_part, store
from tests.wire.content import files_in

pytestmark = pytest.mark.django_db

KOBLENZ, TRIER = "http://koblenz.localhost", "http://trier.localhost"
MEGABYTE = 1024 * 1024
OLD = dt.timedelta(days=40)


def hold(data: bytes, origin: str = KOBLENZ, **facts: object) -> StoredFile:
    """A file as if it had been fetched from that origin, two days ago."""
    local = store(io.BytesIO(data), "text/plain")
    if not FileReference.objects.filter(digest=local.digest, origin="").exists():
        local.delete()
    record = StoredFile.objects.create(
        digest=local.digest,
        origin=origin,
        size=len(data),
        media_type="text/plain",
        source=f"{origin}/x",
        state=FileState.STORED,
    )
    age(record, dt.timedelta(days=2))
    StoredFile.objects.filter(pk=record.pk).update(**facts)
    record.refresh_from_db()
    return record


def age(record: StoredFile, by: dt.timedelta) -> None:
    moment = timezone.now() - by
    StoredFile.objects.filter(pk=record.pk).update(created=moment, changed=moment)


def need(record: StoredFile, name: str = "1") -> Need:
    return Need(f"{record.origin}/id/{name}", record.origin, frozenset({record.digest}))


def digest_of(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def test_references_are_what_documents_need_now(content, django_assert_num_queries):
    first, second = hold(b"1"), hold(b"2")
    note_needs([Need("a", KOBLENZ, frozenset({first.digest, second.digest})), need(first, "b")])
    assert len(needed_by(first.digest, KOBLENZ)) == 2
    with django_assert_num_queries(1):
        note_needs([need(first, "b")])
    with django_assert_num_queries(4):
        note_needs([Need("a", KOBLENZ), need(first, "b")])
    assert needed_by(second.digest, KOBLENZ) == []
    assert needed_by(first.digest, KOBLENZ) == [f"{KOBLENZ}/id/b"]


def test_what_a_live_document_needs_stays(content):
    record = hold(b"needed")
    note_needs([need(record)])
    age(record, OLD)
    assert let_go_unneeded().files == 0
    assert files_in(content) == [record.name]


def test_what_no_document_needs_goes_after_a_day(content):
    record = hold(b"needed no more")
    note_needs([need(record)])
    note_needs([Need(need(record).object_id, KOBLENZ)])
    assert let_go_unneeded().files == 0
    age(record, dt.timedelta(hours=25))
    freed = let_go_unneeded()
    assert (freed.files, freed.bytes) == (1, record.size)
    assert (files_in(content), StoredFile.objects.count()) == ([], 0)


def test_the_same_bytes_of_several_origins_stay_for_the_last(content):
    ours, theirs = hold(b"shared"), hold(b"shared", TRIER)
    note_needs([need(theirs)])
    freed = let_go_unneeded()
    assert (freed.files, freed.bytes) == (1, 0)
    with open_content(theirs) as file:
        assert file.read() == b"shared"
    note_needs([Need(need(theirs).object_id, TRIER)])
    age(theirs, dt.timedelta(days=2))
    assert let_go_unneeded().bytes == 6
    assert files_in(content) == []
    assert not StoredFile.objects.filter(pk=ours.pk).exists()


def test_bytes_that_were_handed_in_here_stay_whatever_happens(content):
    hold(b"both")
    local = store(io.BytesIO(b"both"), "text/plain")
    age(local, OLD)
    assert let_go_unneeded().files == 1
    with open_content(local) as file:
        assert file.read() == b"both"
    assert let_go_unneeded().files == 0


@pytest.mark.parametrize("state", [FileState.MISSING, FileState.WITHHELD, FileState.REFUSED])
def test_what_never_arrived_is_forgotten_with_its_beginning(content, state):
    record = receiving.expect(digest_of(b"x"), 5, "text/plain", origin=KOBLENZ, source=f"{KOBLENZ}/x")
    StoredFile.objects.update(state=state, reason="x", created=timezone.now() - OLD)
    (content / ".quarantine").mkdir()
    (content / ".quarantine" / f"partial-{record.partial_name}").write_bytes(b"x")
    assert receiving.arrived(record) == 1
    freed = let_go_unneeded()
    assert (freed.files, freed.bytes, files_in(content)) == (1, 0, [])


def test_a_file_that_is_let_go_while_it_is_read_is_read_to_its_end(content):
    record = hold(b"x" * 600_000)
    pieces = open_part(record, 0, record.size)
    first = next(pieces)
    assert let_go_unneeded().files == 1
    assert first + b"".join(pieces) == b"x" * 600_000
    with pytest.raises(FileWithheld):
        open_content(record)
    assert not StoredFile.objects.exists()


def test_a_record_that_is_gone_is_not_brought_back_by_who_still_holds_it(content):
    record = hold(b"x")
    assert let_go_unneeded().files == 1
    record.withhold("too late")
    record.settle()
    assert not StoredFile.objects.exists()


@pytest.fixture
def quota(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.files.letting_go.env", replace(env, attachment_quota_mb=1))


def tenth(number: int, origin: str = KOBLENZ, **facts: object) -> StoredFile:
    return hold(bytes([number]) * (MEGABYTE // 10), origin, **facts)


def test_without_a_limit_there_is_always_room(content):
    assert make_room(10**15)


def test_room_counts_the_same_bytes_once_and_own_ones_never(content):
    hold(b"12345")
    hold(b"12345", TRIER)
    store(io.BytesIO(b"local"), "text/plain")
    assert received_bytes() == 5


@pytest.mark.usefixtures("quota")
def test_what_is_fetched_on_demand_makes_way_by_least_recent_use(content):
    now = timezone.now()
    held = [tenth(number, used=now - dt.timedelta(hours=20 - number)) for number in range(10)]
    assert make_room(MEGABYTE // 10, {KOBLENZ})
    states = [StoredFile.objects.get(pk=record.pk).state for record in held]
    assert states == [FileState.MISSING] * 2 + [FileState.STORED] * 8
    assert received_bytes() + MEGABYTE // 10 <= MEGABYTE * 9 // 10
    assert list(due_files()) == []
    assert make_room(MEGABYTE // 10, {KOBLENZ})
    assert files_of(KOBLENZ)["on_demand"] == 2


@pytest.mark.usefixtures("quota")
def test_what_is_always_kept_makes_way_only_if_nobody_asked_for_it_in_a_month(content):
    kept = [tenth(number) for number in range(10)]
    assert not make_room(MEGABYTE // 10)
    age(kept[0], OLD)
    age(kept[1], OLD)
    StoredFile.objects.filter(pk=kept[1].pk).update(used=timezone.now() - dt.timedelta(days=2))
    assert make_room(MEGABYTE // 10)
    assert [file.digest for file in StoredFile.objects.filter(wanted=False)] == [kept[0].digest]


@pytest.mark.usefixtures("quota")
def test_what_was_asked_for_this_hour_stays(content):
    for number in range(10):
        tenth(number, used=timezone.now())
    assert not make_room(MEGABYTE // 10, {KOBLENZ})


@pytest.mark.usefixtures("quota")
def test_for_what_can_never_fit_nothing_makes_way(content):
    held = [tenth(number) for number in range(10)]
    assert not make_room(2 * MEGABYTE, {KOBLENZ})
    assert files_of(KOBLENZ)["stored"] == len(held)


def test_use_is_noted_once_an_hour(content, django_assert_num_queries):
    record = hold(b"x")
    with django_assert_num_queries(1):
        receiving.note_use(record)
    record.refresh_from_db()
    with django_assert_num_queries(0):
        receiving.note_use(record)
    record.used = timezone.now() - dt.timedelta(minutes=61)
    with django_assert_num_queries(1):
        receiving.note_use(record)
    local = store(io.BytesIO(b"local"), "text/plain")
    with django_assert_num_queries(0):
        receiving.note_use(local)


def test_files_are_counted_by_state(content, django_assert_num_queries):
    hold(b"123")
    for number, (state, wanted) in enumerate(
        [
            (FileState.MISSING, True),
            (FileState.MISSING, False),
            (FileState.WITHHELD, True),
            (FileState.REFUSED, True),
        ]
    ):
        StoredFile.objects.create(
            digest=digest_of(bytes([number])), origin=KOBLENZ, size=9, media_type="x", state=state,
            wanted=wanted, reason="x",
        )  # fmt: skip
    counts = {"stored": 1, "missing": 1, "on_demand": 1, "withheld": 1, "refused": 1, "bytes": 3}
    with django_assert_num_queries(1):
        assert files_of(KOBLENZ) == counts
    assert files_of(TRIER) == dict.fromkeys(counts, 0)


def test_what_is_stored_again_after_it_was_let_go_is_here_again(content: Path):
    hold(b"again")
    let_go_unneeded()
    record = store(io.BytesIO(b"again"), "text/plain")
    assert files_in(content) == [record.name]
    assert find_file(record.digest) == record
