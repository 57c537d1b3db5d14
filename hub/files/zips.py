"""ZIP archives: what is checked before and while one is opened.

Source of the record layouts: PKWARE's APPNOTE 6.3.10, sections 4.3.7, 4.3.12, 4.3.14, 4.3.15 and 4.3.16.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from typing import BinaryIO

from django.utils.translation import gettext

from hub.errors import UnsafeArchive
from hub.files.archive_entries import (
    Entry,
    Inventory,
    Limits,
    broken,
    encrypted,
    not_plain,
    safe_path,
    shown,
    too_many,
)

END = b"PK\x05\x06"
END_64 = b"PK\x06\x06"
LOCATOR_64 = b"PK\x06\x07"
CENTRAL = b"PK\x01\x02"
END_BYTES = 22
CENTRAL_BYTES = 46
LOCAL_BYTES = 30
LONGEST_COMMENT = 65_535

ENCRYPTED = 0x1 | 0x40 | 0x2000
UTF8 = 0x800

AVERAGE_RECORD = 2048
"""The directory of an archive is read at once, so it may be so many bytes for each entry allowed."""

READ_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)


class ZipSource:
    """A ZIP archive whose directory has been checked; :meth:`open` reads one entry of it."""

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        packed = file.seek(0, 2)
        count_entries(file, packed, limits)
        try:
            self._zip = zipfile.ZipFile(file)
        except READ_ERRORS as error:
            raise broken() from error
        inventory = Inventory(limits, packed)
        self._infos: dict[str, zipfile.ZipInfo] = {}
        _check_apart(self._zip.infolist(), self._zip.start_dir)
        for info in self._zip.infolist():
            if (entry := _take(info, inventory)) is not None:
                self._infos[entry.path] = info
        self.entries = tuple(inventory.entries)

    def open(self, path: str) -> BinaryIO:
        """The bytes of an entry."""
        try:
            return self._zip.open(self._infos[path])  # type: ignore[return-value]  # an IO[bytes] by any name
        except READ_ERRORS as error:
            raise broken(path) from error

    def close(self) -> None:
        """Let go of the directory; the file stays open."""
        self._zip.close()


def _take(info: zipfile.ZipInfo, inventory: Inventory) -> Entry | None:
    """Add the entry to the inventory; None for a folder."""
    name = _name_of(info)
    kind = stat.S_IFMT(info.external_attr >> 16)
    if info.flag_bits & ENCRYPTED:
        raise encrypted(name)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise not_plain(name)
    if name.endswith("/") and info.file_size == 0:
        if name.strip("./"):
            safe_path(name)
        return None
    return inventory.add(name, info.file_size)


def _name_of(info: zipfile.ZipInfo) -> str:
    """The whole name; macOS writes UTF-8 without saying so, Windows the code page of DOS."""
    name = info.orig_filename
    if info.flag_bits & UTF8:
        return name
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name


def _check_apart(infos: list[zipfile.ZipInfo], directory: int) -> None:
    """No two entries share bytes: overlapping ones make a small archive endlessly large."""
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise UnsafeArchive(_overlap(info.orig_filename))
        end = info.header_offset + LOCAL_BYTES + info.compress_size
    if end > directory:
        raise broken()


def _overlap(name: str) -> str:
    return gettext("“%(entry)s” shares its bytes with another file of the archive. Pack it anew.") % {
        "entry": shown(name)
    }


def count_entries(file: BinaryIO, packed: int, limits: Limits) -> None:
    """Walk through the directory in place, before it is read into memory.

    Raises :class:`UnsafeArchive` for too many entries, :class:`hub.errors.UnreadableUpload`
    where there is none.
    """
    size, end = _directory_of(file, packed)
    position, count = end - size, 0
    if size > limits.entries * AVERAGE_RECORD:
        raise too_many(limits)
    if position < 0:
        raise broken()
    while position + CENTRAL_BYTES <= end:
        file.seek(position)
        record = file.read(CENTRAL_BYTES)
        if record[:4] != CENTRAL:
            raise broken()
        position += CENTRAL_BYTES + sum(struct.unpack("<HHH", record[28:34]))
        count += 1
        if count > limits.entries * 2:  # folders are entries as well
            raise too_many(limits)


def _directory_of(file: BinaryIO, packed: int) -> tuple[int, int]:
    """Size of the central directory, and where it ends."""
    tail_bytes = min(packed, END_BYTES + LONGEST_COMMENT)
    file.seek(packed - tail_bytes)
    tail = file.read(tail_bytes)
    at = tail.rfind(END)
    if at < 0 or len(tail) - at < END_BYTES:
        raise broken()
    end = packed - tail_bytes + at
    size = int(struct.unpack("<L", tail[at + 12 : at + 16])[0])
    return _directory_64(file, end) or (size, end)


def _directory_64(file: BinaryIO, end: int) -> tuple[int, int] | None:
    """The same from the records of a ZIP64 archive, which lie right before the end record."""
    at = end - 20 - 56
    if at < 0:
        return None
    file.seek(at)
    record = file.read(76)
    if record[56:60] != LOCATOR_64 or record[:4] != END_64:
        return None
    return int(struct.unpack("<Q", record[40:48])[0]), at
