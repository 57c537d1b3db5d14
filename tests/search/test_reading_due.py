"""When files are read, when not, and what becomes of those that cannot be."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from hub.documents import Audience, Viewer
from hub.errors import FileWithheld
from hub.files.letting_go import refuse_content
from hub.files.receiving import expect
from hub.files.services import store as store_bytes
from search.expansion import read_query
from search.file_texts import file_figures, find_in_files, texts_of
from search.models import FilePage, FileText, LanguageVersion, TextState
from search.reading import PDF, PLAIN, Reason, services
from search.reading.running import Reading
from search.reading.services import forget_unattached, read_round
from search.tasks import read_files, sweep_files
from tests.search.attached import locked_pdf, pdf
from tests.search.attaching import (
    MANUAL,
    PEER,
    attach,
    attachment,
    document,
    follow,
    publish_and_read,
    reading,
    searched,
)
from tests.search.catalogue import store, withdraw

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content")]


def test_a_received_file_is_read_once_its_bytes_are_here(
    read_as: Any, django_capture_on_commit_callbacks: Any
) -> None:
    read_as(reading("Stellplatzsatzung"))
    digest = store_bytes(io.BytesIO(MANUAL), PDF).digest
    record = expect(digest, len(MANUAL), PDF, origin=PEER, source=f"{PEER}/x")
    jobs = ProcrastinateJob.objects.filter(task_name="search.read_files")
    with django_capture_on_commit_callbacks(execute=True):
        received = document(attachment(digest, len(MANUAL)), origin=PEER)
        (entry,) = publish_and_read(received, source="trier")
    assert not jobs.exists()
    assert not FileText.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        record.settle()
    assert jobs.count() == 1
    read_files()
    assert searched("Stellplatzsatzung") == [entry.object_id]


def test_publishing_a_file_that_is_not_read_yet_enqueues_one_job(
    read_as: Any, django_capture_on_commit_callbacks: Any
) -> None:
    read_as(reading("Text"))
    with django_capture_on_commit_callbacks(execute=True):
        entry = store(document(attach(MANUAL)))
        store(document(attach(b"x", "x.txt", PLAIN)))
        follow()
    jobs = ProcrastinateJob.objects.filter(task_name="search.read_files")
    assert jobs.count() == 1
    read_files()
    jobs.delete()
    with django_capture_on_commit_callbacks(execute=True):
        store(entry.document)
        follow()
    assert not jobs.exists()


def test_a_content_is_read_once_for_all_documents_that_attach_it(read_as: Any) -> None:
    asked = read_as(reading("Friedhofsgebühren"))
    file = attach(MANUAL)
    entries = publish_and_read(document(file), document(file, title="Zweites"))
    publish_and_read(document(file, title="Drittes"))
    assert asked == [PDF]
    assert len(searched("Friedhofsgebühren")) == 3
    assert set(texts_of(entries)) == {entry.object_id for entry in entries}


@pytest.mark.parametrize("columns", [{"hidden": True}, {"overlay": "held"}, {"overlay": "hidden"}])
def test_nothing_is_read_of_what_is_not_shown(columns: dict[str, Any], read_as: Any) -> None:
    asked = read_as(reading("Text"))
    file = attach(MANUAL)
    expect(file.digest, file.size, PDF, origin=PEER, source=f"{PEER}/x").settle()
    publish_and_read(document(file, origin=PEER), source="trier", **columns)
    publish_and_read(document(attach(b"bild", "bild.png", "image/png")))
    assert asked == []
    assert file_figures(Viewer.local()).waiting == 0


def test_the_text_goes_with_the_last_document_that_attaches_the_file(read_as: Any) -> None:
    read_as(reading("Friedhofsgebühren"))
    file = attach(MANUAL)
    first, second = publish_and_read(document(file), document(file, title="Zweites"))
    withdraw(first)
    follow()
    assert forget_unattached() == 0
    assert searched("Friedhofsgebühren") == [second.object_id]
    withdraw(second)
    follow()
    sweep_files(0)
    assert not FileText.objects.exists()
    assert not FilePage.objects.exists()
    assert searched("Friedhofsgebühren") == []


def test_files_that_cannot_be_read_are_named_with_the_reason() -> None:
    locked = attach(locked_pdf("geheim", "passwort"), "gesperrt.pdf")
    (entry,) = publish_and_read(document(locked, attach(pdf(""), "scan.pdf"), attach(MANUAL)))
    figures = file_figures(Viewer.local())
    assert (figures.read, figures.empty, figures.waiting, figures.unreadable) == (1, 1, 0, 1)
    (listed,) = figures.listed
    assert (listed.name, listed.object_id, listed.title) == (
        "gesperrt.pdf",
        entry.object_id,
        "Steuern online",
    )
    assert listed.reason == "Sie ist mit einem Passwort geschützt. Hängen Sie sie ohne Passwort an."
    assert list(texts_of([entry])) == [entry.object_id]


def test_a_storage_that_is_away_counts_against_no_file(read_as: Any) -> None:
    asked = read_as(OSError("the disk is away"))
    publish_and_read(document(attach(MANUAL)))
    for _round in range(services.MOST_TRIES):
        assert read_round() is False
    assert len(asked) == 1 + services.MOST_TRIES
    assert file_figures(Viewer.local()).waiting == 1
    read_as(FileWithheld("gone"))
    assert read_round() is False
    read_as(reading("Text"))
    read_round()
    assert FileText.objects.get().state == TextState.READ


def test_a_file_at_which_the_worker_itself_ends_is_given_up_in_the_end(read_as: Any) -> None:
    asked = read_as(SystemExit())
    store(document(attach(MANUAL)))
    follow()
    for _try in range(services.MOST_TRIES):
        with pytest.raises(SystemExit):
            read_round()
    assert read_round() is False
    assert len(asked) == services.MOST_TRIES
    text = FileText.objects.get()
    assert (text.state, text.reason) == (TextState.UNREADABLE, Reason.CRASHED)


def test_what_a_busy_machine_may_have_failed_at_is_tried_again_a_day_later(read_as: Any) -> None:
    asked = read_as(Reading(cut=True, reason=Reason.TOO_SLOW))
    publish_and_read(document(attach(MANUAL)), document(attach(b"x")))
    for _day in range(services.MOST_TRIES):
        read_round()
        FileText.objects.update(read=timezone.now() - dt.timedelta(hours=25))
    read_round()
    assert len(asked) == 2 * services.MOST_TRIES
    FileText.objects.update(reason=Reason.BROKEN, tries=1)
    assert file_figures(Viewer.local()).waiting == 0


def test_pages_are_analysed_anew_when_the_words_of_the_search_change(read_as: Any) -> None:
    read_as(reading("Der Wuppdichpreis"))
    (entry,) = publish_and_read(document(attach(MANUAL)))
    FilePage.objects.update(terms="veraltet")
    read_round()
    assert find_in_files([entry], read_query("Wuppdichpreis")) == {}
    LanguageVersion.objects.update_or_create(defaults={"value": 7, "changed": timezone.now()})
    read_round()
    assert FileText.objects.get().language == 7
    assert entry.object_id in find_in_files([entry], read_query("Wuppdichpreis"))


def test_a_round_ends_in_time_and_says_that_more_is_left(read_as: Any) -> None:
    asked = read_as(reading("Text"))
    store(document(attach(pdf("a")), attach(pdf("b"))))
    follow()
    assert read_round(seconds=-1) is True
    assert asked == []
    assert read_round() is False
    assert len(asked) == 2
    assert FileText.objects.filter(read__gte=timezone.now() - dt.timedelta(minutes=1)).count() == 2


def test_a_document_is_indexed_once_for_all_files_read_together(
    read_as: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_as(reading("Text"))
    told: list[list[str]] = []
    monkeypatch.setattr(services, "follow_again", lambda object_ids: told.append(sorted(object_ids)))
    entry = store(document(*(attach(pdf(str(number))) for number in range(3))))
    follow()
    assert read_round() is False
    assert [ids for ids in told if ids] == [[entry.object_id] * 3]
    assert set(FileText.objects.values_list("state", flat=True)) == {TextState.READ}


def test_what_was_read_before_the_worker_ended_is_read_once_more_and_not_given_up(
    read_as: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_as(reading("Text"))
    store(document(attach(pdf("a")), attach(pdf("b"))))
    follow()

    def end(object_ids: Any) -> None:
        raise SystemExit

    monkeypatch.setattr(services, "follow_again", end)
    with pytest.raises(SystemExit):
        read_round()
    assert file_figures(Viewer.local()).waiting == 2
    told: list[list[str]] = []
    monkeypatch.setattr(services, "follow_again", lambda object_ids: told.append(list(object_ids)))
    assert read_round() is False
    assert [len(ids) for ids in told if ids] == [1, 1]  # each by itself: one of them may be the cause
    assert file_figures(Viewer.local()).read == 2


def test_what_is_found_harmful_later_is_found_no_more(
    read_as: Any, django_capture_on_commit_callbacks: Any
) -> None:
    read_as(reading("Friedhofsgebühren"))
    file = attach(MANUAL)
    (entry,) = publish_and_read(document(file))
    assert searched("Friedhofsgebühren") == [entry.object_id]
    jobs = ProcrastinateJob.objects.filter(task_name="search.read_files")
    jobs.delete()
    with django_capture_on_commit_callbacks(execute=True):
        refuse_content(file.digest, "Eicar-Test-Signature")
    assert jobs.count() == 1
    read_files()
    assert searched("Friedhofsgebühren") == []
    assert not FileText.objects.exists()
    assert not FilePage.objects.exists()


def test_an_item_is_named_to_those_who_may_read_it_alone() -> None:
    locked = attach(locked_pdf("geheim", "passwort"), "gesperrt.pdf")
    publish_and_read(document(locked, audience=Audience.INSTANCE))
    assert [len(file_figures(viewer).listed) for viewer in (Viewer.local(), Viewer.member())] == [1, 0]
    assert file_figures(Viewer.member()).unreadable == 1
