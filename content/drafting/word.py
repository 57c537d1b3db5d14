"""Reading Word files (.docx, ECMA-376): checked before they are unpacked, then read by mammoth."""

from __future__ import annotations

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
MAX_XML = 20_000_000
MAX_PICTURES = 60
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
    pictures: dict[str, Picture] = {}
    refused: set[str] = set()

    def keep(image: Any) -> dict[str, str]:
        ending = ENDINGS.get(image.content_type)
        if ending is None or len(pictures) >= MAX_PICTURES:
            refused.add(image.content_type)
            return {"src": ""}
        with image.open() as source:
            data = source.read()
        name = f"bild-{len(pictures) + 1}{ending}"
        pictures[name] = Picture(name, data, image.alt_text or "")
        return {"src": name}

    file.seek(0)
    try:
        result = mammoth.convert_to_html(
            file, style_map=STYLES, convert_image=mammoth.images.img_element(keep)
        )
    except Exception as error:  # whatever a damaged file does to the reader
        raise UnreadableUpload(_damaged()) from error
    outline = read_outline(result.value, pictures)
    left_out = tuple(
        _("a picture of the kind %(kind)s") % {"kind": kind.partition("/")[2]} for kind in sorted(refused)
    )
    return replace(outline, left_out=left_out)


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
            for part in parts:
                if PurePosixPath(part.filename).suffix in {".xml", ".rels"}:
                    _check_part(archive, part)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise UnreadableUpload(_damaged()) from error


def _check_size(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise UnreadableUpload(
            _("Unpacked, this file is far larger than a report. Take out large pictures and save it again.")
        )


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """The directory of an archive may lie about sizes; so each part is read up to its limit."""
    with archive.open(part) as source:
        data = source.read(MAX_XML + 1)
    if len(data) > MAX_XML:
        raise UnreadableUpload(
            _("Unpacked, this file is far larger than a report. Take out large pictures and save it again.")
        )
    if re.search(rb"<!DOCTYPE|<!ENTITY", data, re.IGNORECASE) or b"<\x00!\x00" in data:
        raise UnreadableUpload(_damaged())


def _damaged() -> str:
    return _("The file cannot be read. Open it in Word, save it again as .docx and try once more.")
