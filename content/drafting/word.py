"""Reading Word files (.docx, ECMA-376): checked before they are unpacked, then read by mammoth."""

from __future__ import annotations

import hashlib
import re
import zipfile
from dataclasses import replace
from pathlib import PurePosixPath
from typing import IO, Any

import mammoth
from django.utils.translation import gettext as _

from content.drafting.outline import Outline, Picture, read_outline
from hub.errors import UnreadableUpload

MAX_PARTS = 3_000
MAX_UNPACKED = 60_000_000
MAX_XML = 3_000_000
"""Of all parts that are XML, together."""

MAX_ELEMENTS = 60_000
"""Of these parts together; each costs the reader far more than its bytes."""

MAX_PICTURES = 60
MAX_PICTURE_BYTES = 40_000_000
"""Of all pictures together, each counted once however often it is shown."""

MAX_READ = 5 * MAX_PICTURE_BYTES
"""Of what is unpacked for showing them; a picture is unpacked each time it is shown."""

BEFORE_MARKUP = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"
OLE = b"\xd0\xcf\x11\xe0"
ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp"}
STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Titel'] => h1:fresh
p[style-name='Heading 1'] => h2:fresh
p[style-name='Heading 2'] => h3:fresh
p[style-name='Heading 3'] => h4:fresh
p[style-name='Heading 4'] => h5:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Quote'] => blockquote:fresh
"""


def read_word(file: IO[bytes]) -> Outline:
    """The outline of a .docx file.

    Raises :class:`hub.errors.UnreadableUpload` with what to do: no .docx, protected, damaged, or far
    larger unpacked than any report is.
    """
    _check(file)
    held = _Pictures()
    file.seek(0)
    try:
        result = mammoth.convert_to_html(
            file, style_map=STYLES, convert_image=mammoth.images.img_element(held.keep)
        )
    except UnreadableUpload:
        raise
    except Exception as error:  # whatever a damaged file does to the reader
        raise UnreadableUpload(_damaged()) from error
    outline = read_outline(result.value, held.pictures)
    left_out = tuple(
        _("a picture of the kind %(kind)s") % {"kind": kind.partition("/")[2]}
        for kind in sorted(held.refused)
    )
    return replace(outline, left_out=left_out)


class _Pictures:
    """The pictures of a file, each kept once."""

    def __init__(self) -> None:
        self.pictures: dict[str, Picture] = {}
        self.refused: set[str] = set()
        self._names: dict[bytes, str] = {}
        self._kept = self._read = 0

    def keep(self, image: Any) -> dict[str, str]:
        """The attributes of an ``img``. Raises :class:`hub.errors.UnreadableUpload` if it gets too much."""
        ending = ENDINGS.get(image.content_type)
        if ending is None:
            self.refused.add(image.content_type)
            return {"src": ""}
        with image.open() as source:
            data = source.read()
        self._read += len(data)
        digest = hashlib.sha256(data).digest()
        if digest not in self._names and len(self.pictures) >= MAX_PICTURES:
            self.refused.add(image.content_type)
            return {"src": ""}
        if digest not in self._names:
            name = self._names[digest] = f"bild-{len(self.pictures) + 1}{ending}"
            self.pictures[name] = Picture(name, data, image.alt_text or "")
            self._kept += len(data)
        if self._kept > MAX_PICTURE_BYTES or self._read > MAX_READ:
            raise UnreadableUpload(_too_large())
        return {"src": self._names[digest]}


def _check(file: IO[bytes]) -> None:
    start = file.read(4)
    file.seek(0)
    if start == OLE:
        raise UnreadableUpload(
            _(
                "This is an old or a password-protected Word file. Open it in Word and save it as .docx "
                "without a password."
            )
        )
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            if not any(part.filename == "word/document.xml" for part in parts):
                raise UnreadableUpload(_("This is not a Word file. Save your text as .docx or Markdown."))
            _check_size(parts)
            _check_markup(archive, parts)
    # RuntimeError and its subclass are zipfile's words for encrypted parts and compressions it does not know.
    except (zipfile.BadZipFile, RuntimeError, EOFError, OSError, ValueError) as error:
        raise UnreadableUpload(_damaged()) from error


def _check_size(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise UnreadableUpload(_too_large())


def _check_markup(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """Check what will be parsed, whatever a part is called: what leads to it names it freely.

    The directory of an archive may lie about sizes; so parts are read up to what is left of the limit.
    """
    size = elements = 0
    for part in parts:
        with archive.open(part) as source:
            data = source.read(100)
            is_named = PurePosixPath(part.filename).suffix in {".xml", ".rels"}
            if not is_named and data.lstrip(BEFORE_MARKUP)[:1] not in (b"<", b""):
                continue
            data += source.read(MAX_XML + 1 - size)
        size += len(data)
        elements += data.count(b"<") - data.count(b"</")
        if size > MAX_XML or elements > MAX_ELEMENTS:
            raise UnreadableUpload(_too_large())
        if re.search(rb"<!DOCTYPE|<!ENTITY", data, re.IGNORECASE) or b"<\x00!\x00" in data:
            raise UnreadableUpload(_damaged())


def _too_large() -> str:
    return _("Unpacked, this file is far larger than a report. Take out large pictures and save it again.")


def _damaged() -> str:
    return _("The file cannot be read. Open it in Word, save it again as .docx and try once more.")
