"""Pictures and files of a document, put back into a body's library under the names they had."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import PurePosixPath
from typing import IO, Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection

from content.media import RENDITION
from hub.documents import Attachment, Document
from hub.files.services import store

OpenFile = Callable[[Attachment], AbstractContextManager[IO[bytes]]]
"""Opens the bytes of an attachment. Raises :class:`hub.errors.FileWithheld` where they are not here."""


class Shelf:
    """The files of one document. Each is put into ``collection`` once, however often it is named.

    ``known`` holds what the library has taken in for other documents, by digest, role, name and title.
    """

    def __init__(
        self,
        document: Document,
        collection: Collection,
        open_file: OpenFile,
        known: dict[tuple[Any, ...], Any],
    ) -> None:
        self.document, self.collection, self.open_file, self.known = document, collection, open_file, known

    def attachment(self, digest: str, role: str) -> Attachment | None:
        """What the document says of a file in that role."""
        found = (each for each in self.document.attachments if (each.digest, each.role) == (digest, role))
        return next(found, None)

    def file(self, digest: str) -> Any:
        """The file in the library; None if the document does not have it."""
        attachment = self.attachment(digest, "file")
        return self._held(attachment, self._take_file) if attachment else None

    def picture(self, digest: str) -> Any:
        """The picture in the library; None if the document does not have it."""
        attachment = self.attachment(digest, "picture")
        return self._held(attachment, self._take_picture) if attachment else None

    def keep(self, attachment: Attachment) -> None:
        """Store the bytes by their content, for what names them by digest and has no place in the library."""
        with self.open_file(attachment) as source:
            store(source, attachment.media_type)

    def _held(self, attachment: Attachment, take: Callable[[Attachment], Any]) -> Any:
        key = (self.collection.pk, attachment.digest, attachment.role, attachment.name, attachment.title)
        if key not in self.known:
            self.known[key] = take(attachment)
        return self.known[key]

    def _take_file(self, attachment: Attachment) -> Any:
        with self.open_file(attachment) as source:
            held = get_document_model()(
                title=(attachment.title or attachment.name)[:255],
                collection=self.collection,
                file=File(source, name=attachment.name),
            )
            held.save()
        return held

    def _take_picture(self, attachment: Attachment) -> Any:
        """A raster picture is here in the size in which it was shown: that is kept as its own rendition."""
        with self.open_file(attachment) as source:
            data = source.read()
        path = PurePosixPath("original_images", attachment.digest[7:23], attachment.name)
        name = (
            str(path)
            if default_storage.exists(str(path))
            else default_storage.save(str(path), ContentFile(data))
        )
        image = get_image_model()(title=(attachment.title or path.stem)[:255], collection=self.collection)
        image.file = name
        image.width, image.height = image.file.width, image.file.height
        image.file_size = len(data)
        image.save()
        if not image.is_svg():
            image.renditions.create(
                filter_spec=RENDITION,
                focal_point_key="",
                width=image.width,
                height=image.height,
                file=ContentFile(data, name=f"{path.stem}.{attachment.digest[7:15]}.webp"),
            )
        return image
