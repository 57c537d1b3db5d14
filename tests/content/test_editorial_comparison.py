"""What changed between two versions, for each type of page."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from wagtail.blocks import StreamBlock
from wagtail.fields import StreamField
from wagtail.models import Page, Revision, get_page_models

from content.models import BodyPage, CaseReportPage
from content.models.document_page import DocumentPage
from content.models.statement import StatementPage
from content.services import open_section
from hub.accounts.models import Role, User
from tests.factories.editing import browser_of
from tests.factories.pages import add_body, add_report, add_section, home
from tests.factories.people import add_operator, add_person

pytestmark = pytest.mark.django_db

REQUIRED = {
    "target": "https://example.org/id/alt",
    "code": "alt",
    "starts": dt.datetime(2025, 3, 1, 8, tzinfo=dt.UTC),
    "ends": dt.datetime(2025, 3, 1, 9, tzinfo=dt.UTC),
}
"""What some types demand even of drafts."""

TYPES = [model for model in get_page_models() if issubclass(model, DocumentPage)]


@pytest.fixture
def section() -> BodyPage:
    page = add_section("koblenz", add_body("07111000"))
    open_section(page)
    return page


@pytest.fixture
def editor(section: BodyPage) -> User:
    return add_person("redaktion@koblenz.demo.invalid", section.body, Role.EDITOR)


def compare(user: User, page: Page, first: str = "earliest", second: str = "latest") -> str:
    address = reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, first, second])
    response = browser_of(user).get(address)
    assert response.status_code == 200
    return response.content.decode()


def fill_block(block: Any) -> Any:
    """The value of a block's own preview, which every block of the project has, else its default."""
    if isinstance(block, StreamBlock):
        return block.to_python(
            [
                {"type": name, "value": child.get_prep_value(child.get_preview_value()), "id": f"{name}-1"}
                for name, child in block.child_blocks.items()
            ]
        )
    return block.get_preview_value()


def fill(page: Any) -> None:
    """Put something different from the empty page into each field the editor shows."""
    shown = set(page.get_edit_handler().get_form_class()._meta.fields or ())
    for field in page._meta.concrete_fields:
        if field.name not in shown or field.name in {"slug", "go_live_at", "expire_at"}:
            continue
        if isinstance(field, StreamField):
            setattr(page, field.name, fill_block(field.stream_block))
        elif isinstance(field, ArrayField):
            setattr(page, field.name, ["ki", "verschwunden"])
        elif isinstance(field, models.ForeignKey):
            continue
        elif field.choices:
            setattr(page, field.name, field.choices[-1][0])
        else:
            setattr(page, field.name, other_value(field))


def other_value(field: models.Field) -> Any:
    """A value of the field's type."""
    for kind, value in (
        (models.BooleanField, True),
        (models.IntegerField, 7),
        (models.DateTimeField, dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)),
        (models.DateField, dt.date(2026, 3, 1)),
        (models.URLField, "https://example.org/neu"),
        (models.EmailField, "neu@koblenz.demo.invalid"),
        (models.CharField, "neu"),
        (models.TextField, "Neuer Wortlaut"),
    ):
        if isinstance(field, kind):
            return value
    return None


@pytest.mark.parametrize("model", TYPES, ids=[model.__name__ for model in TYPES])
def test_two_versions_of_each_type_are_compared_in_german(
    section: BodyPage, model: type[DocumentPage]
) -> None:
    operator = add_operator()
    fields: dict[str, Any] = {"title": "Vorher", "slug": "vorher", "summary": "Alt"}
    if model is BodyPage:
        fields["body"] = add_body("07211000", "Trier")
    known = {field.name for field in model._meta.concrete_fields}
    fields |= {name: value for name, value in REQUIRED.items() if name in known}
    page = model(**fields)
    page.live = False
    parent = home() if not model.can_exist_under(section) else section
    parent.add_child(instance=page)
    page.save_revision()
    fill(page)
    page.title = "Nachher"
    page.save_revision(clean=False)
    html = compare(operator, page)
    assert "Vergleich" in html
    first, last = Revision.objects.for_instance(page).order_by("pk").values_list("pk", flat=True)
    backwards = compare(operator, page, str(last), str(first))
    assert "Vergleich" in backwards
    if not issubclass(model, StatementPage):  # a statement words itself and is not written in the editor
        assert "Zusammenfassung" in html
        for shown in (html, backwards):
            assert "Nachher" in shown
            assert "Vorher" in shown


def test_topics_are_compared_by_name(section: BodyPage, editor: User) -> None:
    page = add_report(section, "Parkraum", topics=["ki", "verkehr"])
    page.topics = ["ki", "veraltet"]
    page.save_revision(clean=False)
    html = compare(editor, page)
    assert "Künstliche Intelligenz" in html
    assert re.search(r'<span class="deletion">verkehr</span>, <span class="addition">veraltet</span>', html)
    assert "[&#x27;ki" not in html


def test_changed_text_is_marked_word_by_word(section: BodyPage, editor: User) -> None:
    page = add_report(section, "Parkraum")
    page.summary = "Parkraum: was geschah und was es wirklich kostete."
    page.save_revision()
    assert re.search(r'<span class="addition">\s*wirklich\s*</span>', compare(editor, page))


def test_partners_shares_are_compared_by_name(section: BodyPage, editor: User) -> None:
    page = add_report(section, "Parkraum")
    page = CaseReportPage.objects.get(pk=page.pk)
    page.shares.add(
        CaseReportPage.shares.rel.related_model(body=add_body("07211000", "Trier"), yearly_eur=900)
    )
    page.save_revision()
    html = compare(editor, page)
    assert "Trier" in html
    assert "900" in html


def test_versions_of_other_bodies_are_not_shown(section: BodyPage) -> None:
    trier = add_body("07211000", "Trier")
    open_section(add_section("trier", trier))
    stranger = add_person("fremd@trier.demo.invalid", trier, Role.COORDINATOR)
    page = add_report(section, "Parkraum")
    page.save_revision()
    assert Revision.objects.for_instance(page).count() == 2
    address = reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, "earliest", "latest"])
    assert browser_of(stranger).get(address).status_code == 302
