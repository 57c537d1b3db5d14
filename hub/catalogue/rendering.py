"""One way to show a document, wherever it comes from."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language

from hub.catalogue import entries
from hub.catalogue.models import CatalogueEntry
from hub.documents import DEFAULT_LANGUAGE, Document, Viewer, digest_of
from hub.errors import UnreadableDocument

UNKNOWN_KIND = "theme/unknown_document.html"


def draft_entry(document: Document) -> CatalogueEntry:
    """An unsaved entry for a preview."""
    body = document.to_bytes()
    now = timezone.now()
    entry = CatalogueEntry(
        object_id=document.id, uuid=uuid.UUID(document.uuid), origin=document.origin, first_published=now
    )
    entries.fill(entry, document, body.decode(), digest_of(body, ""), "", 1, now, 0)
    return entry


def render_entry(request: HttpRequest, entry: CatalogueEntry, viewer: Viewer) -> HttpResponse:
    """Show an entry by the template of its kind, or by its header alone where that is unknown."""
    language = (get_language() or DEFAULT_LANGUAGE).split("-")[0]
    try:
        document: Document | None = entry.document
    except UnreadableDocument:
        document = None
    templates = [f"{entry.kind}/document.html", UNKNOWN_KIND] if document else [UNKNOWN_KIND]
    context = {
        "entry": entry,
        "document": document,
        "text": document.text(language) if document else None,
        "viewer": viewer,
        "language": language,
    }
    return TemplateResponse(request, templates, context)
