"""An instance restored from a backup takes its own log back from its peers, with its pages."""

from __future__ import annotations

import time

import pytest
from django.core.management import call_command
from django.db import OperationalError
from procrastinate.contrib.django.models import ProcrastinateJob
from wagtail.models import Page

from content.models import BodyPage, CaseReportPage
from federation.outgoing import own_head
from federation.restoring import alarms, checking, pages
from federation.restoring.recovering import recover
from hub.catalogue.models import CatalogueEntry, Change, Mark, Setback, State
from hub.catalogue.settling import reconcile, settle
from hub.documents import Document
from hub.errors import UnreadableDocument
from tests.factories.pages import add_body, add_report, add_section, home
from tests.wire.starting import unchecked

pytestmark = pytest.mark.django_db


def live() -> list[str]:
    shown = CatalogueEntry.objects.filter(state=State.LIVE, hidden=False)
    return sorted(shown.values_list("title", flat=True))


def chain() -> list[tuple[int, str]]:
    return list(Change.objects.order_by("epoch", "seq").values_list("seq", "hash"))


def test_what_was_published_after_the_backup_comes_back_with_its_page(section, restored):
    add_report(section, "Vor der Sicherung")
    settle()
    with restored():
        lost = add_report(section, "Nach der Sicherung")
        settle()
        written, head = chain(), own_head()
    assert live() == ["Mainz", "Vor der Sicherung"]
    done = recover()
    assert (done.taken, done.pages.published, done.pages.kept) == ({"koblenz": 1}, 1, {})
    assert live() == ["Mainz", "Nach der Sicherung", "Vor der Sicherung"]
    assert chain() == written
    assert own_head().head_hash == head.head_hash
    page = CaseReportPage.objects.get(title="Nach der Sicherung")
    assert (page.translation_key, page.live) == (lost.translation_key, True)
    assert page.get_parent().specific == section
    entry = CatalogueEntry.objects.get(uuid=lost.translation_key)
    assert (entry.page_id, entry.path, entry.recovered) == (page.pk, "/mainz/nach-der-sicherung/", False)


def test_the_log_goes_on_after_what_came_back_and_nothing_is_published_twice(section, restored):
    with restored():
        add_report(section, "Nach der Sicherung")
    recover()
    settle()
    assert len(chain()) == 2
    add_report(section, "Neu")
    settle()
    assert [seq for seq, _hash in chain()] == [1, 2, 3]
    last = Change.objects.get(seq=3)
    assert last.prev_hash == Change.objects.get(seq=2).hash
    assert reconcile().mended == ()


def test_an_older_page_is_brought_to_its_newest_state_and_keeps_its_place_and_versions(section, restored):
    page = add_report(section, "Erste Fassung", software="Alt")
    settle()
    with restored():
        page.title, page.topics, page.software = "Zweite Fassung", ["ki", "personal"], ""
        page.save_revision().publish()
        settle()
        page.title = "Dritte Fassung"
        page.save_revision().publish()
    before = Page.objects.get(pk=page.pk)
    versions = before.revisions.count()
    done = recover()
    assert (done.count, done.pages.published) == (2, 1)
    now = CaseReportPage.objects.get(pk=page.pk)
    assert (now.title, now.topics, now.software) == ("Dritte Fassung", ["ki", "personal"], "")
    assert (now.path, now.slug, now.translation_key) == (before.path, before.slug, before.translation_key)
    assert now.revisions.count() == versions + 1
    assert live() == ["Dritte Fassung", "Mainz"]
    settle()
    assert len(chain()) == 4


def test_a_withdrawal_comes_back_and_the_page_goes_offline(section, restored):
    page = add_report(section, "Zurückgezogen")
    settle()
    with restored():
        page.unpublish()
    done = recover()
    assert done.pages.withdrawn == 1
    assert not Page.objects.get(pk=page.pk).live
    settle()
    assert live() == ["Mainz"]
    assert len(chain()) == 3


def test_a_body_whose_page_is_lost_gets_it_back_before_its_contributions(keeper, restored):
    home()
    add_body()
    with restored():
        section = add_section("mainz")
        settle()
        add_report(section, "Bericht")
    done = recover()
    assert (done.pages.published, done.pages.kept) == (2, {})
    assert CaseReportPage.objects.get().get_parent().specific == BodyPage.objects.get()


def test_what_cannot_become_a_page_stays_as_an_entry_that_settling_leaves_alone(section, restored, client):
    with restored():
        report = add_report(section, "Ohne Seite")
    section.delete()
    Mark.objects.all().delete()
    done = recover()
    (reason,) = done.pages.kept.values()
    assert "keine Seite" in reason
    entry = CatalogueEntry.objects.get(uuid=report.translation_key)
    assert (entry.recovered, entry.state) == (True, State.LIVE)
    assert "Ohne Seite" in client.get(entry.get_absolute_url()).content.decode()
    settle()
    assert entry.object_id not in reconcile().mended
    entry.refresh_from_db()
    assert (entry.state, entry.recovered) == (State.LIVE, True)


def test_a_recovery_that_broke_off_goes_on_where_it_was(section, restored, keeper, monkeypatch):
    with restored():
        for number in range(3):
            add_report(section, f"Bericht {number}")
            settle()
    from federation.restoring import recovering

    with monkeypatch.context() as patch:
        patch.setattr(recovering, "bring_pages", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            recover()
    assert CaseReportPage.objects.count() == 0
    assert CatalogueEntry.objects.filter(recovered=True).count() == 3
    done = recover()
    assert (done.count, done.pages.published) == (0, 3)
    assert (recover().count, recover().pages.count) == (0, 0)


@pytest.mark.parametrize(
    "error", [Page.DoesNotExist("weg"), OSError("Platte voll"), IndexError("3"), RecursionError("tief")]
)
def test_whatever_is_wrong_with_one_entry_the_others_follow_and_publishing_goes_on(
    section, restored, monkeypatch, error
):
    with restored():
        for title in ("Kaputt", "Heil"):
            add_report(section, title)
            settle()
    whole = pages._Bringing._rebuilt

    def rebuilt(self, entry, document):
        if entry.title == "Kaputt":
            raise error
        return whole(self, entry, document)

    monkeypatch.setattr(pages._Bringing, "_rebuilt", rebuilt)
    done = recover()
    assert (done.pages.published, list(done.pages.kept.values())) == (1, [f"{type(error).__name__}: {error}"])
    assert CatalogueEntry.objects.get(title="Kaputt").recovered
    assert not checking.unfinished().exists()
    add_report(section, "Neu")
    with unchecked():
        assert settle() == 1


def test_a_database_that_is_away_says_nothing_about_an_entry(section, restored, monkeypatch):
    with restored():
        add_report(section, "Nach der Sicherung")

    def away(*_):
        raise OperationalError("server closed the connection")

    with monkeypatch.context() as patch:
        patch.setattr(pages._Bringing, "_rebuilt", away)
        with pytest.raises(OperationalError):
            recover()
    assert not Setback.objects.exists()
    assert recover().pages.published == 1


def test_a_recovery_that_fails_says_why_and_is_repeated_with_growing_pauses(section, restored, monkeypatch):
    with restored():
        add_report(section, "Nach der Sicherung")

    def newer(_body):
        raise UnreadableDocument("version 2")

    with unchecked(), monkeypatch.context() as patch:
        assert settle() == 0
        patch.setattr(Document, "from_bytes", newer)
        now = time.monotonic()
        patch.setattr(checking.time, "monotonic", lambda: now)
        for pause in (10, 20, 40, 60, 60):
            with pytest.raises(UnreadableDocument):
                recover()
            ProcrastinateJob.objects.all().delete()
            now += pause - 1
            assert settle() == 0
            assert not ProcrastinateJob.objects.exists()
            assert "neuere Version" in alarms.why_publishing_waits()
            now += 2
            assert settle() == 0
            assert [job.task_name for job in ProcrastinateJob.objects.all()] == ["federation.recover"]
            assert "version 2" in alarms.why_publishing_waits()
    recover()
    assert alarms.why_publishing_waits() == ""
    assert "Nach der Sicherung" in live()


def test_the_command_tells_what_it_did(section, restored, capsys):
    with restored():
        add_report(section, "Nach der Sicherung")
    call_command("recover_own_log")
    assert "1 Einträge fehlten" in capsys.readouterr().out
