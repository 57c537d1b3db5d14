"""Scheduled go-live, expiry and embargo; what fails holds up nothing else."""

from __future__ import annotations

import datetime as dt
from unittest import mock

import pytest
from django.core import mail
from django.utils import timezone
from wagtail.models import Page, PageLogEntry, Revision

from content.editorial.queries import SCHEDULE_FAILED, scheduled_for
from content.editorial.scheduling import run_schedule
from content.models import BodyPage, CaseReportPage
from content.services import open_section
from hub.accounts.models import Role, User
from hub.catalogue.models import CatalogueEntry, Change
from hub.catalogue.settling import settle
from hub.municipalities.models import Body
from hub.site.tasks import publish_scheduled
from tests.factories.editing import browser_of, edit_address, save
from tests.factories.pages import add_body, add_report, add_section
from tests.factories.people import add_person

pytestmark = pytest.mark.django_db

NOW = timezone.now()
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def koblenz() -> Body:
    return add_body("07111000")


@pytest.fixture
def section(koblenz: Body) -> BodyPage:
    page = add_section("koblenz", koblenz)
    open_section(page)
    return page


@pytest.fixture
def editor(section: BodyPage, koblenz: Body) -> User:
    return add_person("redaktion@koblenz.demo.invalid", koblenz, Role.EDITOR)


def schedule(section: BodyPage, title: str, moment: dt.datetime, **fields: object) -> CaseReportPage:
    """A draft that an editor has scheduled; its hour is then set to ``moment``, which may be past."""
    page = add_report(section, title, live=False, **fields)
    page.go_live_at = NOW + HOUR
    page.save_revision().publish()
    Revision.objects.for_instance(page).filter(approved_go_live_at__isnull=False).update(
        approved_go_live_at=moment
    )
    revision = Revision.objects.for_instance(page).get(approved_go_live_at=moment)
    revision.content["go_live_at"] = moment.isoformat()
    revision.save(update_fields=["content"])
    return page


def is_live(page: Page) -> bool:
    return Page.objects.get(pk=page.pk).live


def test_one_that_fails_does_not_stop_the_others(section: BodyPage, editor: User) -> None:
    first = schedule(section, "Erster", NOW - 3 * HOUR)
    failing = schedule(section, "Zweiter", NOW - 2 * HOUR, pitfalls=[])
    last = schedule(section, "Dritter", NOW - HOUR)
    run = run_schedule(NOW)
    assert (run.published, run.failed) == (2, 1)
    assert (is_live(first), is_live(failing), is_live(last)) == (True, False, True)
    assert Revision.objects.for_instance(failing).get(approved_go_live_at__isnull=False)


def test_a_failure_is_noted_and_mailed_once(
    section: BodyPage, editor: User, django_capture_on_commit_callbacks
) -> None:
    failing = schedule(section, "Lücke", NOW - HOUR, pitfalls=[])
    for _ in range(3):
        with django_capture_on_commit_callbacks(execute=True):
            publish_scheduled(timestamp=0)
    (entry,) = PageLogEntry.objects.filter(page=failing.pk, action=SCHEDULE_FAILED)
    assert "Stolpersteine" in entry.data["reason"]
    (message,) = mail.outbox
    assert message.to == [editor.email]
    assert message.subject.endswith(": „Lücke“ konnte nicht veröffentlicht werden")
    assert "Stolpersteine" in message.body
    assert edit_address(failing) in message.body
    (item,) = scheduled_for(editor, NOW)
    assert (item.late, item.expires, item.reason) == (True, False, entry.data["reason"])
    html = browser_of(editor).get(edit_address(failing)).content.decode()
    assert "doch das ist gescheitert" in html
    assert "Stolpersteine" in html


def test_once_it_is_mended_it_appears_and_no_failure_is_left(section: BodyPage, editor: User) -> None:
    page = schedule(section, "Lücke", NOW - HOUR, pitfalls=[])
    run_schedule(NOW)
    revision = Revision.objects.for_instance(page).get(approved_go_live_at__isnull=False)
    good = add_report(section, "Vorlage", live=False).get_latest_revision()
    revision.content["pitfalls"] = good.content["pitfalls"]
    revision.save(update_fields=["content"])
    assert run_schedule(NOW).published == 1
    assert is_live(page)
    assert scheduled_for(editor, NOW) == []


@pytest.mark.parametrize("failing", [0, 1, 2])
def test_expiry_goes_on_past_an_unexpected_fault(section: BodyPage, editor: User, failing: int) -> None:
    pages = [add_report(section, f"Bericht {n}") for n in range(3)]
    for n, page in enumerate(pages):
        Page.objects.filter(pk=page.pk).update(expire_at=NOW - (3 - n) * HOUR)
    unpublish = Page.unpublish

    def fail_one(self: Page, **options: object) -> None:
        if self.pk == pages[failing].pk:
            raise RuntimeError("Speicher voll")
        unpublish(self, **options)

    with mock.patch.object(Page, "unpublish", fail_one):
        run = run_schedule(NOW)
    assert (run.withdrawn, run.failed) == (2, 1)
    assert [is_live(page) for page in pages] == [n == failing for n in range(3)]
    (item,) = scheduled_for(editor, NOW)
    assert (item.page, item.expires, item.late) == (pages[failing].pk, True, True)
    assert "Speicher voll" not in item.reason


def test_what_is_not_due_stays(section: BodyPage) -> None:
    coming = schedule(section, "Später", NOW + HOUR)
    staying = add_report(section, "Bleibt")
    Page.objects.filter(pk=staying.pk).update(expire_at=NOW + HOUR)
    run = run_schedule(NOW)
    assert (run.published, run.withdrawn, run.failed) == (0, 0, 0)
    assert not is_live(coming)
    assert is_live(staying)


def test_before_an_embargo_ends_nothing_enters_the_log(section: BodyPage, editor: User) -> None:
    settle()
    before = Change.objects.count()
    page = add_report(section, "Gesperrt", live=False)
    moment = timezone.localtime(NOW + 2 * HOUR).strftime("%Y-%m-%d %H:%M")
    response = save(editor, page, go_live_at=moment, **{"action-publish": "x"})
    assert response.status_code == 302
    settle()
    assert not is_live(page)
    assert Change.objects.count() == before
    assert not CatalogueEntry.objects.filter(uuid=page.translation_key).exists()
    html = browser_of(editor).get(edit_address(page)).content.decode()
    assert "Bis dahin verlässt nichts von dieser Fassung den Wissenshub" in html


def test_the_editor_explains_the_embargo(section: BodyPage, editor: User) -> None:
    page = add_report(section, "Entwurf", live=False)
    html = browser_of(editor).get(edit_address(page)).content.decode()
    assert "Keine andere bekommt etwas davon." in html
    assert "Vor diesem Zeitpunkt verlässt nichts davon diesen Wissenshub." in html
