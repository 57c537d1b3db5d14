"""Counting what is read and downloaded: who counts, once, without anything about persons."""

from __future__ import annotations

import datetime as dt
import threading
import time
import uuid
from typing import Any

import pytest
from django.core.signals import request_finished
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from federation.peers import approve
from hub.catalogue.models import CatalogueEntry
from hub.documents import Audience
from hub.site.reach import counting
from hub.site.reach.counting import Key, begins_file, buffer, count_download, count_view, flush
from hub.site.reach.folding import fold_months
from hub.site.reach.models import DayCount, Measure
from hub.site.reach.queries import downloads_of
from hub.site.templatetags import reach
from tests.factories.pages import add_report, add_section
from tests.factories.statements import entry_of
from tests.site.test_files import DATA, SVG, attach, hold, receive
from tests.theme.entries import add_bodies, add_entry, make_document
from tests.wire.content import use_storage
from tests.wire.foreign import ForeignHub

pytestmark = pytest.mark.django_db

FIREFOX = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
DIGEST = "sha256:" + "a" * 64


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    """What other tests have left in this process."""
    buffer.take()


def counted() -> dict[tuple[str, str, str], int]:
    """What is in the table after everything has been written, by measure, digest and form."""
    flush()
    return {(row.measure, row.digest, row.form): row.count for row in DayCount.objects.all()}


@pytest.fixture
def entry(db: None) -> CatalogueEntry:
    add_bodies()
    return add_entry()


def test_a_read_page_counts_once_for_each_time(client, entry):
    for _ in range(3):
        assert client.get(entry.get_absolute_url(), headers=FIREFOX).status_code == 200
    assert counted() == {("view", "", ""): 3}
    row = DayCount.objects.get()
    assert (row.day, row.uuid) == (timezone.localdate(), entry.uuid)


def test_counting_costs_no_query(client, entry):
    address = entry.get_absolute_url()
    client.get(address)
    with CaptureQueriesContext(connection) as uncounted:
        client.get(address)
    with CaptureQueriesContext(connection) as while_counted:
        client.get(address, headers=FIREFOX)
    assert len(while_counted) == len(uncounted)
    assert counted() == {("view", "", ""): 1}


def test_a_page_of_this_hub_and_one_of_another_count_alike(client):
    page = add_report(add_section("koblenz"), "Bericht")
    own = entry_of(page)
    other = add_entry(make_document("Fremd", origin="http://trier.localhost:8004"), source="trier")
    assert client.get(own.get_absolute_url(), headers=FIREFOX).status_code == 200
    assert client.get(other.get_absolute_url(), headers=FIREFOX).status_code == 200
    flush()
    assert set(DayCount.objects.values_list("uuid", "count")) == {(own.uuid, 1), (other.uuid, 1)}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"User-Agent": ""},
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"User-Agent": "Mozilla/5.0 (compatible; bingbot/2.0)"},
        {"User-Agent": "Mozilla/5.0 (compatible; YandexBot/3.0)"},
        {"User-Agent": "facebookexternalhit/1.1"},
        {"User-Agent": "WhatsApp/2.23.20.0"},
        {"User-Agent": "Mastodon/4.3.0 (http.rb/5.2.0; +https://social.example/)"},
        {"User-Agent": "Mozilla/5.0 SkypeUriPreview Preview/0.5"},
        {"User-Agent": "curl/8.5.0"},
        {"User-Agent": "python-requests/2.32"},
        {**FIREFOX, "Sec-Purpose": "prefetch;prerender"},
        {**FIREFOX, "Purpose": "prefetch"},
        {**FIREFOX, "X-Moz": "prefetch"},
    ],
)
def test_crawlers_previews_of_links_and_what_is_loaded_ahead_do_not_count(client, entry, headers):
    assert client.get(entry.get_absolute_url(), headers=headers).status_code == 200
    assert counted() == {}


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/142.0.0.0 Safari/537.36 Edg/142.0",
        "Mozilla/5.0 (Linux; Android 10; CUBOT X30) AppleWebKit/537.36 Chrome/142.0.0.0 Mobile",
        "Lynx/2.9.0",
    ],
)
def test_browsers_count(client, entry, agent):
    client.get(entry.get_absolute_url(), headers={"User-Agent": agent})
    assert sum(counted().values()) == 1


def test_what_is_not_shown_does_not_count(client, entry):
    hidden = add_entry(make_document("Intern", audience=Audience.INSTANCE))
    client.head(entry.get_absolute_url(), headers=FIREFOX)
    client.get(hidden.get_absolute_url(), headers=FIREFOX)
    client.get(f"/id/{uuid.uuid4()}", headers=FIREFOX)
    assert counted() == {}


def test_the_preview_of_a_draft_does_not_count(rf):
    page = add_report(add_section("koblenz"), "Entwurf", live=False)
    request = page.serve_preview(rf.get("/", headers=FIREFOX), "")
    assert request.status_code == 200
    assert counted() == {}


def test_nothing_about_persons_has_a_place_in_the_table():
    columns = {field.name for field in DayCount._meta.get_fields()}
    assert columns == {"id", "day", "uuid", "measure", "digest", "form", "count"}
    assert set(Key._fields) == columns - {"id", "count"}


@pytest.fixture
def handbook(client: Any, db: None, tmp_path: Any, settings: Any) -> tuple[ForeignHub, str]:
    """A file of another hub, and its address here."""
    use_storage(settings, tmp_path)
    hub = ForeignHub()
    approve(hub.identity())
    hold(hub, DATA, "application/pdf")
    return hub, receive(client, hub, attach(DATA, "Leitfaden.pdf", "application/pdf"))[1]


def test_a_file_counts_when_it_is_handed_out_from_its_beginning(client, handbook):
    _hub, address = handbook
    digest = attach(DATA, "", "").digest
    assert client.get(address, headers=FIREFOX).status_code == 200
    assert client.get(address, headers={**FIREFOX, "Range": "bytes=0-99"}).status_code == 206
    assert client.get(address, headers={"User-Agent": "Wget/1.24"}).status_code == 200
    assert counted() == {("download", digest, ""): 3}
    key = uuid.UUID(address.split("/")[2])
    assert downloads_of(key) == {digest: 3}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Range": "bytes=100-199"}, 206),
        ({"Range": "bytes=-100"}, 206),
        ({"Range": "bytes=999999-"}, 416),
        ({"If-None-Match": f'"{attach(DATA, "", "").digest[7:]}"'}, 304),
        ({"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}, 200),
        ({"Sec-Purpose": "prefetch"}, 200),
    ],
)
def test_parts_of_a_download_what_is_known_and_crawlers_count_nothing(client, handbook, headers, status):
    assert client.get(handbook[1], headers={**FIREFOX, **headers}).status_code == status
    assert counted() == {}


def test_looking_whether_a_file_is_there_counts_nothing(client, handbook):
    assert client.head(handbook[1], headers=FIREFOX).status_code == 200
    assert counted() == {}


def test_another_hub_that_fetches_a_file_counts_nothing(client, handbook):
    hub, address = handbook
    assert client.get(address, headers=hub.sign("GET", address, b"")).status_code == 200
    assert counted() == {}


def test_a_picture_in_a_text_is_no_download(client, handbook):
    hub, _address = handbook
    hold(hub, SVG, "image/svg+xml")
    _, picture = receive(client, hub, attach(SVG, "Bild.svg", "image/svg+xml", "picture"))
    assert client.get(picture, headers=FIREFOX).status_code == 200
    assert counted() == {}


def test_a_document_handed_out_whole_counts_by_its_form(rf):
    key = uuid.uuid4()
    for form in ("pdf", "pdf", "md"):
        count_download(rf.get("/", headers=FIREFOX), key, form=form)
    assert counted() == {("download", "", "pdf"): 2, ("download", "", "md"): 1}
    assert downloads_of(key) == {}


def test_counts_of_several_flushes_add_up_in_one_row(rf, entry, django_assert_num_queries):
    other = add_entry()
    for _ in range(2):
        for each in (entry, entry, other):
            count_view(rf.get("/", headers=FIREFOX), each)
        with django_assert_num_queries(1):
            assert flush() == 2
    assert dict(DayCount.objects.values_list("uuid", "count")) == {entry.uuid: 4, other.uuid: 2}
    with django_assert_num_queries(0):
        assert flush() == 0


def test_what_could_not_be_written_is_kept(rf, entry, monkeypatch, caplog):
    monkeypatch.setattr(counting, "EVERY_SECONDS", 0)
    count_view(rf.get("/", headers=FIREFOX), entry)
    with connection.execute_wrapper(_refuse):
        counting.flush_when_due()
        with pytest.raises(DatabaseError):
            flush()
    assert "counts could not be written" in caplog.text
    count_view(rf.get("/", headers=FIREFOX), entry)
    assert counted() == {("view", "", ""): 2}


def _refuse(*_call: Any) -> None:
    raise DatabaseError("away")


def test_counts_are_written_at_most_every_ten_seconds(rf, entry, monkeypatch, django_assert_num_queries):
    clock = [start := time.monotonic() + 1]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    count_view(rf.get("/", headers=FIREFOX), entry)
    flush()
    count_view(rf.get("/", headers=FIREFOX), entry)
    for moment, queries in ((9.9, 0), (10.1, 1), (20.3, 0)):
        clock[0] = start + moment
        with django_assert_num_queries(queries):
            counting.flush_when_due()
    assert DayCount.objects.get().count == 2


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_page_is_counted_after_its_response_without_being_asked(entry, monkeypatch):
    monkeypatch.setattr(counting, "EVERY_SECONDS", 0)
    request_finished.connect(counting.flush_when_due, dispatch_uid="reach.flush")
    try:
        Client().get(entry.get_absolute_url(), headers=FIREFOX)
    finally:
        request_finished.disconnect(dispatch_uid="reach.flush")
    assert DayCount.objects.get().count == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_processes_that_write_the_same_rows_at_once_lose_nothing_and_do_not_block_each_other():
    keys = [Key(dt.date(2026, 11, 1), uuid.UUID(int=number), Measure.VIEW) for number in range(50)]
    start, failures = threading.Barrier(4), []

    def write(backwards: bool) -> None:
        try:
            start.wait()
            for _ in range(5):
                order = reversed(keys) if backwards else keys
                counting._write(counting.Counter(dict.fromkeys(order, 1)))
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(bool(n % 2),)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert set(DayCount.objects.values_list("count", flat=True)) == {20}
    assert DayCount.objects.count() == 50


def test_threads_of_one_process_lose_nothing(rf, entry):
    def read() -> None:
        for _ in range(200):
            count_view(rf.get("/", headers=FIREFOX), entry)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counted() == {("view", "", ""): 800}


def test_days_of_more_than_thirteen_months_ago_are_kept_by_month(django_assert_num_queries):
    key, today = uuid.uuid4(), dt.date(2026, 11, 22)
    days = [
        (dt.date(2025, 9, 1), 1),
        (dt.date(2025, 9, 2), 2),
        (dt.date(2025, 9, 30), 4),
        (dt.date(2025, 8, 31), 8),
        (dt.date(2025, 10, 2), 16),
    ]
    for day, number in days:
        DayCount.objects.create(day=day, uuid=key, measure=Measure.VIEW, count=number)
    DayCount.objects.create(day=days[1][0], uuid=key, measure=Measure.DOWNLOAD, form="pdf", count=32)
    for _ in range(2):
        with django_assert_num_queries(1):
            fold_months(today)
        rows = set(DayCount.objects.values_list("day", "measure", "count"))
        assert rows == {
            (dt.date(2025, 8, 1), "view", 8),
            (dt.date(2025, 9, 1), "view", 7),
            (dt.date(2025, 9, 1), "download", 32),
            (dt.date(2025, 10, 2), "view", 16),
        }


def test_downloads_are_asked_for_only_where_there_are_files(entry, django_assert_num_queries):
    file = attach(DATA, "Liste.csv", "text/csv")
    other = add_entry(make_document("Mit Datei", attachments=(file,)))
    DayCount.objects.create(
        day=timezone.localdate(), uuid=other.uuid, measure="download", digest=file.digest, count=5
    )
    with django_assert_num_queries(0):
        assert reach.downloads_of(entry) == {}
    with django_assert_num_queries(1):
        downloads = reach.downloads_of(other)
    assert (reach.times(downloads, file.digest), reach.times(downloads, DIGEST)) == (5, 0)
    assert reach.times(None, DIGEST) == 0


@pytest.mark.parametrize(
    ("status", "content_range", "begins"),
    [(200, "", True), (206, "bytes 0-9/100", True), (206, "bytes 10-19/100", False), (304, "", False)],
)
def test_a_download_begins_with_the_first_byte(status, content_range, begins):
    headers = {"Content-Range": content_range} if content_range else {}
    assert begins_file(HttpResponse(status=status, headers=headers)) is begins
