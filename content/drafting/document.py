"""Another body's document as an outline."""

from __future__ import annotations

from html import escape

from content.drafting.outline import Chapter, Outline, Picture
from hub.documents import Block, Document, Section
from hub.errors import FileWithheld
from hub.files.models import StoredFile
from hub.files.services import open_content


def outline_of(document: Document, language: str) -> Outline:
    """Its wording in ``language`` (else in German), with the pictures this instance holds."""
    text = document.text(language)
    pictures: dict[str, Picture] = {}
    chapters = tuple(
        Chapter(section.heading, _markup(document, section, pictures), section.anchor)
        for section in text.sections
    )
    return Outline(text.title, text.summary, chapters, pictures)


def _markup(document: Document, section: Section, pictures: dict[str, Picture]) -> str:
    return "".join(_block(document, block, pictures) for block in section.blocks)


def _block(document: Document, block: Block, pictures: dict[str, Picture]) -> str:
    if block.kind != "picture":
        return block.html
    attachment = document.attachment(block.digest)
    if attachment is None:
        return ""
    picture = _read(block.digest, attachment.name, block.text)
    if picture:
        pictures[attachment.name] = picture
    return f'<img src="{escape(attachment.name)}" alt="{escape(block.text)}">'


def _read(digest: str, name: str, alt: str) -> Picture | None:
    stored = StoredFile.objects.filter(digest=digest).first()
    if stored is None:
        return None
    try:
        with open_content(stored) as content:
            return Picture(name, content.read(), alt)
    except FileWithheld:
        return None
