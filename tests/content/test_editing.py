"""The editor in the admin: guided, forgiving with drafts, strict when publishing."""

from __future__ import annotations

import pytest
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.images import get_image_model
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from content.models import BodyPage, CaseReportPage
from content.models.case_report import FACTS
from content.questions import QUESTIONS
from content.services import open_section
from hub.accounts.models import Role, User
from hub.municipalities.models import Body
from tests.content.conftest import SVG

REST = (
    "contact_role", "contact_email", "contact_phone", "picture", "picture_alt", "seo_title",
    "search_description", "go_live_at", "expire_at",
)  # fmt: skip


@pytest.fixture
def editor(section):
    user = User.objects.create_user("redaktion@koblenz.demo.invalid", "geheim-und-lang")
    user.groups.add(open_section(section).groups[Role.EDITOR])
    return user


@pytest.fixture
def admin(client, editor):
    client.force_login(editor)
    return client


def form(**answers: str) -> dict[str, str]:
    """What the browser sends; every answer is one paragraph."""
    fields = {
        question.field: streamfield(
            [("paragraph", rich_text(f"<p>{answers[question.field]}</p>"))]
            if question.field in answers
            else []
        )
        for question in QUESTIONS
    }
    texts = dict.fromkeys((*FACTS, *REST), "")
    return nested_form_data(
        {
            **fields,
            **texts,
            "title": "Parkraum",
            "slug": "parkraum",
            "summary": answers.get("summary", ""),
            "audience": "public",
            "files": streamfield([]),
            "relations": streamfield([]),
            "co_publishers": streamfield([]),
            "shares": inline_formset([]),
            "comments": inline_formset([]),
        }
    )


def add_address(section: BodyPage) -> str:
    return reverse("wagtailadmin_pages:add", args=["content", "casereportpage", section.pk])


def test_the_editor_opens_with_guidance_for_each_question(admin, section):
    html = admin.get(add_address(section)).content.decode()
    for question in QUESTIONS:
        assert question.headings["de"] in html


def test_a_draft_is_saved_with_whatever_is_there(admin, section):
    response = admin.post(add_address(section), form(goal="Weniger Suchverkehr"))
    page = CaseReportPage.objects.get(slug="parkraum")
    assert response.status_code == 302
    assert not page.live
    assert "Weniger Suchverkehr" in page.get_latest_revision_as_object().goal[0].value.source


def test_publishing_without_pitfalls_names_the_question_and_loses_nothing(admin, section):
    data = form(goal="Weniger Suchverkehr", summary="Kurz.") | {"action-publish": "action-publish"}
    response = admin.post(add_address(section), data)
    assert response.status_code == 200
    errors = response.context["form"].errors
    assert set(errors) == {"pitfalls", NON_FIELD_ERRORS}
    assert "Stolpersteine" in errors["pitfalls"][0]
    assert "Weniger Suchverkehr" in response.content.decode()
    assert not CaseReportPage.objects.filter(live=True).exists()


def test_the_banner_names_what_publishing_lacks(admin, section):
    data = form() | {"action-publish": "action-publish"}
    (banner,) = map(str, admin.post(add_address(section), data).context["messages"])
    assert "<li>Stolpersteine: " in banner
    assert "<li>Zusammenfassung: " in banner
    assert "als Entwurf" in banner


def test_the_required_question_is_marked(admin, section):
    fields = admin.get(add_address(section)).context["form"].fields
    assert [question.field for question in QUESTIONS if fields[question.field].required] == ["pitfalls"]
    assert fields["pitfalls"].label == "Stolpersteine"


@pytest.mark.parametrize("action", [{}, {"action-publish": "x"}])
def test_an_empty_title_is_one_fault_not_two(admin, section, action):
    data = form(pitfalls="Frost", summary="Kurz.") | {"title": "", "slug": ""} | action
    assert set(admin.post(add_address(section), data).context["form"].errors) - {NON_FIELD_ERRORS} == {
        "title"
    }


def test_settings_offer_nothing_without_effect(admin, section):
    fields = admin.get(add_address(section)).context["form"].fields
    assert "show_in_menus" not in fields
    assert fields["slug"].label == "Adresse"


def test_a_complete_report_is_published(admin, section):
    data = form(pitfalls="Frost", summary="Kurz.") | {"action-publish": "action-publish"}
    assert admin.post(add_address(section), data).status_code == 302
    assert CaseReportPage.objects.get(slug="parkraum").live


def test_a_draft_of_a_published_report_may_be_incomplete(admin, section):
    admin.post(add_address(section), form(pitfalls="Frost", summary="Kurz.") | {"action-publish": "x"})
    page = CaseReportPage.objects.get(slug="parkraum")
    response = admin.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form(goal="Neu"))
    assert response.status_code == 302
    page = CaseReportPage.objects.get(pk=page.pk)
    assert page.live
    assert page.pitfalls[0].value.source == "<p>Frost</p>" or "Frost" in page.pitfalls[0].value.source
    assert not page.get_latest_revision_as_object().pitfalls


def test_authors_write_and_editors_publish_in_their_own_section_alone(section, home):
    other = BodyPage(
        title="Trier", slug="trier", summary="T", body=Body.objects.create(key="07211000", name="Trier")
    )
    home.add_child(instance=other)
    groups = open_section(section)
    assert open_section(section) == groups, "opened twice, there once"
    author = User.objects.create_user("autor@koblenz.demo.invalid", "geheim-und-lang")
    author.groups.add(groups.groups[Role.AUTHOR])
    editor = User.objects.create_user("editor@koblenz.demo.invalid", "geheim-und-lang")
    editor.groups.add(groups.groups[Role.EDITOR])
    rights = {
        (user.email.partition("@")[0], page.slug): (
            page.permissions_for_user(user).can_add_subpage(),
            page.permissions_for_user(user).can_publish_subpage(),
        )
        for user in (author, editor)
        for page in (section, other)
    }
    assert rights == {
        ("autor", "koblenz"): (True, False),
        ("autor", "trier"): (False, False),
        ("editor", "koblenz"): (True, True),
        ("editor", "trier"): (False, False),
    }


@pytest.mark.parametrize(
    ("content", "accepted"), [(SVG, True), (SVG.replace(b"<rect", b"<script/><rect"), False)]
)
def test_an_svg_is_checked_when_it_is_uploaded(admin, section, content, accepted):
    collection = open_section(section).collection
    file = SimpleUploadedFile("bild.svg", content, "image/svg+xml")
    response = admin.post(
        reverse("wagtailimages:add"), {"title": "Bild", "file": file, "collection": collection.pk}
    )
    assert get_image_model().objects.exists() is accepted
    if not accepted:
        assert "script" in str(response.context["form"].errors["file"])


def test_blocks_have_previews_and_descriptions():
    for name, block in CaseReportPage._meta.get_field("goal").stream_block.child_blocks.items():
        assert block.get_description(), name
        assert block.is_previewable, name
        assert name == "picture" or str(block.render(block.get_preview_value())), name
