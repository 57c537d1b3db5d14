"""A document in other forms than its page: on paper, as Markdown, as the data it is.

Each form is made from the document as the viewer may read it, by the templates of its kind in the layout
``theme/print/document.html``: what a kind shows on its page stands in all forms.
"""

from __future__ import annotations

import json

from bs4 import BeautifulSoup
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from hub.catalogue.models import CatalogueEntry
from hub.documents import DEFAULT_LANGUAGE, Document, Viewer, canonical
from hub.env import env
from hub.errors import UnreadableDocument
from hub.site.context import INSTANCE
from hub.site.exports.markdown import front_matter, to_markdown
from hub.site.exports.paper import lay_out, read_page

LAYOUT = "theme/print/document.html"


def wording_for(document: Document, language: str) -> str:
    """The tag of the wording in ``language``, else of the German one, else of whichever there is."""
    for tag in (language, language.split("-")[0], DEFAULT_LANGUAGE):
        if tag in document.texts:
            return tag
    return next(iter(document.texts))


def paper_html(entry: CatalogueEntry, viewer: Viewer, language: str = "") -> str:
    """What the PDF is made of, without controls, with absolute addresses.

    It is the same as long as the same is shown. Its queries are those of the page. Raises
    :class:`hub.errors.UnreadableDocument` for a newer schema.
    """
    return _for_paper(_page(entry, viewer, language))


def as_markdown(entry: CatalogueEntry, viewer: Viewer, language: str = "") -> str:
    """Markdown (CommonMark with tables) after a YAML head with what is known of the document."""
    page = _page(entry, viewer, language)
    wording = wording_for(entry.document, language)
    return front_matter(entry, wording) + to_markdown(page)


def as_json(entry: CatalogueEntry, viewer: Viewer) -> bytes:
    """The document's canonical JSON in all its languages, as it is stored: its digest is over these bytes.

    What it leads to is left out where the viewer is not to know of it, and a note of this instance stands in
    ``hubNote``; then the bytes are others. One of a
    newer schema is handed out as it is: nobody here knows where it leads. At most one query.
    """
    try:
        document = entry.document
    except UnreadableDocument:
        return entry.body.encode()
    targets = {relation.target for relation in document.relations}
    if document.session and document.session.event:
        targets.add(document.session.event)
    hidden = _hidden(targets, viewer) if targets else set()
    if not hidden and not entry.label:
        return entry.body.encode()
    said = json.loads(entry.body)
    if entry.label:
        said["hubNote"] = {"hub": env.origin, "text": entry.label}
    said["relations"] = [each for each in said.get("relations", ()) if each["target"] not in hidden]
    if document.session and document.session.event in hidden:
        said["session"]["event"] = ""
    return canonical(said)


def _hidden(targets: set[str], viewer: Viewer) -> set[str]:
    """Those of these ids that are here and not for the viewer, in whichever state; one query."""
    here = CatalogueEntry.objects.filter(object_id__in=targets)
    closed = here.exclude(audience__in=sorted(viewer.audiences))
    return set(closed.values_list("object_id", flat=True))


def _for_paper(page: BeautifulSoup) -> str:
    for sheet in page.select('link[rel="stylesheet"]'):
        sheet.decompose()  # theme.pdf brings its own
    lay_out(page)
    return str(page)


def _page(entry: CatalogueEntry, viewer: Viewer, language: str) -> BeautifulSoup:
    document = entry.document
    wording = wording_for(document, language)
    spoken = wording.split("-")[0]
    known = spoken in dict(settings.INTERFACE_LANGUAGES)
    context = {
        "entry": entry,
        "document": document,
        "text": document.texts[wording],
        "wording": wording,
        "asked": False,
        "viewer": viewer,
        "language": spoken,
        "layout": LAYOUT,
        "instance": INSTANCE,
        "printed": True,
        "unasked": True,
    }
    with translation.override(spoken if known else DEFAULT_LANGUAGE):
        html = render_to_string([f"{entry.kind}/document.html", LAYOUT], context)
    return read_page(html, env.origin)
