"""What a file is: by the ending of its name, held against its first bytes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import IO, Any

import filetype
from django.core.files.base import File
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hub.errors import UnreadableUpload

UNKNOWN = "application/octet-stream"
HEAD_BYTES = 8192
OOXML = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."

# Not the mimetypes module: it reads tables of the machine, and documents must not depend on it.
MEDIA_TYPES = {
    ".avif": "image/avif",
    ".csv": "text/csv",
    ".docx": f"{OOXML}wordprocessingml.document",
    ".geojson": "application/geo+json",
    ".gif": "image/gif",
    ".gpkg": "application/geopackage+sqlite3",
    ".gz": "application/gzip",
    ".html": "text/html",
    ".ics": "text/calendar",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".md": "text/markdown",
    ".mp4": "video/mp4",
    ".odp": f"{ODF}presentation",
    ".ods": f"{ODF}spreadsheet",
    ".odt": f"{ODF}text",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".pptx": f"{OOXML}presentationml.presentation",
    ".py": "text/x-python",
    ".srt": "application/x-subrip",
    ".svg": "image/svg+xml",
    ".tar": "application/x-tar",
    ".tgz": "application/gzip",
    ".txt": "text/plain",
    ".vtt": "text/vtt",
    ".webp": "image/webp",
    ".xlsx": f"{OOXML}spreadsheetml.sheet",
    ".xml": "application/xml",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".zip": "application/zip",
}

# What a browser takes for a page (WHATWG MIME Sniffing, section 7.1), and what it skips before.
PAGE = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|script|iframe|title|style|table|div|font|br|p|h1|b|a)[\s>/]",
    re.IGNORECASE,
)
SKIPPED = re.compile(rb"\s+|<!--.*?-->|<\?.*?\?>", re.DOTALL)
UTF8_MARK = b"\xef\xbb\xbf"
SVG_ROOT = re.compile(rb"<(?:\w+:)?svg[\s>]", re.IGNORECASE)
PROGRAMS = (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!")
UNICODE_MARKS = (b"\xff\xfe", b"\xfe\xff")
ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
ENCRYPTED_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TEXTS = frozenset(
    {
        "application/geo+json",
        "application/json",
        "application/x-subrip",
        "application/xml",
        "application/yaml",
    }
)


def media_type_of(name: str) -> str:
    """The media type by the ending of a file's name."""
    return MEDIA_TYPES.get(PurePosixPath(name).suffix.lower(), UNKNOWN)


def examine(file: IO[bytes] | File[Any], name: str) -> str:
    """The media type of a file that comes in; its position is set to the beginning.

    Where the ending promises a type, the first bytes have to agree. A file with another ending may be
    anything: it is handed on as unknown bytes, never opened. Raises :class:`UnreadableUpload` saying what
    the file is instead.
    """
    file.seek(0)
    head = file.read(HEAD_BYTES)
    file.seek(0)
    promised = media_type_of(name)
    if promised != UNKNOWN and not _agrees(promised, head):
        raise UnreadableUpload(
            _(
                "The name of “%(name)s” ends in %(ending)s, but the file is something else (%(found)s). "
                "Give it the right ending, or choose the right file."
            )
            % {"name": name, "ending": PurePosixPath(name).suffix, "found": _found(head)}
        )
    return promised


def differs(file: IO[bytes] | File[Any], media_type: str) -> str:
    """What a file seems to be instead of the type it is announced as; empty if they agree.

    A type that is not known here cannot be held against anything. The file's position is set to the
    beginning.
    """
    file.seek(0)
    head = file.read(HEAD_BYTES)
    file.seek(0)
    promised = media_type.partition(";")[0].strip().lower()
    if promised not in MEDIA_TYPES.values() or not head or _agrees(promised, head):
        return ""
    return "text/html" if _is_page(head) else filetype.guess_mime(head) or "something else"


def _agrees(promised: str, head: bytes) -> bool:
    if check := CHECKS.get(promised):
        return check(head)
    if promised.startswith(OOXML):
        return head.startswith(ENCRYPTED_OFFICE) or _is_office(promised, head)
    if promised.startswith(ODF):
        return _is_office(promised, head)
    if promised == "text/html":
        return _is_text(head)
    if promised.startswith("text/") or promised in TEXTS:
        return _is_text(head) and not (promised != "text/markdown" and _is_page(head))
    guessed = filetype.guess_mime(head)
    return bool(guessed == promised)


def _is_page(head: bytes) -> bool:
    """What is skipped is taken piece by piece and never given back: ways to divide it double with each."""
    place = len(UTF8_MARK) if head.startswith(UTF8_MARK) else 0
    while skipped := SKIPPED.match(head, place):
        place = skipped.end()
    return bool(PAGE.match(head, place))


def _is_office(promised: str, head: bytes) -> bool:
    """Some programs order the parts so that the first bytes show no more than an archive."""
    return head.startswith(ZIP) and filetype.guess_mime(head) in {promised, "application/zip"}


def _is_text(head: bytes) -> bool:
    return head.startswith(UNICODE_MARKS) or not (b"\0" in head or head.startswith(PROGRAMS[:-1]))


def _is_svg(head: bytes) -> bool:
    return _is_text(head) and bool(SVG_ROOT.search(head)) and not _is_page(head)


def _is_pdf(head: bytes) -> bool:
    """Some programs write a few bytes before the mark (PDF 1.7, implementation note 13)."""
    return b"%PDF-" in head[:1024] and not _is_page(head) and not head.startswith(PROGRAMS)


CHECKS: dict[str, Callable[[bytes], bool]] = {
    "application/geopackage+sqlite3": lambda head: head.startswith(b"SQLite format 3\0"),
    "application/gzip": lambda head: head.startswith(b"\x1f\x8b"),
    "application/pdf": _is_pdf,
    "application/zip": lambda head: head.startswith(ZIP),
    "image/svg+xml": _is_svg,
    "video/mp4": lambda head: head[4:8] == b"ftyp",
}


def _found(head: bytes) -> str:
    """What the bytes look like, in words for people."""
    if _is_page(head):
        return _("a web page")
    if head.startswith(PROGRAMS):
        return _("a program")
    return filetype.guess_mime(head) or (
        pgettext("kind of file", "plain text") if _is_text(head) else _("unknown bytes")
    )
