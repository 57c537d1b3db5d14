"""The entries of an archive: which names and sizes are accepted, whatever kind of archive it is.

An archive comes from outside, so each name is taken for an attack until it is shown to lie below the
folder it would be unpacked into, on every system, and to be the only one of its kind there.
"""

from __future__ import annotations

import errno
import re
import unicodedata
from dataclasses import dataclass, field

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext

from hub.errors import UnreadableUpload, UnsafeArchive

MEGABYTE = 1024 * 1024

HARMLESS_BYTES = 10 * MEGABYTE
"""So much may come out of any archive, however well it was compressed."""

LONGEST_PATH = 1000

DRIVE = re.compile(r"^[A-Za-z]:")


@dataclass(frozen=True)
class Limits:
    """What an archive may hold: files, bytes of them all, bytes of one, and of all for each byte packed."""

    entries: int = 20_000
    bytes: int = 2048 * MEGABYTE
    entry_bytes: int = 1024 * MEGABYTE
    ratio: int = 200


@dataclass(frozen=True)
class Entry:
    """A file in an archive: its path from the root of the archive, and its size in bytes."""

    path: str
    size: int


@dataclass
class Inventory:
    """Collects the entries of an archive of ``packed`` bytes and refuses the first that would do harm."""

    limits: Limits
    packed: int
    entries: list[Entry] = field(default_factory=list)
    _seen: dict[str, str] = field(default_factory=dict)
    _unpacked: int = 0

    def add(self, name: str, size: int) -> Entry:
        """Take in a file by the name and size the archive states.

        Raises :class:`UnsafeArchive` for what must not be unpacked, naming the entry.
        """
        path = safe_path(name)
        key = unicodedata.normalize("NFC", path.lower())
        if key in self._seen:
            raise UnsafeArchive(
                gettext("The archive holds “%(entry)s” twice (also as “%(other)s”). Pack it anew.")
                % {"entry": path, "other": self._seen[key]}
            )
        self._seen[key] = path
        self._weigh(path, size)
        entry = Entry(path, size)
        self.entries.append(entry)
        return entry

    def _weigh(self, path: str, size: int) -> None:
        if len(self.entries) >= self.limits.entries:
            raise too_many(self.limits)
        if size < 0 or size > self.limits.entry_bytes:
            raise UnsafeArchive(
                gettext("“%(entry)s” in the archive is too large: %(limit)s at most.")
                % {"entry": path, "limit": filesizeformat(self.limits.entry_bytes)}
            )
        self._unpacked += size
        check_sum(self._unpacked, self.packed, self.limits)


def check_sum(unpacked: int, packed: int, limits: Limits) -> None:
    """Raise :class:`UnsafeArchive` when ``packed`` bytes become more than they may."""
    if unpacked > limits.bytes:
        raise UnsafeArchive(
            gettext("Unpacked, the archive is too large: %(limit)s at most.")
            % {"limit": filesizeformat(limits.bytes)}
        )
    if unpacked > max(HARMLESS_BYTES, packed * limits.ratio):
        raise UnsafeArchive(
            gettext("Unpacked, the archive becomes more than %(ratio)s times as large. It is not opened.")
            % {"ratio": limits.ratio}
        )


def too_many(limits: Limits) -> UnsafeArchive:
    """The error for more entries than allowed."""
    return UnsafeArchive(
        gettext("The archive holds too many files: %(limit)s at most.") % {"limit": limits.entries}
    )


def not_plain(name: str) -> UnsafeArchive:
    """The error for an entry that is neither file nor folder."""
    return UnsafeArchive(
        gettext("“%(entry)s” in the archive is a link or a device. Only files and folders can be taken over.")
        % {"entry": shown(name)}
    )


def broken(name: str = "") -> UnreadableUpload:
    """The error for an archive, or an entry of it, that cannot be read to its end."""
    if name:
        return UnreadableUpload(
            gettext("“%(entry)s” in the archive is damaged. Pack the archive anew and upload it again.")
            % {"entry": shown(name)}
        )
    return UnreadableUpload(
        gettext("The archive is damaged or incomplete. Pack it anew and upload it again.")
    )


def is_full(error: OSError) -> bool:
    """Whether the disk has no room left, or its owner no more of it."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


def no_room() -> UnreadableUpload:
    """The error for what cannot be unpacked or kept because the disk is full."""
    return UnreadableUpload(
        gettext("There is no room for this file on the server at the moment. Please tell those who run it.")
    )


def encrypted(name: str) -> UnreadableUpload:
    """The error for an entry that needs a password."""
    return UnreadableUpload(
        gettext("“%(entry)s” in the archive is encrypted. Pack the archive without a password.")
        % {"entry": shown(name)}
    )


def safe_path(name: str) -> str:
    """The path of an entry with ``/`` between its parts, in Unicode's composed form.

    Raises :class:`UnsafeArchive` for paths that lead out of the folder or mean different files on
    different systems.
    """
    path = unicodedata.normalize("NFC", name)
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if (
        path.startswith("/")
        or "\\" in path
        or DRIVE.match(path)
        or ".." in parts
        or not parts
        or len(path) > LONGEST_PATH
        or any(unicodedata.category(letter) in ("Cc", "Cs") for letter in path)
    ):
        raise UnsafeArchive(
            gettext("“%(entry)s” is no safe path in an archive. Pack it anew from within the folder.")
            % {"entry": shown(name)}
        )
    return "/".join(parts)


def shown(name: str) -> str:
    """A name from outside, short and printable."""
    return "".join(letter if letter.isprintable() else "�" for letter in name[:200])
