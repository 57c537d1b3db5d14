"""Archives from outside, opened without being unpacked: ZIP, TAR and TAR.GZ.

Nothing is written to where its names point; archives within archives stay closed. What a header says of
sizes is a first reason to refuse, and each entry is counted again while it is read.
"""

from __future__ import annotations

import io
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, BinaryIO, Protocol, cast

from django.core.files.base import File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext

from hub.errors import UnreadableUpload
from hub.files.archive_entries import Entry, Limits, broken
from hub.files.tars import TarSource
from hub.files.zips import READ_ERRORS, ZipSource

__all__ = ["Archive", "Entry", "Limits", "open_archive"]

GZIP = b"\x1f\x8b"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
BLOCK = 512


class _Source(Protocol):
    """One kind of archive."""

    entries: tuple[Entry, ...]

    def open(self, path: str) -> BinaryIO: ...
    def close(self) -> None: ...


class Archive:
    """The files of an archive: ``entries`` in the order of the archive, folders left out."""

    def __init__(self, source: _Source) -> None:
        self._source = source
        self._sizes = {entry.path: entry.size for entry in source.entries}
        self.entries = source.entries

    def __contains__(self, path: str) -> bool:
        return path in self._sizes

    def open(self, path: str) -> BinaryIO:
        """An entry for reading; KeyError without one.

        Reading raises :class:`UnreadableUpload` where its bytes are damaged or not as many as stated.
        """
        size = self._sizes[path]
        return cast(BinaryIO, io.BufferedReader(_Counted(self._source.open(path), path, size)))

    def read(self, path: str, max_bytes: int) -> bytes:
        """The whole entry; :class:`UnreadableUpload` when it is larger than ``max_bytes``."""
        if self._sizes[path] > max_bytes:
            raise UnreadableUpload(
                gettext("“%(entry)s” in the archive is too large: %(limit)s at most.")
                % {"entry": path, "limit": filesizeformat(max_bytes)}
            )
        with self.open(path) as file:
            return file.read()


class _Counted(io.RawIOBase):
    """The bytes of an entry, which are as many as the archive says or it is refused."""

    def __init__(self, source: BinaryIO, path: str, size: int) -> None:
        self._source, self._path, self._left = source, path, size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            chunk = self._source.read(len(buffer))
        except (*READ_ERRORS, tarfile.TarError) as error:
            raise broken(self._path) from error
        self._left -= len(chunk)
        if self._left < 0 or (not chunk and self._left and len(buffer)):
            raise broken(self._path)
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        if not self.closed:
            self._source.close()
        super().close()


@contextmanager
def open_archive(file: IO[bytes] | File[bytes], name: str, limits: Limits | None = None) -> Iterator[Archive]:
    """The archive in ``file``, told by its bytes; ``name`` is only for the error. ``file`` stays open.

    Raises :class:`hub.errors.UnsafeArchive` for what would do harm and :class:`UnreadableUpload` for what
    is no such archive, damaged or encrypted; both name the entry and say what to do.
    """
    source = _source_of(cast(BinaryIO, file), name, limits or Limits())
    try:
        yield Archive(source)
    finally:
        source.close()


def _source_of(file: BinaryIO, name: str, limits: Limits) -> _Source:
    file.seek(0)
    start = file.read(BLOCK)
    if start[:4] in ZIP:
        return ZipSource(file, limits)
    if start[:2] == GZIP:
        if not _is_tar(_first_block(file)):
            raise _unknown(name)
        return TarSource(file, limits, compressed=True)
    if _is_tar(start):
        return TarSource(file, limits, compressed=False)
    raise _unknown(name)


def _first_block(file: BinaryIO) -> bytes:
    """The first block of what a gzip file holds; empty where it cannot be told."""
    file.seek(0)
    try:
        return zlib.decompressobj(wbits=31).decompress(file.read(64 * 1024), BLOCK)
    except zlib.error:
        return b""


def _is_tar(start: bytes) -> bool:
    """Whether a block is the header of a TAR entry (its checksum tells) or the end of an empty archive."""
    if len(start) < BLOCK:
        return False
    try:
        tarfile.TarInfo.frombuf(start, "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return not start.strip(b"\0")
    return True


def _unknown(name: str) -> UnreadableUpload:
    return UnreadableUpload(
        gettext("“%(name)s” is no archive that can be read here. Upload it as ZIP, TAR or TAR.GZ.")
        % {"name": name[:200]}
    )
