"""The doors to where content lies: the file system by default, S3 by setting."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol, cast, runtime_checkable

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, storages
from django.utils.deconstruct import deconstructible

from hub.env import env
from hub.files.quarantine import QuarantineFile


@runtime_checkable
class ContentDoor(Protocol):
    """What a storage of content-addressed files can do."""

    def quarantine(self) -> QuarantineFile:
        """A new temporary file for incoming bytes."""

    def adopt(self, incoming: QuarantineFile, name: str) -> None:
        """Make the finished file available under ``name``, all at once or not at all."""

    def exists(self, name: str) -> bool:
        """Whether that content is stored."""

    def open(self, name: str, mode: str = "rb") -> File[bytes]:
        """The stored bytes. Raises FileNotFoundError."""

    def delete(self, name: str) -> None:
        """Remove them."""


@deconstructible
class ContentStorage(FileSystemStorage):
    """Files under ``HUB_DATA_DIR/content``, moved in by one rename."""

    def __init__(self, location: str | Path | None = None) -> None:
        super().__init__(location=str(location or env.data_dir / "content"))

    def quarantine(self) -> QuarantineFile:
        """In a folder of the same file system, or the rename would be a copy."""
        return QuarantineFile(Path(self.location) / ".quarantine")

    def adopt(self, incoming: QuarantineFile, name: str) -> None:
        """Rename into place and make the rename itself durable."""
        source, target = incoming.finish(), Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        source.chmod(0o640)
        os.replace(source, target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def content_storage() -> ContentDoor:
    """The configured storage of content."""
    return cast(ContentDoor, storages["content"])
