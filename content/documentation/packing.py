"""A folder, or single files, as an archive: so that all ways in are read by the same rules."""

from __future__ import annotations

import os
import shutil
import stat
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, BinaryIO

from django.utils.translation import gettext

from content.documentation.gathering import ARCHIVE_LIMITS, PASSED_OVER
from hub.errors import UnreadableUpload

LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The first moment a ZIP can name: the same files make the same archive."""


def pack_folder(folder: Path, out: BinaryIO) -> list[str]:
    """Write the files below ``folder`` as a ZIP; returns the links among them, which are not followed.

    Hidden files and folders, such as ``.git``, are left out. Raises :class:`UnreadableUpload` for too many.
    """
    links: list[str] = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for count, path in enumerate(_files_below(folder, links)):
            if count >= ARCHIVE_LIMITS.entries:
                raise UnreadableUpload(
                    gettext(
                        "The folder holds more than %(limit)s files. Choose the one with the documentation."
                    )
                    % {"limit": ARCHIVE_LIMITS.entries}
                )
            with path.open("rb") as source:
                _write(archive, path.relative_to(folder).as_posix(), source)
    return links


def pack_files(files: Iterable[tuple[str, IO[bytes]]], out: BinaryIO) -> None:
    """Write single files as a ZIP. Raises :class:`UnreadableUpload` for two of one name."""
    names: set[str] = set()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, source in files:
            if name.lower() in names:
                raise UnreadableUpload(
                    gettext("Two of the files are called “%(name)s”. Pack them as a ZIP.") % {"name": name}
                )
            names.add(name.lower())
            _write(archive, name, source)


def _files_below(folder: Path, links: list[str]) -> Iterator[Path]:
    for base, folders, names in os.walk(folder):
        here = Path(base)
        links += [str((here / name).relative_to(folder)) for name in folders if (here / name).is_symlink()]
        folders[:] = sorted(name for name in folders if not _is_passed_over(name))
        for name in sorted(names):
            path = here / name
            if path.is_symlink():
                links.append(str(path.relative_to(folder)))
            elif not _is_passed_over(name) and stat.S_ISREG(path.stat().st_mode):
                yield path


def _is_passed_over(name: str) -> bool:
    return name.startswith(".") or name in PASSED_OVER


def _write(archive: zipfile.ZipFile, name: str, source: IO[Any]) -> None:
    info = zipfile.ZipInfo(name, LONG_AGO)
    info.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(info, "w") as target:
        shutil.copyfileobj(source, target)
