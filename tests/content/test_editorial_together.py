"""Several people at one text: comments, locks, and two who save."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse
from wagtail.models import Comment, Page, PageSubscription, Revision
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from content.models import BodyPage, CaseReportPage
from content.services import open_section
from hub.accounts.models import Role, User
from hub.municipalities.models import Body
from tests.factories.editing import browser_of, edit_address, newest, open_form, save
from tests.factories.pages import add_body, add_module, add_report, add_section
from tests.factories.people import add_person

pytestmark = pytest.mark.django_db

PUBLISH = {"action-publish": "x"}


@pytest.fixture
def koblenz() -> Body:
    return add_body("07111000")


@pytest.fixture
def section(koblenz: Body) -> BodyPage:
    page = add_section("koblenz", koblenz)
    open_section(page)
    return page


@pytest.fixture
def rita(section: BodyPage, koblenz: Body) -> User:
    return add_person("rita@koblenz.demo.invalid", koblenz, Role.EDITOR, first_name="Rita", last_name="Rot")


@pytest.fixture
def bodo(section: BodyPage, koblenz: Body) -> User:
    return add_person("bodo@koblenz.demo.invalid", koblenz, Role.EDITOR, first_name="Bodo", last_name="Blau")


@pytest.fixture
def report(section: BodyPage) -> CaseReportPage:
    return add_report(section, "Parkraum")


@pytest.mark.parametrize("action", [{}, PUBLISH])
def test_who_saves_second_is_told_and_keeps_what_they_typed(
    rita: User, bodo: User, report: CaseReportPage, action: dict[str, str]
) -> None:
    opened = open_form(report, bodo)
    save(rita, report, title="Von Rita")
    response = browser_of(bodo).post(edit_address(report), opened | {"title": "Von Bodo"} | action)
    assert response.status_code == 200
    html = response.content.decode()
    assert "Rita Rot hat diese Seite um" in html
    assert "Unterschiede ansehen" in html
    assert 'value="Von Bodo"' in html
    assert newest(report).title == "Von Rita"
    assert "nothing you have written" not in html.lower()


def test_saving_once_more_goes_through_and_both_versions_stay(
    rita: User, bodo: User, report: CaseReportPage
) -> None:
    opened = open_form(report, bodo)
    save(rita, report, title="Von Rita")
    refused = browser_of(bodo).post(edit_address(report), opened | {"title": "Von Bodo"})
    page = refused.context["page"]
    again = {
        "loaded_revision_id": str(page.latest_revision_id),
        "loaded_revision_created_at": refused.context["loaded_revision_created_at"],
    }
    assert f'name="loaded_revision_id" value="{page.latest_revision_id}"' in refused.content.decode()
    response = browser_of(bodo).post(edit_address(report), opened | {"title": "Von Bodo"} | again)
    assert response.status_code == 302
    titles = Revision.objects.for_instance(report).order_by("pk").values_list("content__title", flat=True)
    assert list(titles)[-2:] == ["Von Rita", "Von Bodo"]


def test_the_differences_the_warning_leads_to_are_shown(
    rita: User, bodo: User, report: CaseReportPage
) -> None:
    opened = open_form(report, bodo)
    save(rita, report, title="Von Rita")
    address = reverse(
        "wagtailadmin_pages:revisions_compare", args=[report.pk, opened["loaded_revision_id"], "latest"]
    )
    refused = browser_of(bodo).post(edit_address(report), opened | {"title": "Von Bodo"})
    assert f'href="{address}"' in refused.content.decode()
    assert "Von Rita" in browser_of(bodo).get(address).content.decode()


def test_a_version_overwritten_in_the_background_counts_as_newer(
    rita: User, bodo: User, report: CaseReportPage
) -> None:
    save(rita, report, title="Von Rita")
    opened = open_form(report, bodo)
    number = opened["loaded_revision_id"]
    save(rita, report, title="Von Rita, weiter", overwrite_revision_id=number)
    assert str(newest(report).latest_revision_id) == number
    response = browser_of(bodo).post(edit_address(report), opened | {"title": "Von Bodo"})
    assert "Rita Rot hat diese Seite um" in response.content.decode()


def test_what_one_saved_oneself_in_the_background_is_no_conflict(rita: User, report: CaseReportPage) -> None:
    opened = open_form(report, rita)
    save(rita, report, title="Selbst gespeichert")
    response = browser_of(rita).post(edit_address(report), opened | {"title": "Weiter"} | PUBLISH)
    assert response.status_code == 302
    assert CaseReportPage.objects.get(pk=report.pk).title == "Weiter"


@pytest.mark.parametrize("add", [add_report, add_module])
def test_comments_work_on_each_type(rita: User, section: BodyPage, add) -> None:
    page = add(section, "Kommentiert")
    html = browser_of(rita).get(edit_address(page)).content.decode()
    assert 'id="comments-data"' in html
    row = {"id": "", "text": "Woher ist die Zahl?", "contentpath": "summary", "position": ""}
    row |= {"resolved": "", "replies": inline_formset([])}
    save(rita, page, **nested_form_data({"comments": inline_formset([row])}))
    comment = Comment.objects.get(page=page.page_ptr)
    assert (comment.text, comment.user, comment.contentpath) == ("Woher ist die Zahl?", rita, "summary")


def comment_on(report: CaseReportPage, user: User) -> Any:
    row = {"id": "", "text": "Woher ist die Zahl?", "contentpath": "summary", "position": ""}
    row |= {"resolved": "", "replies": inline_formset([])}
    return save(user, report, **nested_form_data({"comments": inline_formset([row])}))


def test_a_comment_is_mailed_in_german_to_who_follows_the_page(
    rita: User, bodo: User, report: CaseReportPage, django_capture_on_commit_callbacks
) -> None:
    PageSubscription.objects.create(page=report.page_ptr, user=bodo, comment_notifications=True)
    with django_capture_on_commit_callbacks(execute=True):
        comment_on(report, rita)
    (message,) = mail.outbox
    assert message.to == [bodo.email]
    assert message.subject.endswith(": Rita Rot hat „Parkraum“ kommentiert")
    assert "Neue Kommentare:\n- Woher ist die Zahl?" in message.body
    assert edit_address(report) in message.body


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_mail_server_that_is_down_loses_no_comment(
    rita: User, bodo: User, report: CaseReportPage, settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "mail.invalid", 25
    PageSubscription.objects.create(page=report.page_ptr, user=bodo, comment_notifications=True)
    assert comment_on(report, rita).status_code == 302
    assert Comment.objects.get(page=report.page_ptr).text == "Woher ist die Zahl?"


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_mail_server_that_stays_silent_holds_no_comment_up(
    rita: User, bodo: User, report: CaseReportPage, settings
) -> None:
    assert settings.EMAIL_TIMEOUT, "without it the request would wait for ever"
    PageSubscription.objects.create(page=report.page_ptr, user=bodo, comment_notifications=True)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = silent.getsockname()
        settings.EMAIL_TIMEOUT = 0.2
        assert comment_on(report, rita).status_code == 302
    assert Comment.objects.get(page=report.page_ptr).text == "Woher ist die Zahl?"


def lock(user: User, page: Page) -> int:
    return int(browser_of(user).post(reverse("wagtailadmin_pages:lock", args=[page.pk])).status_code)


def test_an_editor_locks_and_others_are_told_who_and_what_to_do(
    rita: User, bodo: User, report: CaseReportPage
) -> None:
    lock(rita, report)
    html = browser_of(bodo).get(edit_address(report)).content.decode()
    assert "<b>Rita Rot</b>" in html
    assert "Bitten Sie die Person, zu entsperren" in html
    save(bodo, report, title="Trotzdem")
    assert newest(report).title == "Parkraum"
    assert "Solange Sie nicht entsperren" in browser_of(rita).get(edit_address(report)).content.decode()
    save(rita, report, title="Weiter")
    assert newest(report).title == "Weiter"


def test_any_editor_of_the_body_may_unlock(rita: User, bodo: User, report: CaseReportPage) -> None:
    lock(rita, report)
    browser_of(bodo).post(reverse("wagtailadmin_pages:unlock", args=[report.pk]))
    assert not Page.objects.get(pk=report.pk).locked


def test_neither_authors_nor_other_bodies_lock_or_unlock(
    rita: User, report: CaseReportPage, koblenz: Body
) -> None:
    trier = add_body("07211000", "Trier")
    open_section(add_section("trier", trier))
    others = [
        add_person("autor@koblenz.demo.invalid", koblenz, Role.AUTHOR),
        add_person("fremd@trier.demo.invalid", trier, Role.COORDINATOR),
    ]
    for user in others:
        lock(user, report)
        assert not Page.objects.get(pk=report.pk).locked
    lock(rita, report)
    for user in others:
        browser_of(user).post(reverse("wagtailadmin_pages:unlock", args=[report.pk]))
        assert Page.objects.get(pk=report.pk).locked
