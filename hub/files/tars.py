"""TAR archives, plain or compressed with gzip.

Source of the layout: POSIX.1-2017, ``pax``, interchange formats. A compressed archive cannot be read from
its middle, so it is unpacked once into a temporary file that has no name.
"""

from __future__ import annotations

import gzip
import tarfile
import tempfile
import zlib
from typing import BinaryIO, cast

from hub.env import env
from hub.files.archive_entries import (
    Inventory,
    Limits,
    broken,
    check_sum,
    is_full,
    no_room,
    not_plain,
    safe_path,
    too_many,
)

CHUNK = 256 * 1024
BLOCK = 512
LONGEST_HEADER = 16 * 1024
"""Headers are read at once and searched for patterns; real ones are a few hundred bytes."""

READ_ERRORS = (tarfile.TarError, zlib.error, EOFError, gzip.BadGzipFile, ValueError, RecursionError, OSError)


class _Source:
    """A file as :mod:`tarfile` may read it: little at once, so that no header fills memory."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.longest = LONGEST_HEADER

    def read(self, size: int = -1) -> bytes:
        if size < 0 or size > self.longest:
            raise tarfile.ReadError("header too long")
        return self._file.read(size)

    def seek(self, position: int) -> int:
        return self._file.seek(position)

    def tell(self) -> int:
        return self._file.tell()


class TarSource:
    """A TAR archive whose entries have been checked; :meth:`open` reads one of them."""

    def __init__(self, file: BinaryIO, limits: Limits, compressed: bool) -> None:
        self._packed = file.seek(0, 2)
        file.seek(0)
        self._plain = _unpack(file, self._packed, limits) if compressed else None
        self._source = _Source(self._plain or file)
        self._source.seek(0)
        self._members: dict[str, tarfile.TarInfo] = {}
        try:
            self._list(limits)
        except READ_ERRORS as error:
            self.close()
            raise broken() from error
        except BaseException:
            self.close()
            raise
        self._source.longest = CHUNK

    def _list(self, limits: Limits) -> None:
        inventory = Inventory(limits, self._packed)
        self._tar = tarfile.open(fileobj=cast(BinaryIO, self._source), mode="r:")  # noqa: SIM115  # kept open
        folders = 0
        while (member := self._tar.next()) is not None:
            name = _name_of(member)
            if member.isdir():
                folders += 1
                _check_folder(name, folders, inventory)
                continue
            if not member.isreg() or member.issparse():
                raise not_plain(name)
            self._members[inventory.add(name, member.size).path] = member
        self._source.seek(self._tar.offset)
        if self._source.read(BLOCK) != bytes(BLOCK):  # a whole archive ends with empty blocks
            raise tarfile.ReadError("no end of archive")
        self.entries = tuple(inventory.entries)

    def open(self, path: str) -> BinaryIO:
        """The bytes of an entry."""
        try:
            return cast(BinaryIO, self._tar.extractfile(self._members[path]))
        except READ_ERRORS as error:
            raise broken(path) from error

    def close(self) -> None:
        """Drop what was unpacked; the file stays open."""
        if self._plain is not None:
            self._plain.close()


def _check_folder(name: str, folders: int, inventory: Inventory) -> None:
    if name.strip("./"):
        safe_path(name)
    if folders > inventory.limits.entries:
        raise too_many(inventory.limits)


def _unpack(file: BinaryIO, packed: int, limits: Limits) -> BinaryIO:
    """The content of a gzip file in a temporary file, counted while it is written."""
    folder = env.data_dir / "quarantine"
    folder.mkdir(parents=True, exist_ok=True)
    plain = tempfile.TemporaryFile(dir=folder, prefix="archive-")  # noqa: SIM115  # closed by the source
    try:
        with gzip.GzipFile(fileobj=file) as stream:
            while chunk := stream.read(CHUNK):
                plain.write(chunk)
                check_sum(plain.tell(), packed, limits)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        plain.close()
        raise broken() from error
    except OSError as error:
        plain.close()
        if is_full(error):
            raise no_room() from error
        raise
    except BaseException:
        plain.close()
        raise
    return cast(BinaryIO, plain)


def _name_of(member: tarfile.TarInfo) -> str:
    """The name; what is no UTF-8 was written on an old Windows system."""
    raw = member.name.encode("utf-8", "surrogateescape")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")
