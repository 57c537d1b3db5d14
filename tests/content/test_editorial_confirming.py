"""Reports are reconfirmed after twelve months, or said to be unconfirmed."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale, Page, PageLogEntry, Revision

from content.editorial.confirming import CONFIRMED, confirm_report, find_report
from content.models import BodyPage, CaseReportPage
from content.queries import confirmation_of, reports_due
from content.services import open_section
from hub.accounts.models import Role, User
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import settle
from hub.municipalities.models import Body
from tests.factories.editing import browser_of, edit_address, newest, open_form, save
from tests.factories.pages import add_body, add_report, add_section
from tests.factories.people import add_person

pytestmark = pytest.mark.django_db

KOBLENZ = "07111000"
TODAY = timezone.localdate()
LONG_AGO = dt.date(2020, 1, 1)


@pytest.fixture
def koblenz() -> Body:
    return add_body(KOBLENZ)


@pytest.fixture
def section(koblenz: Body) -> BodyPage:
    page = add_section("koblenz", koblenz)
    open_section(page)
    return page


@pytest.fixture
def editor(section: BodyPage, koblenz: Body) -> User:
    return add_person("redaktion@koblenz.demo.invalid", koblenz, Role.EDITOR)


@pytest.fixture
def old(section: BodyPage) -> CaseReportPage:
    return add_report(section, "Parkraum", confirmed_on=LONG_AGO)


def confirm(user: User, page: Page, **data: str) -> object:
    return browser_of(user).post(reverse("confirm_report", args=[page.translation_key]), data)


def confirmed_on(page: Page) -> dt.date | None:
    return CaseReportPage.objects.get(pk=page.pk).confirmed_on


@pytest.mark.parametrize(
    ("today", "announced", "overdue"),
    [
        ("2026-02-09", False, False),
        ("2026-02-10", True, False),
        ("2026-03-09", True, False),
        ("2026-03-10", True, True),
    ],
)
def test_twelve_months_later_to_the_day_it_counts_as_unconfirmed(
    today: str, announced: bool, overdue: bool
) -> None:
    state = confirmation_of(dt.date(2025, 3, 10), dt.date.fromisoformat(today))
    assert (state.announced, state.overdue, state.due) == (announced, overdue, dt.date(2026, 3, 10))


@pytest.mark.parametrize("action", ["action-publish", "action-submit"])
def test_publishing_and_handing_in_confirm(editor: User, old: CaseReportPage, action: str) -> None:
    save(editor, old, **{action: "x"})
    assert newest(old).confirmed_on == TODAY


def test_a_draft_confirms_nothing(editor: User, old: CaseReportPage) -> None:
    save(editor, old, title="Entwurf")
    assert newest(old).confirmed_on == LONG_AGO
    assert confirmed_on(old) == LONG_AGO


def test_the_button_sets_the_day_and_publishes_no_draft(editor: User, old: CaseReportPage) -> None:
    save(editor, old, title="Noch ein Entwurf")
    published = Page.objects.get(pk=old.pk).last_published_at
    response = confirm(editor, old, next="/mein/")
    assert response.status_code == 302
    assert response["Location"] == "/mein/"
    page = CaseReportPage.objects.get(pk=old.pk)
    assert (page.title, page.confirmed_on, page.last_published_at) == ("Parkraum", TODAY, published)
    assert page.has_unpublished_changes
    draft = newest(old)
    assert (draft.title, draft.confirmed_on) == ("Noch ein Entwurf", TODAY)
    assert PageLogEntry.objects.get(page=old.pk, action=CONFIRMED).user == editor
    assert (
        "Bestätigt, dass es noch stimmt"
        in browser_of(editor).get(reverse("wagtailadmin_pages:history", args=[old.pk])).content.decode()
    )


def test_a_version_that_waits_for_its_hour_carries_the_day(editor: User, old: CaseReportPage) -> None:
    old.title, old.go_live_at = "Später", timezone.now() + dt.timedelta(days=3)
    old.save_revision().publish()
    confirm(editor, old)
    waiting = Revision.objects.for_instance(old).get(approved_go_live_at__isnull=False)
    assert waiting.content["confirmed_on"] == TODAY.isoformat()
    assert confirmed_on(old) == TODAY


def test_who_has_the_editor_open_meanwhile_saves_without_conflict(
    editor: User, old: CaseReportPage, koblenz: Body
) -> None:
    opened = open_form(old, editor)
    colleague = add_person("kollegin@koblenz.demo.invalid", koblenz, Role.EDITOR)
    confirm(colleague, old)
    assert browser_of(editor).post(edit_address(old), opened | {"title": "Weiter"}).status_code == 302
    assert newest(old).confirmed_on == TODAY


def test_a_later_day_is_kept(editor: User, old: CaseReportPage) -> None:
    confirm_report(old, editor, TODAY)
    confirm_report(old, editor, TODAY - dt.timedelta(days=1))
    assert confirmed_on(old) == TODAY


def test_the_document_carries_the_day_and_no_report_is_due_then(editor: User, old: CaseReportPage) -> None:
    now = timezone.now()
    assert [report.page.pk for report in reports_due([KOBLENZ], now)] == [old.pk]
    confirm(editor, old)
    settle()
    entry = CatalogueEntry.objects.get(uuid=old.translation_key)
    assert (entry.document.case.confirmed, entry.confirmed) == (TODAY, TODAY)
    assert reports_due([KOBLENZ], now) == []


@pytest.mark.parametrize("role", [None, Role.MEMBER, Role.AUTHOR])
def test_who_does_not_publish_does_not_confirm(
    section: BodyPage, old: CaseReportPage, koblenz: Body, role: Role | None
) -> None:
    user = add_person("person@koblenz.demo.invalid", koblenz if role else None, role or Role.MEMBER)
    assert confirm(user, old).status_code == 302
    assert confirmed_on(old) == LONG_AGO


def test_editors_of_other_bodies_do_not_confirm(old: CaseReportPage) -> None:
    trier = add_body("07211000", "Trier")
    open_section(add_section("trier", trier))
    assert confirm(add_person("fremd@trier.demo.invalid", trier, Role.EDITOR), old).status_code == 302
    assert confirmed_on(old) == LONG_AGO


def test_only_what_is_published_can_be_confirmed(editor: User, section: BodyPage) -> None:
    draft = add_report(section, "Entwurf", live=False)
    assert confirm(editor, draft).status_code == 404
    assert find_report(uuid.uuid4()) is None


def test_reading_the_address_confirms_nothing(editor: User, old: CaseReportPage) -> None:
    address = reverse("confirm_report", args=[old.translation_key])
    assert browser_of(editor).get(address).status_code == 405
    assert confirmed_on(old) == LONG_AGO


@pytest.mark.parametrize("target", ["https://evil.invalid/", "//evil.invalid/", "javascript:alert(1)"])
def test_the_way_back_leads_nowhere_else(editor: User, old: CaseReportPage, target: str) -> None:
    assert confirm(editor, old, next=target)["Location"] == edit_address(old)


def test_of_translations_the_german_one_is_confirmed(editor: User, old: CaseReportPage) -> None:
    english, _ = Locale.objects.get_or_create(language_code="en")
    copy = old.copy_for_translation(english, copy_parents=True, alias=False)
    copy.save_revision().publish()
    confirm(editor, old)
    assert confirmed_on(old) == TODAY


def public_page(page: CaseReportPage, user: User | None = None) -> str:
    settle()
    browser = browser_of(user) if user else Client(headers={"accept-language": "de"})
    response = browser.get(page.url)
    assert response.status_code == 200
    return response.content.decode()


def test_a_fresh_report_says_when_it_was_confirmed(section: BodyPage, editor: User) -> None:
    html = public_page(add_report(section, "Frisch", confirmed_on=TODAY), editor)
    assert "Zuletzt bestätigt am" in html
    assert "Stimmt noch" not in html


def test_after_twelve_months_the_page_says_so_and_whom_to_ask(old: CaseReportPage) -> None:
    html = public_page(old)
    assert "Seit 1. Januar 2020 nicht bestätigt" in html
    assert "Fragen Sie nach, ob es noch gilt" in html
    assert 'href="mailto:digital@koblenz.demo.invalid"' in html
    assert "Stimmt noch" not in html


def test_its_editors_find_the_button_on_the_page(old: CaseReportPage, editor: User, koblenz: Body) -> None:
    address = reverse("confirm_report", args=[old.translation_key])
    assert f'action="{address}"' in public_page(old, editor)
    author = add_person("autorin@koblenz.demo.invalid", koblenz, Role.AUTHOR)
    assert address not in public_page(old, author)


def test_without_a_day_of_its_own_the_last_change_counts(section: BodyPage) -> None:
    page = add_report(section, "Alt")
    settle()
    CatalogueEntry.objects.filter(uuid=page.translation_key).update(
        changed=dt.datetime(2021, 5, 3, 22, 30, tzinfo=dt.UTC)
    )
    assert "Seit 4. Mai 2021 nicht bestätigt" in public_page(page)


def test_the_editor_offers_the_button_when_it_is_due(editor: User, old: CaseReportPage) -> None:
    address = reverse("confirm_report", args=[old.translation_key])
    assert address in browser_of(editor).get(edit_address(old)).content.decode()
    confirm(editor, old)
    assert address not in browser_of(editor).get(edit_address(old)).content.decode()


def test_the_start_page_offers_the_button(editor: User, old: CaseReportPage) -> None:
    address = reverse("confirm_report", args=[old.translation_key])
    for page in ("/mein/", "/admin/"):
        html = browser_of(editor).get(page).content.decode()
        assert f'action="{address}"' in html, page
        assert f'name="next" value="{page}"' in html
