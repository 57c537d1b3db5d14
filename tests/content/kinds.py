"""What the tests of the single kinds share: pages, forms and what both shows."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from content.services import open_section
from hub.accounts.models import Role, User
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import settle
from tests.content.conftest import stream

ATTACK = '<script>alert("x")</script>'
"""Typed into every text field; no page may hold it unescaped."""

PAGE_QUERIES = 7
"""What the page of a received document costs that stands alone in its line."""

REST = (
    "contact_role", "contact_email", "contact_phone", "picture", "picture_alt", "seo_title",
    "search_description", "go_live_at", "expire_at",
)  # fmt: skip


def sections(*parts: tuple[str, str], kind: str = "section", **more: Any) -> str:
    """The stored form of headed sections of one paragraph each; an empty text is no content."""
    blocks = []
    for heading, html in parts:
        content = [{"type": "paragraph", "value": html, "id": "p"}] if html else []
        blocks.append((kind, {"heading": heading, "content": content, **more}))
    return stream(*blocks)


def publish(parent: Any, page: Any) -> Any:
    """The page, made and published as an editor does."""
    page.live = False
    parent.add_child(instance=page)
    page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)


def entry_of(page: Any) -> CatalogueEntry:
    """Its entry, once it is settled."""
    settle()
    return CatalogueEntry.objects.get(uuid=page.translation_key, source="")


def show(entry: CatalogueEntry) -> str:
    """The entry's page as everybody sees it."""
    response = Client(headers={"accept-language": "de"}).get(entry.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def editor_of(section: Any) -> Client:
    """A browser in which an editor of the section is signed in."""
    user = User.objects.create_user("redaktion@koblenz.demo.invalid", "geheim-und-lang")
    user.groups.add(open_section(section).groups[Role.EDITOR])
    client = Client(headers={"accept-language": "de"})
    client.force_login(user)
    return client


def add_address(section: Any, app: str, model: str) -> str:
    """Where a new page of that type is begun."""
    return reverse("wagtailadmin_pages:add", args=[app, model, section.pk])


def form_data(**fields: Any) -> dict[str, str]:
    """What the browser sends for a new page."""
    values: dict[str, Any] = {
        **dict.fromkeys(REST, ""),
        "title": "Titel",
        "slug": "titel",
        "summary": "Kurz.",
        "audience": "public",
        "files": streamfield([]),
        "relations": streamfield([]),
        "co_publishers": streamfield([]),
        "software": streamfield([]),
        "comments": inline_formset([]),
    }
    return nested_form_data({**values, **fields})
