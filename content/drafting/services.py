"""Verbs: make a draft of a file, or of another body's document."""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import IO, Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection

from content.drafting.document import outline_of
from content.drafting.filling import fill
from content.drafting.markdown import read_markdown
from content.drafting.outline import TITLE_LENGTH, Outline, Picture
from content.drafting.word import read_word
from content.models import BodyPage, IndicatorPage, ModulePage, MotionPage, TrainingPage
from content.models.document_page import DocumentPage
from content.rasters import load_whole
from content.services import open_section
from hub.catalogue.models import CatalogueEntry
from hub.documents import Document
from hub.errors import FileWithheld, UnreadableUpload
from hub.files.queries import find_file
from hub.files.services import open_content

MAX_BYTES = 20_000_000
MAX_PIXELS = 50_000_000
MAX_COPIED = 100_000_000

READERS: dict[str, Callable[[IO[bytes]], Outline]] = {
    ".docx": read_word,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".txt": read_markdown,
}
ADAPTABLE: dict[str, type[DocumentPage]] = {
    page.kind: page for page in (ModulePage, MotionPage, TrainingPage, IndicatorPage)
}
"""What others may take as the beginning of their own, by kind."""

TAKEN_OVER = {
    "module": ("module_type", "licence", "requirements"),
    "motion": ("licence",),
    "training": ("target_group", "prerequisites"),
    "indicator": ("unit", "formula"),
}
"""Facts that hold for an own version as well; what it costs, who answers and when it was, do not."""


@dataclass(frozen=True)
class Draft:
    """A page that was made, the headings nobody could assign, and what was left out, in words."""

    page: DocumentPage
    unassigned: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def draft_from_file(
    user: AbstractBaseUser, section: BodyPage, model: type[DocumentPage], file: IO[bytes], name: str
) -> Draft:
    """A draft below ``section`` with the text of a Word or Markdown file.

    Raises :class:`hub.errors.UnreadableUpload` with what to do; then nothing was made.
    """
    reader = READERS.get(PurePosixPath(name).suffix.lower())
    if reader is None:
        raise UnreadableUpload(_("Word files (.docx) and Markdown files (.md) can be taken over."))
    if not file.read(1):
        raise UnreadableUpload(_("The file is empty."))
    if file.seek(0, io.SEEK_END) > MAX_BYTES:
        raise UnreadableUpload(
            _("The file is larger than 20 megabytes. Make its pictures smaller and try again.")
        )
    file.seek(0)
    outline = reader(file)
    if not any(chapter.html.strip() or chapter.heading for chapter in outline.chapters):
        raise UnreadableUpload(_("There is no text in the file."))
    if not outline.title:
        outline = replace(outline, title=PurePosixPath(name).stem.replace("_", " ").strip()[:TITLE_LENGTH])
    return make_draft(user, section, model(), outline)


def adapt(user: AbstractBaseUser, section: BodyPage, entry: CatalogueEntry, language: str = "de") -> Draft:
    """A draft below ``section`` that begins as a copy of another body's document and says what it is
    derived from. ``entry.kind`` must be one of :data:`ADAPTABLE`.

    It is for nobody else than the original is: its wording is not the author's to make public.
    """
    document = entry.document
    page = ADAPTABLE[document.kind]()
    page.audience = entry.audience
    facts = getattr(document, document.kind)
    for name in TAKEN_OVER[document.kind]:
        setattr(page, name, getattr(facts, name) if facts else "")
    page.topics = list(document.topics)
    page.demo = document.demo
    page.relations = json.dumps(
        [
            {
                "type": "relation",
                "value": {"type": "derived_from", "page": None, "address": document.id},
                "id": str(uuid.uuid4()),
            }
        ]
    )
    origin = "" if entry.is_local else entry.origin
    outline = outline_of(document, language, origin)
    return make_draft(user, section, page, outline, (document, origin))


@transaction.atomic
def make_draft(
    user: AbstractBaseUser,
    section: BodyPage,
    page: DocumentPage,
    outline: Outline,
    source: tuple[Document, str] | None = None,
) -> Draft:
    """A draft below ``section`` with the wording of an outline; its other facts stand in ``page`` already.

    ``source`` is the document it is copied from with that one's hub, empty for this one.
    """
    collection = open_section(section).collection
    left_out = list(outline.left_out)
    shelf = _Shelf(collection, outline, user, left_out)
    page.title = outline.title or str(page._meta.verbose_name)
    page.summary = outline.summary or page.title
    unassigned = fill(page, outline, shelf.picture)
    if source is not None:
        page.files = json.dumps(shelf.copy_files(*source))
    page.live, page.owner, page.locale = False, user, section.locale
    section.add_child(instance=page)
    page.save_revision(user=user, log_action=True)
    return Draft(page, tuple(unassigned), tuple(left_out))


class _Shelf:
    """Puts what comes with a text into the body's library."""

    def __init__(
        self, collection: Collection, outline: Outline, user: AbstractBaseUser, left_out: list[str]
    ) -> None:
        self.collection, self.outline, self.user, self.left_out = collection, outline, user, left_out
        self.images: dict[str, Any] = {}

    def picture(self, source: str, alt: str) -> dict[str, Any] | None:
        """The value of a picture block; a picture shown twice is put there once."""
        if source not in self.images:
            self.images[source] = self._put(source, alt)
        image = self.images[source]
        if image is None:
            return None
        said = alt or self.outline.pictures[source].alt
        return {"image": image.pk, "alt": said[:400], "caption": ""}

    def _put(self, source: str, alt: str) -> Any:
        picture = self.outline.pictures.get(source)
        if picture is None:
            if source:
                self.left_out.append(_("the picture “%(name)s”") % {"name": source[-80:]})
            return None
        if not _is_picture(picture):
            self.left_out.append(_("the picture “%(name)s”, which cannot be read") % {"name": picture.name})
            return None
        title = (alt or picture.alt or f"{self.outline.title} – {picture.name}")[:255]
        file = ContentFile(picture.data, name=picture.name)
        image = get_image_model()(
            title=title, collection=self.collection, file=file, uploaded_by_user=self.user
        )
        image.save()
        return image

    def copy_files(self, document: Document, origin: str) -> list[dict[str, Any]]:
        """Blocks of the document's files, as far as this instance holds them from that origin."""
        blocks, size = [], 0
        for attachment in document.files:
            size += attachment.size
            stored = find_file(attachment.digest, origin)
            if stored is None or size > MAX_COPIED:
                self.left_out.append(_("the file “%(name)s”") % {"name": attachment.name})
                continue
            try:
                with open_content(stored) as content:
                    file = ContentFile(content.read(), name=attachment.name)
            except FileWithheld:
                self.left_out.append(_("the file “%(name)s”") % {"name": attachment.name})
                continue
            held = get_document_model()(
                title=(attachment.title or attachment.name)[:255],
                collection=self.collection,
                file=file,
                uploaded_by_user=self.user,
            )
            held.save()
            value = {"document": held.pk, "title": attachment.title}
            blocks.append({"type": "file", "value": value, "id": str(uuid.uuid4())})
        return blocks


def _is_picture(picture: Picture) -> bool:
    try:
        with Image.open(io.BytesIO(picture.data)) as image:
            if image.width * image.height > MAX_PIXELS:
                return False
            load_whole(image)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        return False
    return True
