"""What a file is, by its first bytes: what its sender calls it decides nothing that others read.

The same bytes may come from several instances, each with a type of its own, and are read once for all.
"""

from __future__ import annotations

from search.reading import DOCX, ODT, PDF, PLAIN

HEAD_BYTES = 8192
PDF_MARK = b"%PDF-"
MARK_WITHIN = 1024
"""Some programs write a few bytes before the mark (PDF 1.7, implementation note 13)."""

ZIP = b"PK\x03\x04"
FIRST_NAME = slice(30, 38)
"""Where an archive names its first file; OpenDocument wants that to be ``mimetype`` (part 3, section 3.3)."""

WORD_NAMES = (b"[Content_Types].xml", b"word/", b"_rels/")
ARCHIVES = frozenset({DOCX, ODT})


def kind_of(head: bytes, announced: str) -> str:
    """The media type as which a file with these first bytes is read.

    Text does not say of itself whether it is Markdown, nor does every archive what it holds: there
    the ``announced`` type counts.
    """
    place = head.find(PDF_MARK, 0, MARK_WITHIN)
    if place == 0 or (place > 0 and not _is_text(head)):
        return PDF
    if head.startswith(ZIP):
        return _kind_of_archive(head, announced)
    if announced == PDF and place > 0:
        return PLAIN
    return announced


def _kind_of_archive(head: bytes, announced: str) -> str:
    if head[FIRST_NAME] == b"mimetype":
        return ODT
    if any(name in head for name in WORD_NAMES):
        return DOCX
    return announced if announced in ARCHIVES else DOCX


def _is_text(head: bytes) -> bool:
    """Whether it is UTF-8; a letter that was cut in two at the end does not matter."""
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 3
    return b"\0" not in head
