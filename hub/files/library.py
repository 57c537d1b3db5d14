"""The editors' library: its files are stored by their content, and their names say which that is.

What is saved under ``documents/`` goes into the content storage and is called ``c/<digest>/<file name>``
from then on. Pictures, and files saved under ``documents/`` earlier, lie where they always did.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.utils.deconstruct import deconstructible

from hub.files.models import storage_name
from hub.files.names import base_name, content_name, digest_of

FOLDER = "documents/"


class ContentNames(Storage):
    """Mixed into a storage: takes names of the library to the content storage."""

    def save(self, name: str | None, content: Any, max_length: int | None = None) -> str:
        """Store a file of the library by its content, anything else as usual; returns its name."""
        if name is None or not name.startswith(FOLDER):
            return super().save(name, content, max_length)
        from hub.files.media_types import media_type_of  # models name this storage before apps are loaded
        from hub.files.services import store

        plain = base_name(name)
        file = content if isinstance(content, File) else File(content, name)
        return content_name(store(file, media_type_of(plain)).digest, plain, max_length or 100)

    def open(self, name: str, mode: str = "rb") -> File[Any]:
        """The bytes. Raises FileNotFoundError."""
        if digest := digest_of(name):
            return _content().open(storage_name(digest), "rb")
        return super().open(name, mode)

    def exists(self, name: str) -> bool:
        """Whether they are here."""
        return (
            _content().exists(storage_name(digest)) if (digest := digest_of(name)) else super().exists(name)
        )

    def size(self, name: str) -> int:
        """Their number."""
        return _content().size(storage_name(digest)) if (digest := digest_of(name)) else super().size(name)

    def path(self, name: str) -> str:
        """Where they lie on this machine; a storage elsewhere refuses, as Django has it."""
        return _content().path(storage_name(digest)) if (digest := digest_of(name)) else super().path(name)

    def get_modified_time(self, name: str) -> dt.datetime:
        """When they came."""
        if digest := digest_of(name):
            return _content().get_modified_time(storage_name(digest))
        return super().get_modified_time(name)

    def delete(self, name: str) -> None:
        """Bytes stored by their content may be another file's as well, or a published document's."""
        if digest_of(name) is None:
            super().delete(name)


@deconstructible
class LibraryStorage(ContentNames, FileSystemStorage):
    """Uploads on this machine."""


def _content() -> Storage:
    return storages["content"]
