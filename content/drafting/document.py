"""Another body's document as an outline."""

from __future__ import annotations

from html import escape

from django.utils.translation import gettext as _

from content.drafting.outline import Chapter, Outline, Picture
from hub.documents import Block, Document
from hub.errors import FileWithheld
from hub.files.queries import find_file
from hub.files.services import open_content


def outline_of(document: Document, language: str, origin: str = "") -> Outline:
    """Its wording in ``language`` (else in German), with the pictures this instance holds.

    ``origin`` is the hub that brought its files, none for an own document: only what that hub could hand
    out is taken, whatever else is stored here. Pictures are told apart by digest, as names may repeat.
    Documentation is left out: it belongs to the releases of the original.
    """
    text = document.text(language)
    held = _Pictures(document, origin)
    chapters = tuple(
        Chapter(section.heading, "".join(held.markup(block) for block in section.blocks), section.anchor)
        for section in text.sections
        if not section.part
    )
    return Outline(text.title, text.summary, chapters, held.pictures, tuple(held.left_out))


class _Pictures:
    """The pictures of a document, read as its blocks are told."""

    def __init__(self, document: Document, origin: str) -> None:
        self.document, self.origin = document, origin
        self.pictures: dict[str, Picture] = {}
        self.left_out: list[str] = []

    def markup(self, block: Block) -> str:
        """A block, a picture as an ``img`` named by its digest; nothing for one that is not here."""
        if block.kind != "picture":
            return block.html
        attachment = self.document.attachment(block.digest)
        if attachment is None:
            return ""
        if block.digest not in self.pictures:
            picture = _read(block.digest, self.origin, attachment.name, block.text)
            if picture is None:
                self.left_out.append(_("the picture “%(name)s”") % {"name": attachment.name[-80:]})
                return ""
            self.pictures[block.digest] = picture
        return f'<img src="{escape(block.digest)}" alt="{escape(block.text)}">'


def _read(digest: str, origin: str, name: str, alt: str) -> Picture | None:
    stored = find_file(digest, origin)
    if stored is None:
        return None
    try:
        with open_content(stored) as content:
            return Picture(name, content.read(), alt)
    except FileWithheld:
        return None
