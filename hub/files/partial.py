"""Files that come in over several attempts: what arrived stays on disk when a process ends."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from hub.errors import HubError

PREFIX = "partial-"
WEEK_SECONDS = 7 * 24 * 3600
CHUNK = 1024 * 1024
RESERVE_BYTES = 64 * 1024 * 1024
"""What a file that comes in leaves free: the database may lie on the same disk."""


class Overtaken(HubError):
    """Somebody else has added to the file meanwhile, or it is gone: ask how much is there, go on from it."""


class PartialFile:
    """The beginning of a file, named by its owner. Its size on disk is the truth about what arrived.

    Any process may go on writing at any time: each chunk is appended under a lock, and only if the file
    still ends where that writer believes it does. A writer whose connection hangs holds up nobody.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self.path = folder / f"{PREFIX}{name}"

    @property
    def size(self) -> int:
        """Bytes that are here; 0 if there is no such file."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    @property
    def room(self) -> int:
        """Bytes that may still be written to that disk."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return max(0, shutil.disk_usage(self.folder).free - RESERVE_BYTES)

    @contextmanager
    def appending(self, at: int) -> Iterator[Writer]:
        """Go on writing at byte ``at``; what was written is forced to the disk at the end, whatever happens.

        Raises :class:`Overtaken` if the file has another size, :class:`OSError` if the disk is full: what
        went in before stays.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            writer = self._writer(descriptor, at)
            writer.check()
            yield writer
        finally:
            os.fsync(descriptor)
            os.close(descriptor)

    @contextmanager
    def alone(self) -> Iterator[BinaryIO]:
        """The file for reading, while nobody else writes or has it alone; raises :class:`Overtaken`."""
        try:
            file = self.path.open("rb")
        except FileNotFoundError as error:
            raise Overtaken("the file is gone") from error
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Overtaken("somebody else has the file") from error
            if not self.path.exists():
                raise Overtaken("the file is gone")
            yield file

    def finish(self) -> Path:
        """The path of the whole file, which was forced to the disk as it was written."""
        return self.path

    def delete(self) -> None:
        """Remove it; nothing happens if it is gone."""
        self.path.unlink(missing_ok=True)

    def _writer(self, descriptor: int, at: int) -> Writer:
        return Writer(descriptor, at)


class Writer:
    """Appends chunks to an open file; ``at`` is where it ends."""

    def __init__(self, descriptor: int, at: int) -> None:
        self.at = at
        self._descriptor = descriptor

    def check(self) -> None:
        """Raise :class:`Overtaken` unless the file is there and ends at ``at``."""
        state = os.fstat(self._descriptor)
        if state.st_nlink == 0 or state.st_size != self.at:
            raise Overtaken(f"the file has {state.st_size} bytes instead of {self.at}")

    def append(self, chunk: bytes) -> None:
        """Write a chunk to its end."""
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        try:
            self.check()
            self.write(chunk)
        finally:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def write(self, chunk: bytes) -> None:
        """Write all of it, or raise :class:`OSError`."""
        rest = memoryview(chunk)
        while rest:
            written = os.write(self._descriptor, rest)
            self.at += written
            rest = rest[written:]


def digest_of_file(file: BinaryIO) -> str:
    """``sha256:<hex>`` of an open file, read once in pieces."""
    file.seek(0)
    found = hashlib.sha256()
    while chunk := file.read(CHUNK):
        found.update(chunk)
    return "sha256:" + found.hexdigest()


def delete_old_partials(folder: Path, seconds: int = WEEK_SECONDS) -> int:
    """Delete beginnings of files that nobody has added to for so long; their number.

    Also what a process that was killed has left behind of files that came in one go.
    """
    deleted = 0
    for path in (*folder.glob(f"{PREFIX}*"), *folder.glob("incoming-*")):
        try:
            if path.stat().st_mtime < time.time() - seconds:
                path.unlink()
                deleted += 1
        except FileNotFoundError:  # it was finished meanwhile
            continue
    return deleted
