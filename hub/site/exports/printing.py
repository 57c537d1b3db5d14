"""PDF on request: kept once made, and never so many at a time that the site stands still.

A PDF is kept by what is shown: the page it is made of is rendered each time, which costs as much as the HTML
page, so nothing has to be thrown away when a document, a statement on it or a title it names changes, and
nobody is handed what was made for somebody who may read more.
"""

from __future__ import annotations

import hashlib

from django.core.cache import caches

from hub.catalogue.models import CatalogueEntry
from hub.documents import Viewer
from hub.errors import Overloaded
from hub.site.exports.pictures import StoredPictures
from hub.site.exports.rendering import paper_html
from theme.pdf import LARGEST_PAGE, in_turn, make_pdf, style_version

LARGEST_KEPT = 5_000_000
"""Bytes of a PDF that is kept; with the number of those that are, no more than 2 GB in all."""


class PaperCopy:
    """What the viewer reads of an entry, ready to be printed. ``tag`` is the same for the same bytes."""

    def __init__(self, entry: CatalogueEntry, viewer: Viewer, language: str) -> None:
        self.entry = entry
        self.page = paper_html(entry, viewer, language)
        self.tag = hashlib.sha256((style_version() + self.page).encode()).hexdigest()

    def print(self) -> bytes:
        """The PDF, made now or before. Raises :class:`Overloaded` when others are waiting already."""
        shelf = caches["rendered"]
        if (kept := shelf.get(self.tag)) is not None:
            return bytes(kept)
        if len(self.page) > LARGEST_PAGE:
            raise Overloaded("nobody is let wait for so long a PDF")
        with in_turn():
            if (kept := shelf.get(self.tag)) is not None:
                return bytes(kept)
            pictures = StoredPictures([self.entry])
            made = make_pdf(self.page, pictures)
            if not pictures.missing and len(made) <= LARGEST_KEPT:
                shelf.set(self.tag, made)
            return made
