"""Reading the text of attached files: PDF, DOCX, ODT, Markdown and plain text.

Files come from strangers, and no parser is safe. So a file is read by a process of its own that has little
memory and time, can open nothing and knows nothing (``python -m search.reading``). It writes what it finds
as lines of JSON, and what was written before it was ended counts.

Key files: ``running`` (starts that process), ``confining`` and ``reader`` (what runs in it), ``pdf``,
``word``, ``opendocument`` and ``plain`` (the formats), ``kinds`` (tells them apart), ``due`` (what is to be
read), ``services`` (reads it).

This module knows nothing of Django, nor does anything that runs in the process.
"""

from __future__ import annotations

from enum import StrEnum

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
MARKDOWN = "text/markdown"
PLAIN = "text/plain"
READABLE = frozenset({PDF, DOCX, ODT, MARKDOWN, PLAIN})
"""The media types that are read."""

MEGABYTE = 1024 * 1024
LARGEST_FILE = 100 * MEGABYTE
MOST_CHARACTERS = 2_000_000
"""Of one file; a page of a book has about 2,500."""

MOST_PAGES = 3_000
LONGEST_PAGE = 100_000
LONGEST_HEADING = 300


class Reason(StrEnum):
    """Why a file was not read, or not to its end."""

    ENCRYPTED = "encrypted"
    BROKEN = "broken"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    TOO_MUCH_MEMORY = "too_much_memory"
    CRASHED = "crashed"


class Unreadable(Exception):
    """The file cannot be read; ``reason`` says why. Nothing can be done but to attach another one."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason
