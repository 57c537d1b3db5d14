"""The dashboard says what waits for whom, at the same cost however much there is."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import Page, Revision

from content.editorial.queries import desk_of, reviews_for, scheduled_for, submissions_of
from content.models import BodyPage, CaseReportPage
from content.services import open_section
from hub.accounts.models import Role, User
from hub.municipalities.models import Body
from tests.factories.editing import browser_of, edit_address
from tests.factories.pages import add_body, add_report, add_section
from tests.factories.people import add_operator, add_person

pytestmark = pytest.mark.django_db

NOW = timezone.now()
DAY = dt.timedelta(days=1)


@pytest.fixture
def koblenz() -> Body:
    return add_body("07111000")


@pytest.fixture
def section(koblenz: Body) -> BodyPage:
    page = add_section("koblenz", koblenz)
    open_section(page)
    return BodyPage.objects.get(pk=page.pk)


@pytest.fixture
def author(section: BodyPage, koblenz: Body) -> User:
    return add_person(
        "autorin@koblenz.demo.invalid", koblenz, Role.AUTHOR, first_name="Anna", last_name="Autorin"
    )


@pytest.fixture
def editor(section: BodyPage, koblenz: Body) -> User:
    return add_person(
        "redaktion@koblenz.demo.invalid", koblenz, Role.EDITOR, first_name="Rita", last_name="Rot"
    )


def hand_in(section: BodyPage, user: User, title: str) -> CaseReportPage:
    page = add_report(section, title, live=False)
    Page.objects.filter(pk=page.pk).update(owner=user)
    section.get_workflow().start(page, user)
    return page


def schedule(section: BodyPage, title: str, moment: dt.datetime) -> CaseReportPage:
    page = add_report(section, title, live=False)
    page.go_live_at = NOW + DAY
    page.save_revision().publish()
    Revision.objects.for_instance(page).filter(approved_go_live_at__isnull=False).update(
        approved_go_live_at=moment
    )
    return page


def fill(section: BodyPage, author: User, editor: User, number: int) -> None:
    """So many of each kind."""
    for n in range(number):
        hand_in(section, author, f"Eingereicht {n}")
        hand_in(section, editor, f"Eigener {n}")
        schedule(section, f"Geplant {n}", NOW + DAY)
        schedule(section, f"Gescheitert {n}", NOW - DAY)
        add_report(section, f"Alt {n}", confirmed_on=dt.date(2020, 1, 1))


def test_editors_see_what_waits_for_their_decision(section: BodyPage, author: User, editor: User) -> None:
    page = hand_in(section, author, "Parkraum")
    html = browser_of(editor).get("/admin/").content.decode()
    assert "Wartet auf Ihre Entscheidung" in html
    assert edit_address(page) in html
    assert "eingereicht von Anna Autorin" in html
    assert "Moderation" not in html
    assert "Liegt zur Freigabe vor" in browser_of(editor).get(edit_address(page)).content.decode()
    assert "„Parkraum“ durchsehen" in browser_of(editor).get("/mein/").content.decode()


def test_authors_see_for_whom_their_text_waits(section: BodyPage, author: User, editor: User) -> None:
    page = hand_in(section, author, "Parkraum")
    for address in ("/admin/", "/mein/"):
        html = browser_of(author).get(address).content.decode()
        assert edit_address(page) in html
        assert "auf Rita Rot" in html, address
    assert reviews_for(author) == []


def test_a_text_returned_waits_for_its_author_with_the_comment(
    section: BodyPage, author: User, editor: User
) -> None:
    page = hand_in(section, author, "Parkraum")
    page.current_workflow_task_state.reject(user=editor, comment="Kosten fehlen")
    (item,) = submissions_of(author)
    assert (item.returned, item.comment, item.waits_for) == (True, "Kosten fehlen", ())
    assert reviews_for(editor) == []
    assert "„Kosten fehlen“" in browser_of(author).get("/mein/").content.decode()


def test_a_text_nobody_can_decide_about_says_so(section: BodyPage, author: User) -> None:
    hand_in(section, author, "Parkraum")
    assert "darf niemand entscheiden" in browser_of(author).get("/mein/").content.decode()


def test_editors_of_other_bodies_see_nothing_of_it(section: BodyPage, author: User, editor: User) -> None:
    trier = add_body("07211000", "Trier")
    open_section(add_section("trier", trier))
    stranger = add_person("fremd@trier.demo.invalid", trier, Role.COORDINATOR)
    fill(section, author, editor, 1)
    assert not desk_of(stranger, NOW)
    html = browser_of(stranger).get("/admin/").content.decode()
    assert "Zurzeit wartet nichts" in html
    assert "Eingereicht 0" not in html


def test_operators_see_all_bodies(section: BodyPage, author: User, editor: User) -> None:
    fill(section, author, editor, 1)
    desk = desk_of(add_operator(), NOW)
    assert (len(desk.reviews), len(desk.scheduled)) == (2, 2)


def test_what_is_scheduled_stands_by_its_hour_and_says_what_failed(section: BodyPage, editor: User) -> None:
    coming = schedule(section, "Kommt", NOW + DAY)
    late = schedule(section, "Zu spät", NOW - DAY)
    going = add_report(section, "Geht")
    Page.objects.filter(pk=going.pk).update(expire_at=NOW + 2 * DAY)
    far = add_report(section, "Bleibt lange")
    Page.objects.filter(pk=far.pk).update(expire_at=NOW + 200 * DAY)
    found = scheduled_for(editor, NOW)
    assert [(item.page, item.expires, item.late) for item in found] == [
        (late.pk, False, True), (coming.pk, False, False), (going.pk, True, False),
    ]  # fmt: skip
    html = browser_of(editor).get("/mein/").content.decode()
    for words in ("erscheint am", "sollte am", "geht am"):
        assert words in html


def test_authors_are_not_told_what_is_scheduled(section: BodyPage, author: User) -> None:
    schedule(section, "Kommt", NOW + DAY)
    assert scheduled_for(author, NOW) == []


def test_an_empty_desk_says_so(section: BodyPage, editor: User) -> None:
    html = browser_of(editor).get("/admin/").content.decode()
    assert "Zurzeit wartet nichts: weder auf Sie noch etwas von Ihnen auf andere." in html


@pytest.mark.parametrize("number", [1, 30])
def test_desk_and_start_pages_cost_the_same_queries_however_much_waits(
    section: BodyPage, author: User, editor: User, django_assert_num_queries: Any, number: int
) -> None:
    fill(section, author, editor, number)
    desk_of(editor, NOW)
    with django_assert_num_queries(19):
        desk = desk_of(editor, NOW)
    assert (len(desk.reviews), len(desk.submissions)) == (2 * number, number)
    assert (len(desk.scheduled), len(desk.due)) == (2 * number, number)
    browser = browser_of(editor)
    for address, queries in (("/admin/", 46), ("/mein/", 36)):
        browser.get(address)
        with django_assert_num_queries(queries):
            browser.get(address)
