"""Opening an archive to be read back: a folder as it lies there, a ZIP file safely unpacked."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.exceptions import ValidationError

from hub.catalogue.entries import check_projection
from hub.documents import Document
from hub.env import env
from hub.errors import HubError, UnreadableDocument, UnreadableUpload
from hub.files.archives import Limits, open_archive
from hub.site.archive import places
from hub.site.archive.checking import ENVELOPE, check_folder, read_object

GIGABYTE = 1024 * 1024 * 1024
LIMITS = Limits(entries=2_000_000, bytes=500 * GIGABYTE, entry_bytes=20 * GIGABYTE, ratio=200)
"""An archive of a whole hub is larger than what editors upload; a bomb is still told by its ratio."""


class UnusableArchive(HubError):
    """An archive that is not whole or not of this instance, see ``faults``. Nothing was changed."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Held:
    """One document of an archive with its envelope."""

    name: str
    envelope: dict[str, Any]
    body: bytes

    @property
    def document(self) -> Document:
        """The parsed body. Raises :class:`UnreadableDocument` for an unknown major version."""
        return Document.from_bytes(self.body)


@dataclass(frozen=True)
class ArchiveReader:
    """A whole and verified archive below ``root``."""

    root: Path
    manifest: dict[str, Any]

    def documents(self) -> Iterator[Held]:
        """Every document, one at a time in memory."""
        for file in sorted((self.root / "json").glob(f"*{ENVELOPE}")):
            name = file.name.removesuffix(ENVELOPE)
            body = file.with_name(f"{name}.json").read_bytes()
            yield Held(name, read_object(file) or {}, body)


@contextmanager
def opened_archive(place: Path) -> Iterator[ArchiveReader]:
    """The archive at ``place``, verified: checksums, signature, documents, log, links, instance.

    Raises :class:`UnusableArchive` with every fault at once, and ``OSError`` where it cannot be unpacked.
    """
    with _unpacked(place) as root:
        faults = check_folder(root)
        manifest = read_object(root / places.MANIFEST) or {}
        faults = faults or [*_check_manifest(manifest), *_check_signature(root)]
        reader = ArchiveReader(root, manifest)
        faults = faults or list(_check_readable(reader))
        if faults:
            raise UnusableArchive(faults)
        yield reader


@contextmanager
def _unpacked(place: Path) -> Iterator[Path]:
    if place.is_dir():
        yield place
        return
    if not place.is_file():
        raise UnusableArchive([f"there is no {place}"])
    env.data_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="wissenshub-archiv-", dir=env.data_dir) as folder:
        try:
            yield _unpack(place, Path(folder))
        except UnreadableUpload as error:
            raise UnusableArchive([str(error)]) from error


def _unpack(place: Path, folder: Path) -> Path:
    """Unpack into ``folder``; returns where the archive's root is, at its top or one folder below."""
    top = ""
    with place.open("rb") as file, open_archive(file, place.name, LIMITS) as archive:
        for entry in archive.entries:
            target = folder / entry.path
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(entry.path) as source, target.open("wb") as unpacked:
                shutil.copyfileobj(source, unpacked)
            above, _slash, name = entry.path.rpartition("/")
            if name == places.MANIFEST and "/" not in above:
                top = above
    return folder / top if top else folder


def _check_manifest(manifest: dict[str, Any]) -> Iterator[str]:
    name, _slash, version = str(manifest.get("format", "")).partition("/")
    known, _slash, own = places.FORMAT.partition("/")
    if name != known or version.split(".")[0] != own.split(".")[0]:
        yield f"{places.MANIFEST}: this version reads {places.FORMAT}, not {manifest.get('format')}"
    if manifest.get("origin") != env.origin:
        yield (
            f"The archive is of {manifest.get('origin')}, this instance is {env.origin}: ids hold under "
            f"their own address only, so set HUB_ORIGIN={manifest.get('origin')}"
        )


def _check_signature(root: Path) -> Iterator[str]:
    key_file, signature = root / places.PUBLIC_KEY, root / places.SIGNATURE
    if not key_file.is_file() or not signature.is_file():
        yield f"{places.SIGNATURE} or {places.PUBLIC_KEY} is missing"
        return
    try:
        key = serialization.load_pem_public_key(key_file.read_bytes())
        if not isinstance(key, Ed25519PublicKey):
            raise TypeError("another kind of key")
        key.verify(signature.read_bytes(), (root / places.SUMS).read_bytes())
    except (ValueError, TypeError, InvalidSignature):
        yield f"{places.SIGNATURE}: the signature of {places.SUMS} is wrong"


def _check_readable(reader: ArchiveReader) -> Iterator[str]:
    """Documents this version cannot read or the catalogue cannot hold."""
    for held in reader.documents():
        try:
            check_projection(held.document)
        except (UnreadableDocument, ValueError) as error:
            yield f"json/{held.name}.json: this version cannot read it: {error}"
        except ValidationError as error:
            yield f"json/{held.name}.json: it does not fit the catalogue: {error}"
