"""The editor's forms: dates as people type them, drafts as they are, and with whom one publishes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.test import Client
from django.utils import translation
from wagtail.admin.widgets import AdminDateInput, AdminDateTimeInput
from wagtail.models import Collection, Page
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from content.models import (
    BodyPage,
    CaseReportPage,
    CoPublicationPage,
    DatasetPage,
    FocusGroupPage,
    IndicatorPage,
    KnowledgeFormatPage,
    ModulePage,
    MotionPage,
    NewsPage,
    QuestionPage,
    TopicPage,
    TrainingPage,
)
from content.services import open_section
from events.models import EventPage, SessionNotePage
from hub.accounts.models import Role, User
from hub.municipalities.models import Body
from hub.site.services import open_site
from tests.factories.editing import browser_of, edit_address, newest, open_form, save
from tests.factories.pages import add_body, add_report, add_section
from tests.factories.people import add_person
from tests.permissions.forms import page_form

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")
CONTRIBUTIONS = [
    CaseReportPage, DatasetPage, FocusGroupPage, IndicatorPage, KnowledgeFormatPage, ModulePage, MotionPage,
    NewsPage, QuestionPage, TrainingPage, EventPage, SessionNotePage,
]  # fmt: skip


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


def begin(user: User, section: BodyPage, model: type) -> tuple[Client, str, Any]:
    """The browser, the address of a new page of that type, and the opened form."""
    browser = browser_of(user)
    meta = model._meta
    address = f"/admin/pages/add/{meta.app_label}/{meta.model_name}/{section.pk}/"
    return browser, address, browser.get(address).context["form"]


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("typed", ["15.03.2025", "15.3.25", "2025-03-15"])
def test_days_are_read_as_people_here_type_them(language: str, typed: str) -> None:
    with translation.override(language):
        assert forms.DateField(widget=AdminDateInput()).clean(typed) == date(2025, 3, 15)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("typed", ["24.12.2026 08:00", "24.12.2026 8:00", "2026-12-24 08:00"])
def test_moments_are_read_as_people_here_type_them(language: str, typed: str) -> None:
    with translation.override(language):
        field = forms.DateTimeField(widget=AdminDateTimeInput())
        assert field.clean(typed) == datetime(2026, 12, 24, 8, 0, tzinfo=BERLIN)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("typed", ["31.02.2025", "bald", "03/15/2025"])
def test_what_is_no_day_is_refused(language: str, typed: str) -> None:
    with translation.override(language), pytest.raises(forms.ValidationError):
        forms.DateField(widget=AdminDateInput()).clean(typed)


def test_fields_show_days_as_they_are_typed(editor: User, section: BodyPage) -> None:
    page = add_report(section, "Parkraum", live=False, started=date(2025, 3, 15))
    html = browser_of(editor).get(edit_address(page)).content.decode()
    assert 'value="15.03.2025"' in html
    assert "content/dates" in html, "else the picker writes today over what it cannot read"


def test_an_embargo_typed_in_german_is_kept(editor: User, section: BodyPage) -> None:
    page = add_report(section, "Parkraum", live=False)
    assert save(editor, page, go_live_at="24.12.2031 08:00").status_code == 302
    assert newest(page).go_live_at == datetime(2031, 12, 24, 8, 0, tzinfo=BERLIN)


def test_an_embargo_nobody_can_read_is_refused_and_kept_in_the_form(editor: User, section: BodyPage) -> None:
    page = add_report(section, "Parkraum", live=False)
    response = save(editor, page, go_live_at="Heiligabend", **{"action-publish": "x"})
    assert "go_live_at" in response.context["form"].errors
    assert "Heiligabend" in response.content.decode()
    assert not CaseReportPage.objects.get(pk=page.pk).live


@pytest.mark.parametrize("model", CONTRIBUTIONS)
def test_every_contribution_asks_with_whom_it_is_published(
    model: type, editor: User, section: BodyPage
) -> None:
    _, _, form = begin(editor, section, model)
    assert "co_publishers" in form.fields


@pytest.mark.parametrize("model", [BodyPage, TopicPage, CoPublicationPage])
def test_pages_that_are_no_contributions_do_not(model: Any) -> None:
    assert "co_publishers" not in model.get_edit_handler().get_form_class().base_fields


def test_the_document_names_the_co_publishers_chosen_in_the_editor(editor: User, section: BodyPage) -> None:
    mainz = add_body("07315000", name="Mainz")
    page = add_report(section, "Parkraum", live=False)
    chosen = nested_form_data({"co_publishers": streamfield([("body", mainz.pk)])})
    assert save(editor, page, **chosen, **{"action-publish": "x"}).status_code == 302
    published = CaseReportPage.objects.get(pk=page.pk)
    assert published.live
    assert published.to_document().co_publishers == ("07315000",)


@pytest.mark.parametrize("model", CONTRIBUTIONS)
def test_a_title_is_enough_for_a_draft(model: type, editor: User, section: BodyPage) -> None:
    browser, address, form = begin(editor, section, model)
    data = page_form(form.instance, editor) | {"title": "Nur ein Titel", "slug": "nur", "summary": ""}
    response = browser.post(address, data)
    assert response.status_code == 302, response.context["form"].errors
    page = model.objects.get(slug="nur")
    assert save(editor, page, summary="", title="Anderer Titel").status_code == 302
    assert newest(page).title == "Anderer Titel"


def test_a_new_report_has_room_to_write_under_each_question(editor: User, section: BodyPage) -> None:
    _, _, form = begin(editor, section, CaseReportPage)
    for name in ("situation", "pitfalls", "advice"):
        assert [child.block_type for child in form[name].value()] == ["paragraph"]


def test_a_report_begun_before_gets_no_further_blocks(editor: User, section: BodyPage) -> None:
    page = add_report(section, "Parkraum", live=False)
    form = browser_of(editor).get(edit_address(page)).context["form"]
    assert len(form["advice"].value()) == 0


def test_room_left_empty_is_no_answer_and_is_not_published(editor: User, section: BodyPage) -> None:
    page = add_report(section, "Parkraum", live=False)
    empty = nested_form_data({"pitfalls": streamfield([("paragraph", rich_text("<p></p>"))])})
    publish = {"action-publish": "x"}
    response = save(editor, page, **empty, **publish)
    assert "Stolpersteine" in response.context["form"].errors["pitfalls"][0]
    blocks = [("paragraph", rich_text("<p> </p>")), ("paragraph", rich_text("<p>Frost</p>"))]
    goal = nested_form_data({"goal": streamfield(blocks), "advice": streamfield(blocks[:1])})
    assert save(editor, page, **goal, **publish).status_code == 302
    published = CaseReportPage.objects.get(pk=page.pk)
    assert len(published.goal) == 1
    assert len(published.advice) == 0
    sections = {each.anchor: each for each in published.to_document().texts["de"].sections}
    assert "rat" not in sections
    assert [block.text for block in sections["ziel"].blocks] == ["Frost"]


def test_a_fault_stands_at_its_block_though_empty_ones_are_dropped(editor: User, section: BodyPage) -> None:
    page = add_report(section, "Parkraum", live=False)
    blocks = [("paragraph", rich_text("<p></p>")), ("code", {"language": "", "code": ""})]
    form = open_form(page, editor) | nested_form_data({"goal": streamfield(blocks)})
    response = browser_of(editor).post(edit_address(page), form | {"action-publish": "x"})
    (fault,) = response.context["form"].errors["goal"].as_data()
    assert set(fault.block_errors) == {1}


def test_the_editor_speaks_german_in_the_name_of_the_project(editor: User) -> None:
    html = browser_of(editor).get("/admin/").content.decode()
    title = html[html.index("<title>") + 7 : html.index("</title>")]
    assert title.split() == ["Übersicht", "-", "Wissenshub"]


def test_what_holds_everything_has_a_german_name_unless_the_operator_gave_it_one() -> None:
    root = Page.get_first_root_node()
    open_site()
    assert Page.objects.get(pk=root.pk).title == "Alle Seiten"
    assert Collection.get_first_root_node().name == "Alle Sammlungen"
    Page.objects.filter(pk=root.pk).update(title="Unsere Seiten")
    open_site()
    assert Page.objects.get(pk=root.pk).title == "Unsere Seiten"
