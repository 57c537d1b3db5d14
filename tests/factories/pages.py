"""Pages for tests, made as an editor makes them: saved as a revision, then published."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image as Picture
from wagtail.models import Locale, Page, Site

from content.models import BodyPage, CaseReportPage, ModulePage
from hub.env import env
from hub.municipalities.models import Body


def home() -> Page:
    """The root page of the site, which is created when it is missing."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is not None:
        return site.root_page
    Locale.objects.get_or_create(language_code="de")
    page = Page.get_first_root_node().add_child(instance=Page(title="Start", slug="home"))
    Site.objects.create(hostname=env.host, port=80, root_page=page, is_default_site=True)
    return page


def add_body(key: str = "", name: str = "Koblenz", population: int = 114_000) -> Body:
    """A city."""
    fields = {"name": name, "kind": Body.Kind.CITY, "population": population}
    return Body.objects.update_or_create(key=key or env.body, defaults=fields)[0]


def add_section(slug: str = "koblenz", body: Body | None = None) -> BodyPage:
    """The published page of a body, under which its contributions stand."""
    page = BodyPage(
        title=slug.title(), slug=slug, summary="Was diese Stadt erprobt.", body=body or add_body()
    )
    return _add(home(), page)


def add_report(section: Page, title: str, *, live: bool = True, **fields: Any) -> CaseReportPage:
    """A case report; by default published, with an answer about goal and pitfalls."""
    values: dict[str, Any] = {
        "summary": f"{title}: was geschah und was es kostete.",
        "topics": ["ki"],
        "goal": [("paragraph", "<p>Die Bearbeitung sollte schneller werden.</p>")],
        "pitfalls": [("paragraph", "<p>Die Schnittstelle fehlte drei Monate lang.</p>")],
        "contact_role": "Stabsstelle Digitalisierung",
        "contact_email": "digital@koblenz.demo.invalid",
        **fields,
    }
    return _add(section, CaseReportPage(title=title, **values), live=live)


def add_module(section: Page, title: str, *, live: bool = True, **fields: Any) -> ModulePage:
    """A module without files."""
    values: dict[str, Any] = {"summary": f"{title} zum Mitnehmen.", "topics": ["ki"], **fields}
    return _add(section, ModulePage(title=title, **values), live=live)


def image_file(colour: str) -> ContentFile[bytes]:
    """A small PNG of one colour."""
    buffer = io.BytesIO()
    Picture.new("RGB", (40, 30), colour).save(buffer, "PNG")
    return ContentFile(buffer.getvalue(), f"{colour}.png")


def _add(parent: Page, page: Any, live: bool = True) -> Any:
    page.live = False
    parent.add_child(instance=page)
    revision = page.save_revision()
    if live:
        revision.publish()
    return type(page).objects.get(pk=page.pk)
