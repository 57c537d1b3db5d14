"""One way to show a document, wherever it comes from."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.dispatch import Signal
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone, translation

from hub.catalogue import entries
from hub.catalogue.models import CatalogueEntry
from hub.documents import DEFAULT_LANGUAGE, Document, Viewer, digest_of
from hub.errors import UnreadableDocument

UNKNOWN_KIND = "theme/unknown_document.html"

LANGUAGE_PARAMETER = "sprache"
"""Names in a document's address the language of its text; each wording so has an address of its own."""

entry_shown = Signal()
"""Sent with ``request`` and ``entry`` when the page of a document, or the preview of a draft, is shown."""


def draft_entry(document: Document) -> CatalogueEntry:
    """An unsaved entry for a preview."""
    body = document.to_bytes()
    now = timezone.now()
    entry = CatalogueEntry(
        object_id=document.id, uuid=uuid.UUID(document.uuid), origin=document.origin, first_published=now
    )
    entries.fill(entry, document, body.decode(), digest_of(body, ""), "", 1, now, 0)
    return entry


def render_entry(
    request: HttpRequest, entry: CatalogueEntry, viewer: Viewer, language: str = ""
) -> HttpResponse:
    """Show an entry by the template of its kind, or by its header alone where that is unknown.

    The text is shown in ``language`` if given, else in that of the address or the reader.
    ``wording`` in the context is the tag of the text shown, ``asked`` whether the address names it.
    """
    try:
        document: Document | None = entry.document
    except UnreadableDocument:
        document = None
    named = language or request.GET.get(LANGUAGE_PARAMETER, "")
    wording, asked = choose_wording(request, document, named) if document else (DEFAULT_LANGUAGE, False)
    if asked and not language:
        _follow_address(request, wording)
    templates = [f"{entry.kind}/document.html", UNKNOWN_KIND] if document else [UNKNOWN_KIND]
    context = {
        "entry": entry,
        "document": document,
        "text": document.texts[wording] if document else None,
        "wording": wording,
        "asked": asked,
        "viewer": viewer,
        "language": (translation.get_language() or DEFAULT_LANGUAGE).split("-")[0],
    }
    headers = {"Content-Language": wording} if document else None
    entry_shown.send(sender=CatalogueEntry, request=request, entry=entry)
    return TemplateResponse(request, templates, context, headers=headers)


def choose_wording(request: HttpRequest, document: Document, named: str) -> tuple[str, bool]:
    """The tag of the wording to show, and whether it is the one that is ``named``.

    A tag that the document does not have is passed over: then the reader's language counts, without
    its variant if need be, then German, then whichever there is.
    """
    if named in document.texts:
        return named, True
    wanted = getattr(request, "wording_language", "") or translation.get_language() or DEFAULT_LANGUAGE
    for tag in (wanted, wanted.split("-")[0], DEFAULT_LANGUAGE):
        if tag in document.texts:
            return tag, False
    return next(iter(document.texts)), False


def _follow_address(request: HttpRequest, wording: str) -> None:
    """Where nobody has chosen, the interface speaks the language the address names."""
    language = wording.split("-")[0]
    if settings.LANGUAGE_COOKIE_NAME in request.COOKIES or language not in dict(settings.INTERFACE_LANGUAGES):
        return
    translation.activate(language)
    request.LANGUAGE_CODE = language
