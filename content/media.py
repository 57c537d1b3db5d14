"""Pictures and files of a document: stored by content, listed once, linked by digest."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote, urljoin

import structlog
from wagtail.documents import get_document_model
from wagtail.models import Page

from content.identity import address_of
from content.svg import UnsafeSvg, check_svg
from hub.documents import Attachment
from hub.env import env
from hub.files.media_types import media_type_of
from hub.files.models import StoredFile
from hub.files.queries import find_in_library
from hub.files.services import store

logger = structlog.get_logger("content")

RENDITION = "max-1200x1200|format-webp"
"""What raster pictures become: at most 1200 pixels wide and high, WebP."""


class Media:
    """Collects the attachments of one document while its texts are built."""

    def __init__(self, uuid: str, origin: str = env.origin) -> None:
        self.uuid = uuid
        self.origin = origin
        self._attachments: dict[tuple[str, str], Attachment] = {}

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """What was added, each once, in the order of its first use."""
        return tuple(self._attachments.values())

    def add_picture(self, image: Any, alt: str) -> str:
        """Store a Wagtail image and return its digest; ``""`` without one, or if it must not be shown."""
        if image is None:
            return ""
        stem = PurePosixPath(image.file.name).stem
        if image.is_svg():
            with image.open_file() as file:
                try:
                    check_svg(file)
                except UnsafeSvg as error:
                    logger.warning("picture left out", image=image.pk, reason=str(error))
                    return ""
                stored = store(file, "image/svg+xml")
            return self._add(stored, f"{stem}.svg", "image/svg+xml", alt, "picture").digest
        rendition = image.get_rendition(RENDITION)
        with rendition.file.open("rb") as file:
            stored = store(file, "image/webp")
        return self._add(stored, f"{stem}.webp", "image/webp", alt, "picture").digest

    def add_file(self, document: Any, title: str = "") -> str:
        """Store a Wagtail document as a file to download and return its address."""
        return self.attach(document, title).url

    def attach(self, document: Any, title: str = "") -> Attachment:
        """A Wagtail document as a file to download; its ``digest`` is how facts name it.

        What came in since files of the library are stored by their content is not read again.
        """
        media_type = media_type_of(document.filename)
        stored = find_in_library(document.file.name)
        if stored is None:
            with document.open_file() as file:
                stored = store(file, media_type)
        return self._add(stored, document.filename, media_type, title or document.title, "file")

    def attach_stored(
        self, *, digest: str, size: int, name: str, media_type: str, title: str, role: str
    ) -> Attachment:
        """What was stored by its content already and is named by its digest."""
        return self._add(StoredFile(digest=digest, size=size), name, media_type, title, role)

    def resolve(self, kind: str, target: str) -> str:
        """Addresses of links in rich text: ids for pages, attachments for files, absolute otherwise."""
        if kind == "page":
            page = Page.objects.filter(pk=target).first() if target.isdigit() else None
            return address_of(page) if page else ""
        if kind == "document":
            document = get_document_model().objects.filter(pk=target).first() if target.isdigit() else None
            return self.add_file(document) if document else ""
        if not target or target.startswith("#"):
            return target
        return urljoin(self.origin + "/", target)

    def _add(self, stored: StoredFile, name: str, media_type: str, title: str, role: str) -> Attachment:
        hexadecimal = stored.digest.removeprefix("sha256:")
        attachment = Attachment(
            url=f"{self.origin}/dateien/{self.uuid}/{hexadecimal}/{quote(name)}",
            name=name,
            media_type=media_type,
            size=stored.size,
            digest=stored.digest,
            title=title,
            role=role,
        )
        return self._attachments.setdefault((stored.digest, role), attachment)
