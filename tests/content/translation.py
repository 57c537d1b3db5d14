"""Translating through the admin, step by step, as tests of it begin."""

from __future__ import annotations

import pytest
from django.urls import reverse
from wagtail.models import Locale, Page
from wagtail_localize.models import StringSegment, Translation

from content.models import CaseReportPage
from content.services import open_section
from hub.accounts.models import Role
from hub.catalogue.models import CatalogueEntry
from hub.documents import Document
from tests.factories.pages import add_section
from tests.factories.people import add_person

GERMAN = {"accept-language": "de"}


@pytest.fixture
def section():
    for tag in ("de", "en", "de-simple"):
        Locale.objects.get_or_create(language_code=tag)
    page = add_section()
    open_section(page)
    return page


@pytest.fixture
def editor(client, section):
    user = add_person("redaktion@koblenz.example", section.body, Role.EDITOR)
    client.force_login(user)
    return user


def locale(tag: str) -> Locale:
    return Locale.objects.get(language_code=tag)


def submit(client, page: Page, tag: str):
    url = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
    return client.post(url, {"locales": [locale(tag).pk]}, headers=GERMAN)


def wording_of(page: Page, tag: str) -> CaseReportPage:
    return CaseReportPage.objects.get(translation_key=page.translation_key, locale=locale(tag))


def translate_all(client, page: CaseReportPage, **words: str) -> None:
    """Type a translation for each string, as the editor's page sends it."""
    translation = Translation.objects.get(
        source__object_id=page.translation_key, target_locale=page.locale_id
    )
    for segment in StringSegment.objects.filter(source=translation.source):
        value = words.get(segment.context.path) or f"EN {segment.string.data}"
        url = reverse("wagtail_localize:edit_string_translation", args=[translation.pk, segment.pk])
        response = client.put(url, f"value={value}", content_type="application/x-www-form-urlencoded")
        assert response.status_code in (200, 201), response.content


def publish(client, page: Page):
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), {"action": "publish"})


def document_of(page: Page) -> Document:
    return CatalogueEntry.objects.get(uuid=page.translation_key).document


def reword(page: CaseReportPage, **fields: object) -> None:
    page = CaseReportPage.objects.get(pk=page.pk)
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()
