"""Pages of a kind as their own hub shows them, and as another hub does that received them."""

from __future__ import annotations

import json
import re
from typing import Any

from django.test import Client
from wagtail.models import Page

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import settle
from hub.documents import Document
from tests.content.conftest import stream
from tests.theme.entries import add_entry

ORIGIN = "http://mainz.localhost:8001"
TRIER = "http://trier.localhost:8004"
ATTACK = '"><script>alert(1)</script>{{ 1 }}'
QUERIES = 7
"""What the page of a received document without references costs an anonymous reader."""


DATA = re.compile(r'<script type="application/ld\+json"[^>]*>([^<]*)</script>')


def add_page(section: Page, model: type[Any], *, live: bool = True, **fields: Any) -> Any:
    """A page of a kind with title and summary, read anew from the database."""
    values = {"title": "Parken", "summary": "Kurz.", "locale": section.locale, "live": live, **fields}
    page = section.add_child(instance=model(**values))
    return model.objects.get(pk=page.pk)


def publish(page: Any) -> None:
    """Publish as the editor does."""
    page.save_revision().publish()


def section_of(heading: str, html: str) -> str:
    """One freely headed section of one paragraph."""
    content = [{"type": "paragraph", "value": html, "id": "p"}]
    return stream(("section", {"heading": heading, "content": content}))


def local_page(page: Any) -> str:
    """The page as its own hub shows it."""
    publish(page)
    settle()
    return _read(CatalogueEntry.objects.get(uuid=page.translation_key))


def received_page(document: Document) -> str:
    """The same document as another hub shows it."""
    return _read(received_entry(document))


def received_entry(document: Document) -> CatalogueEntry:
    """The entry of a document as if it came from Trier."""
    elsewhere = document.to_bytes().decode().replace(ORIGIN, TRIER)
    return add_entry(Document.from_bytes(elsewhere), source="trier")


def attacked(document: Document, part: str, values: dict[str, Any]) -> Document:
    """The document with ``part`` as an origin that means harm could send it, and its wording too."""
    raw = json.loads(document.to_bytes())
    raw[part] = values
    wording = raw["texts"]["de"] = {**raw["texts"]["de"], "title": ATTACK, "summary": ATTACK}
    for section in wording["sections"]:
        section["heading"] = ATTACK
        for block in section["blocks"]:
            block["html"] = f'<p onclick="x()">{ATTACK}</p><h3><script>alert(1)</script></h3>'
    return Document.from_bytes(json.dumps(raw))


def ids_of(html: str) -> set[str]:
    """The ids of a page, none of which may stand there twice."""
    ids = re.findall(r' id="([^"]*)"', html)
    assert sorted(ids) == sorted(set(ids))
    return set(ids)


def assert_harmless(html: str) -> None:
    """Nothing of the attack is markup; inline scripts and styles are not allowed anyway.

    Data for search engines are in an element of that name, which runs nothing and holds no ``<``.
    """
    assert not re.search(
        r"<script(?![^>]* src=)|javascript:|onclick|<style| style=(?!&quot;)", DATA.sub("{}", html)
    )
    assert not any("javascript:" in data for data in DATA.findall(html))
    assert "&lt;script&gt;alert(1)" in html


def _read(entry: CatalogueEntry) -> str:
    response = Client().get(entry.get_absolute_url(), headers={"accept-language": "de"})
    assert response.status_code == 200
    return response.content.decode()
