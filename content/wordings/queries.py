"""Which wordings need somebody's work, as the catalogue shows them to readers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from wagtail.models import Page

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import entries
from hub.documents import Viewer

OUTDATED = '"outdated":true'
"""How the canonical JSON of a document says so."""


@dataclass(frozen=True)
class OutdatedWording:
    """A published wording whose original has changed: its page, its language tag, and its body's key."""

    page: Page
    language: str
    body: str


def outdated_wordings(body_keys: Iterable[str]) -> list[OutdatedWording]:
    """Wordings that these bodies publish here and that are out of date, by title. At most two queries."""
    keys = sorted(set(body_keys))
    if not keys:
        return []
    # The body is searched for the words first, so that not every document has to be read.
    candidates = entries(Viewer.local()).filter(
        source="", publishers__overlap=keys, languages__len__gt=1, body__contains=OUTDATED
    )
    found = {
        (entry.uuid, tag): entry.publishers[0]
        for entry in candidates
        for tag, text in entry.document.texts.items()
        if text.outdated
    }
    if not found:
        return []
    pages = Page.objects.filter(
        translation_key__in={key for key, _ in found}, alias_of__isnull=True, live=True
    ).select_related("locale")
    wordings = []
    for page in pages.order_by("title", "pk"):
        language = page.locale.language_code
        if (page.translation_key, language) in found:
            wordings.append(OutdatedWording(page, language, found[page.translation_key, language]))
    return wordings


def is_outdated(page: Page) -> bool:
    """Whether readers are told that the original has changed since this page was made from it. One query."""
    entry = CatalogueEntry.objects.filter(uuid=page.translation_key, source="").exclude(body="").first()
    text = entry.document.texts.get(page.locale.language_code) if entry else None
    return bool(text and text.outdated)
