"""The doors to where content lies: the file system by default, S3 by setting."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, cast, runtime_checkable

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, storages
from django.utils.deconstruct import deconstructible

from hub.env import env
from hub.files.partial import PartialFile
from hub.files.quarantine import QuarantineFile

PIECE = 256 * 1024


class Incoming(Protocol):
    """A file on its way in, as :class:`QuarantineFile` and :class:`PartialFile` are."""

    def finish(self) -> Path:
        """Force everything to the disk and return the path."""


@runtime_checkable
class ContentDoor(Protocol):
    """What a storage of content-addressed files can do."""

    def quarantine(self) -> QuarantineFile:
        """A new temporary file for incoming bytes."""

    def partial(self, name: str) -> PartialFile:
        """The file of that name that comes in over several attempts."""

    def adopt(self, incoming: Incoming, name: str) -> None:
        """Make the finished file available under ``name``, all at once or not at all."""

    def exists(self, name: str) -> bool:
        """Whether that content is stored."""

    def open(self, name: str, mode: str = "rb") -> File[bytes]:
        """The stored bytes. Raises FileNotFoundError."""

    def part(self, name: str, start: int, length: int) -> Iterator[bytes]:
        """Some of the stored bytes, piece by piece. Raises FileNotFoundError before the first."""

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

    def partial(self, name: str) -> PartialFile:
        """In the same folder."""
        return PartialFile(Path(self.location) / ".quarantine", name)

    def adopt(self, incoming: Incoming, name: str) -> None:
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

    def part(self, name: str, start: int, length: int) -> Iterator[bytes]:
        """Read from the disk as it is asked for."""
        file = self.open(name)
        file.seek(start)
        return _pieces(file, length)


def _pieces(file: File[bytes], length: int) -> Iterator[bytes]:
    with file:
        while length > 0 and (piece := file.read(min(PIECE, length))):
            length -= len(piece)
            yield piece


def content_storage() -> ContentDoor:
    """The configured storage of content."""
    return cast(ContentDoor, storages["content"])
