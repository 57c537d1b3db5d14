"""From page to catalogue: every way a page can change, and what the log says of it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.images import get_image_model
from wagtail.models import Locale, Page, PageViewRestriction

from content.models import CaseReportPage
from hub.catalogue import queries, settling
from hub.catalogue.models import CatalogueEntry, Change, LogHead, Mark, State
from hub.documents import Viewer
from hub.env import env
from tests.factories.pages import add_report, add_section, image_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def section():
    return add_section()


@pytest.fixture
def report(section):
    page = add_report(section, "Parksensoren")
    settling.settle()
    return page


def entry_of(page):
    return CatalogueEntry.objects.get(uuid=page.translation_key)


def log_of(page):
    changes = Change.objects.filter(object_id=f"{env.origin}/id/{page.translation_key}").order_by("seq")
    return list(changes.values_list("type", flat=True))


def republish(page):
    page.save_revision().publish()
    settling.settle()


def test_publishing_makes_an_entry_and_a_change(report):
    entry = entry_of(report)
    assert (entry.state, entry.revision, entry.title, entry.kind) == (
        State.LIVE,
        1,
        "Parksensoren",
        "case_report",
    )
    assert entry.document == report.to_document()
    assert entry.get_absolute_url() == report.url_path[len("/home") :] or entry.path.endswith(
        f"/{report.slug}/"
    )
    assert log_of(report) == ["publish"]
    assert not Mark.objects.exists()


def test_republishing_unchanged_appends_nothing(report):
    before = entry_of(report)
    republish(report)
    assert log_of(report) == ["publish"]
    assert entry_of(report).revision == before.revision


def test_a_draft_appends_nothing(section, report):
    draft = add_report(section, "Entwurf", live=False)
    report.title = "Nur im Entwurf geändert"
    report.save_revision()
    settling.settle()
    assert log_of(draft) == []
    assert not CatalogueEntry.objects.filter(uuid=draft.translation_key).exists()
    assert entry_of(report).title == "Parksensoren"


def test_an_edit_raises_the_revision(report):
    report.title = "Parksensoren, zweiter Anlauf"
    republish(report)
    assert (entry_of(report).revision, entry_of(report).title) == (2, "Parksensoren, zweiter Anlauf")
    assert log_of(report) == ["publish", "publish"]


def test_scheduled_publication_and_expiry(section):
    page = add_report(section, "Später", live=False)
    page.go_live_at = timezone.now() + dt.timedelta(hours=1)
    page.save_revision(approved_go_live_at=page.go_live_at).publish()
    settling.settle()
    assert log_of(page) == []
    page.go_live_at = timezone.now() - dt.timedelta(minutes=1)
    page.save_revision(approved_go_live_at=page.go_live_at)
    call_command("publish_scheduled")
    settling.settle()
    assert log_of(page) == ["publish"]
    Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - dt.timedelta(minutes=1))
    call_command("publish_scheduled")
    settling.settle()
    assert log_of(page) == ["publish", "withdraw"]


def test_unpublishing_with_descendants_withdraws_all(section, report):
    settling.settle()
    section.unpublish()
    for page in section.get_descendants():
        page.unpublish()
    settling.settle()
    assert entry_of(report).state == State.WITHDRAWN
    assert log_of(report) == ["publish", "withdraw"]
    assert log_of(section) == ["publish", "withdraw"]


def test_going_offline_hides_before_anything_settles(report):
    Page.objects.filter(pk=report.pk).update(live=False)
    assert entry_of(report).hidden
    assert not queries.entries(Viewer.local()).filter(uuid=report.translation_key).exists()


def test_a_withdrawn_item_published_again_raises_the_revision(report):
    report.unpublish()
    settling.settle()
    republish(Page.objects.get(pk=report.pk).specific)
    entry = entry_of(report)
    assert (entry.state, entry.revision) == (State.LIVE, 3)
    assert log_of(report) == ["publish", "withdraw", "publish"]


def test_deleting_withdraws_and_drops_the_wording(report):
    report.delete()
    settling.settle()
    entry = entry_of(report)
    assert (entry.state, entry.body, entry.digest, entry.salt) == (State.WITHDRAWN, "", "", "")
    assert log_of(report) == ["publish", "withdraw"]


def test_a_deleted_page_answers_410(report, client: Client):
    address = entry_of(report).path
    assert client.get(address).status_code == 200
    report.delete()
    settling.settle()
    assert client.get(address).status_code == 410
    assert client.get(address + "nie-dagewesen/").status_code == 404


def test_moving_appends_nothing_and_mends_the_address(report):
    other = add_section(slug="anderswo")
    settling.settle()
    before = entry_of(report).path
    report.move(other, pos="last-child")
    settling.settle()
    assert log_of(report) == ["publish"]
    assert entry_of(report).path == f"/anderswo/{report.slug}/" != before


def test_renaming_a_grandparent_appends_nothing_below_and_mends_addresses(section, report):
    section.slug = "umbenannt"
    republish(section)
    assert log_of(report) == ["publish"]
    assert entry_of(report).path == f"/umbenannt/{report.slug}/"


def test_a_restriction_takes_the_subtree_from_peers_and_giving_it_up_returns_it(section, report):
    restriction = PageViewRestriction.objects.create(page=section, restriction_type=PageViewRestriction.LOGIN)
    assert entry_of(report).hidden
    settling.settle()
    entry = entry_of(report)
    assert (entry.state, entry.audience, entry.hidden) == (State.LIVE, "instance", False)
    assert log_of(report) == ["publish", "withdraw"]
    assert queries.find_entry(report.translation_key, Viewer.member()) is None
    assert queries.find_entry(report.translation_key, Viewer.local()) == entry
    restriction.delete()
    settling.settle()
    assert entry_of(report).audience == "public"
    assert log_of(report) == ["publish", "withdraw", "publish"]


def test_instance_items_never_enter_the_log(section):
    page = add_report(section, "Intern", audience="instance")
    settling.settle()
    assert entry_of(page).state == State.LIVE
    assert log_of(page) == []
    page.unpublish()
    settling.settle()
    assert log_of(page) == []


def test_moving_under_a_restricted_page_hides_at_once(report):
    closed = add_section(slug="geschlossen")
    PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.LOGIN)
    settling.settle()
    report.move(closed, pos="last-child")
    assert entry_of(report).hidden
    settling.settle()
    assert entry_of(report).audience == "instance"


def test_narrowing_the_audience_hides_at_once_however_it_is_saved(report):
    CaseReportPage.objects.filter(pk=report.pk).update(audience="members")
    assert entry_of(report).hidden
    settling.settle()
    entry = entry_of(report)
    assert (entry.audience, entry.hidden) == ("members", False)
    CaseReportPage.objects.filter(pk=report.pk).update(audience="public")
    assert not entry_of(report).hidden
    settling.settle()
    assert entry_of(report).audience == "public"


def test_narrowing_stays_closed_while_the_document_cannot_be_built(report, monkeypatch):
    def fail(page):
        raise OSError("the disk is full")

    monkeypatch.setattr(type(report), "to_document", fail)
    CaseReportPage.objects.filter(pk=report.pk).update(audience="instance")
    settling.settle()
    assert queries.find_entry(report.translation_key, Viewer.member()) is None


def test_a_narrower_translation_narrows_the_whole_document(section, report):
    english, _ = Locale.objects.get_or_create(language_code="en")
    Page.objects.get(depth=2).copy_for_translation(english)
    section.copy_for_translation(english)
    translated = report.copy_for_translation(english)
    translated.audience = "instance"
    translated.save_revision().publish()
    settling.settle()
    assert entry_of(report).audience == "instance"
    assert log_of(report) == ["publish", "withdraw"]


def test_an_entry_shown_again_is_read_again_by_consumers(report):
    before = entry_of(report).position
    Page.objects.filter(pk=report.pk).update(live=False)
    Page.objects.filter(pk=report.pk).update(live=True)
    settling.settle()
    entry = entry_of(report)
    assert not entry.hidden
    assert entry.position > before
    assert log_of(report) == ["publish"]


def test_another_hub_cannot_take_over_an_address(report, client: Client):
    address = entry_of(report).path
    CatalogueEntry.objects.create(
        object_id=f"https://b.example/id/{report.translation_key}",
        uuid=report.translation_key,
        origin="https://b.example",
        source="b",
        revision=1,
        digest="sha256:0",
        body=entry_of(report).body,
        position=10_000,
        first_published=timezone.now(),
        changed=timezone.now(),
        kind="case_report",
        audience="public",
        title="Untergeschoben",
    )
    report.audience = "instance"
    republish(report)
    assert client.get(address).status_code == 404
    assert client.get(f"/id/{report.translation_key}").status_code == 404
    report.unpublish()
    settling.settle()
    assert queries.find_entry(report.translation_key, Viewer.local()) is None


def test_aliases_never_project(section, report):
    alias = CreatePageAliasAction(report, parent=section, update_slug="zweitname").execute(
        skip_permission_checks=True
    )
    settling.settle()
    assert not CatalogueEntry.objects.filter(uuid=alias.translation_key).exists()
    assert log_of(report) == ["publish"]


def test_a_translation_joins_the_same_document(section, report):
    english, _ = Locale.objects.get_or_create(language_code="en")
    root = Page.objects.get(depth=2)
    root.copy_for_translation(english)
    section.copy_for_translation(english)
    translated = report.copy_for_translation(english)
    translated.title = "Parking sensors"
    translated.save_revision().publish()
    settling.settle()
    document = entry_of(report).document
    assert {language: text.title for language, text in document.texts.items()} == {
        "de": "Parksensoren",
        "en": "Parking sensors",
    }
    assert CatalogueEntry.objects.filter(uuid=report.translation_key).count() == 1
    assert log_of(report) == ["publish", "publish"]
    Page.objects.get(pk=translated.pk).specific.unpublish()
    settling.settle()
    assert set(entry_of(report).document.texts) == {"de"}


def test_a_changed_picture_changes_the_document_that_shows_it(report):
    image = get_image_model().objects.create(title="Plan", file=image_file("red"))
    report.picture = image
    report.picture_alt = "Plan"
    republish(report)
    digest = entry_of(report).document.picture
    assert digest
    image.renditions.all().delete()
    image.file = image_file("blue")
    image.save()
    settling.settle()
    assert entry_of(report).document.picture != digest
    assert entry_of(report).revision == 3


def test_a_crash_between_commit_and_settling_loses_nothing(section, monkeypatch):
    monkeypatch.setattr(settling, "settle", lambda: pytest.fail("the process is dead"))
    page = add_report(section, "Nach dem Absturz")
    monkeypatch.undo()
    assert log_of(page) == []
    settling.settle()
    assert log_of(page) == ["publish"]


def test_a_rolled_back_save_leaves_no_mark(report):
    with transaction.atomic():
        report.title = "nie"
        report.save()
        assert Mark.objects.exists()
        transaction.set_rollback(True)
    assert not Mark.objects.exists()


def test_one_broken_item_holds_up_no_other(section, monkeypatch):
    broken = add_report(section, "Kaputt")
    whole = add_report(section, "Heil")
    build = type(broken).to_document

    def fail_for_one(page):
        if page.pk == broken.pk:
            raise ValueError("no such block")
        return build(page)

    monkeypatch.setattr(type(broken), "to_document", fail_for_one)
    settling.settle()
    assert log_of(whole) == ["publish"]
    assert log_of(broken) == []
    mark = Mark.objects.filter(key=broken.translation_key).first()
    assert mark.error == "ValueError: no such block"
    assert mark.not_before > timezone.now()
    monkeypatch.undo()
    Mark.objects.update(not_before=timezone.now())
    settling.settle()
    assert log_of(broken) == ["publish"]


def test_the_log_is_gapless_and_chained(section):
    for number in range(5):
        add_report(section, f"Bericht {number}")
    settling.settle()
    changes = list(Change.objects.filter(origin=env.origin).order_by("seq"))
    assert [change.seq for change in changes] == list(range(1, len(changes) + 1))
    assert [change.prev_hash for change in changes] == ["", *[change.hash for change in changes[:-1]]]
    assert LogHead.objects.get(origin=env.origin).head_hash == changes[-1].hash
    positions = [change.position for change in changes]
    assert positions == sorted(set(positions))


def test_reconcile_mends_what_was_broken_behind_its_back(section, report):
    assert settling.reconcile().mended == ()
    CatalogueEntry.objects.filter(uuid=report.translation_key).update(digest="sha256:" + "0" * 64)
    assert settling.reconcile().mended == (f"{env.origin}/id/{report.translation_key}",)
    assert settling.reconcile().mended == ()
