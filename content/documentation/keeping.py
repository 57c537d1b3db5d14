"""Pictures and files that documentation needs: taken out of the archive, examined, kept once."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import IO, Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext

from content.documentation.pictures import ENDINGS, examine_picture
from hub.errors import UnreadableUpload
from hub.files.archives import Archive
from hub.files.media_types import examine
from hub.files.services import store

MEGABYTE = 1024 * 1024
MAX_PICTURES = 200
MAX_PICTURE_BYTES = 10 * MEGABYTE
MAX_MEGAPIXELS = 500
"""Of all pictures together: some ten seconds of reading."""

MAX_FILES = 200
MAX_FILE_BYTES = 5 * MEGABYTE

Keep = Callable[[bytes, str], str]
"""Takes bytes and their media type, returns their digest."""


def only_name(data: bytes, media_type: str) -> str:
    """For a preview: nothing is stored."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


class Shelf:
    """Holds bytes in a file without a name until everything is read; only then are they stored."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._held: list[tuple[int, str]] = []

    def keep(self, data: bytes, media_type: str) -> str:
        """Put them aside; their digest. Raises :class:`OSError` when the disk is full."""
        self._file.write(data)
        self._held.append((len(data), media_type))
        return only_name(data, media_type)

    def store_all(self) -> None:
        """Store all of them by their content."""
        self._file.seek(0)
        for size, media_type in self._held:
            store(io.BytesIO(self._file.read(size)), media_type)


class Keeper:
    """Takes in what chapters show or link to. ``attachments`` are their facts, as the page keeps them.

    An attachment is ``{digest, name, media_type, size, title, role}``, see :class:`hub.documents.Attachment`.
    """

    def __init__(self, archive: Archive, paths: dict[str, str], keep: Keep) -> None:
        self._archive, self._paths, self._keep = archive, paths, keep
        self._kept: dict[tuple[str, str], dict[str, Any]] = {}
        self._pixels = 0

    def __contains__(self, path: str) -> bool:
        return path in self._paths

    @property
    def attachments(self) -> list[dict[str, Any]]:
        """Each once, in the order of its first use."""
        return list({(each["digest"], each["role"]): each for each in self._kept.values()}.values())

    def used(self) -> set[str]:
        """Paths that were taken in."""
        return {path for path, _role in self._kept}

    def keep_picture(self, path: str, alt: str) -> str:
        """The digest of a picture; raises :class:`UnreadableUpload` if it cannot be shown."""
        if (path, "picture") not in self._kept:
            if PurePosixPath(path).suffix.lower() not in ENDINGS:
                raise UnreadableUpload(gettext("The picture cannot be read. Use PNG, JPG, WebP, GIF or SVG."))
            self._check_number("picture", MAX_PICTURES)
            picture = examine_picture(path, self._read(path, MAX_PICTURE_BYTES))
            self._pixels += picture.pixels
            if self._pixels > MAX_MEGAPIXELS * 1_000_000:
                raise TooMuch(
                    gettext(
                        "Together the pictures have more than %(limit)s million pixels. Make them smaller."
                    )
                    % {"limit": MAX_MEGAPIXELS}
                )
            self._note(path, "picture", picture.data, picture.name, picture.media_type, alt)
        return str(self._kept[path, "picture"]["digest"])

    def keep_file(self, path: str) -> str:
        """The digest of a file to download; raises :class:`UnreadableUpload` if it is too large.

        So it does for what is something else than its name says.
        """
        if (path, "file") not in self._kept:
            self._check_number("file", MAX_FILES)
            name = PurePosixPath(path).name
            data = self._read(path, MAX_FILE_BYTES)
            self._note(path, "file", data, name, examine(io.BytesIO(data), name), name)
        return str(self._kept[path, "file"]["digest"])

    def _read(self, path: str, most: int) -> bytes:
        try:
            return self._archive.read(self._paths[path], most)
        except UnreadableUpload as error:
            raise UnreadableUpload(
                gettext("“%(path)s” cannot be taken over: it is damaged or larger than %(limit)s.")
                % {"path": path, "limit": filesizeformat(most)}
            ) from error

    def _check_number(self, role: str, most: int) -> None:
        if sum(1 for _path, held in self._kept if held == role) < most:
            return
        if role == "picture":
            raise TooMuch(gettext("The documentation shows more than %(limit)s pictures.") % {"limit": most})
        raise TooMuch(gettext("The documentation links to more than %(limit)s files.") % {"limit": most})

    def _note(self, path: str, role: str, data: bytes, name: str, media_type: str, title: str) -> None:
        self._kept[path, role] = {
            "digest": self._keep(data, media_type),
            "name": name,
            "media_type": media_type,
            "size": len(data),
            "title": title[:200],
            "role": role,
        }


class TooMuch(Exception):
    """A limit of the whole documentation is reached: the message says which."""
