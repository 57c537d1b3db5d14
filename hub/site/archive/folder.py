"""The folder an archive grows in: beside its place until it is whole, so that nothing half-done stays."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hub.errors import HubError
from hub.site.archive.places import SIGNATURE, SUMS

CHUNK = 256 * 1024


class TargetTaken(HubError):
    """Where the archive should go there is something already: name another place, or empty this one."""


class ArchiveFolder:
    """Files below ``root``. Paths are relative, with ``/`` between their parts."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, path: str, content: bytes | str) -> None:
        """Write one file whole."""
        self.write_chunks(path, [content.encode() if isinstance(content, str) else content])

    def write_chunks(self, path: str, chunks: Iterable[bytes]) -> None:
        """Write one file piece by piece."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)

    def has(self, path: str) -> bool:
        """Whether it has been written."""
        return (self.root / path).is_file()

    def paths(self) -> Iterator[str]:
        """Every file, by folder and name."""
        return walk(self.root)

    def write_sums(self) -> int:
        """Write the checksum of every file as ``sha256sum -c`` reads them; returns how many there are."""
        listed = (path for path in self.paths() if path not in (SUMS, SIGNATURE))
        count = 0
        with (self.root / SUMS).open("w", encoding="utf-8") as sums:
            for path in listed:
                sums.write(f"{sha256_of(self.root / path)}  {path}\n")
                count += 1
        return count


@contextmanager
def growing_folder(target: Path, packed: bool) -> Iterator[ArchiveFolder]:
    """A folder that becomes ``target`` when the block ends well; else nothing of it stays.

    ``packed`` makes it one ZIP file. Raises :class:`TargetTaken` if there is something at ``target``, and
    ``OSError`` when the disk is full.
    """
    _refuse_taken(target, packed)
    target.parent.mkdir(parents=True, exist_ok=True)
    root = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".unfertig", dir=target.parent))
    growing = root.with_name(f"{root.name}.zip")
    try:
        yield ArchiveFolder(root)
        if packed:
            _pack(root, growing, target.name.removesuffix(".zip"))
            growing.rename(target)
        else:
            root.chmod(0o755)
            root.rename(target)
    finally:
        growing.unlink(missing_ok=True)
        shutil.rmtree(root, ignore_errors=True)


def walk(folder: Path) -> Iterator[str]:
    """The files below a folder, relative to it, sorted within each folder; one folder at a time in memory."""
    pending = [folder]
    while pending:
        here = pending.pop()
        found = sorted(here.iterdir())
        pending += reversed([path for path in found if path.is_dir() and not path.is_symlink()])
        yield from (path.relative_to(folder).as_posix() for path in found if not _is_folder(path))


def sha256_of(path: Path) -> str:
    """The checksum of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _refuse_taken(target: Path, packed: bool) -> None:
    is_empty = target.is_dir() and not packed and not any(target.iterdir())
    if (target.exists() or target.is_symlink()) and not is_empty:
        raise TargetTaken(f"{target} exists already: name another place, or remove it first")


def _pack(root: Path, growing: Path, name: str) -> None:
    """One ZIP file with one folder in it, so that unpacking it makes no mess."""
    with zipfile.ZipFile(growing, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        for path in walk(root):
            archive.write(root / path, f"{name}/{path}")
