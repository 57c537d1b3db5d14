"""A storage whose disk is full after some bytes: set as STORAGES["content"]."""

from __future__ import annotations

import errno
from pathlib import Path

from hub.files.partial import PartialFile, Writer
from hub.files.quarantine import QuarantineFile
from hub.files.storage import ContentStorage


class FullQuarantine(QuarantineFile):
    """Takes ``room`` bytes, then raises what the system raises."""

    room = 100_000

    def write(self, chunk: bytes) -> None:
        if self.size + len(chunk) > self.room:
            super().write(chunk[: self.room - self.size])
            raise OSError(errno.ENOSPC, "No space left on device")
        super().write(chunk)


class FullWriter(Writer):
    """The same for a file that comes in over several attempts."""

    def write(self, chunk: bytes) -> None:
        room = FullQuarantine.room - self.at
        super().write(chunk[:room])
        if len(chunk) > room:
            raise OSError(errno.ENOSPC, "No space left on device")


class FullPartial(PartialFile):
    """A beginning on that disk."""

    def _writer(self, descriptor: int, at: int) -> FullWriter:
        return FullWriter(descriptor, at)


class FullDiskStorage(ContentStorage):
    """The usual storage on such a disk."""

    def quarantine(self) -> FullQuarantine:
        return FullQuarantine(Path(self.location) / ".quarantine")

    def partial(self, name: str) -> FullPartial:
        return FullPartial(Path(self.location) / ".quarantine", name)
