"""What runs in the reading process: from the bytes of a file to lines of JSON.

Each page or section is a line ``{"number", "heading", "text"}``, written at once. The last line is
``{"end": reason, "cut": bool}``; without it the process was ended.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import IO, Any, NamedTuple

from search.reading import (
    DOCX,
    LONGEST_HEADING,
    LONGEST_PAGE,
    MARKDOWN,
    MOST_CHARACTERS,
    MOST_PAGES,
    ODT,
    PDF,
    PLAIN,
    Reason,
    Unreadable,
)


class Page(NamedTuple):
    """A page by its number from 1, or a section by its place and heading; None as text: it is lost."""

    number: int
    heading: str
    text: str | None


Reader = Callable[[IO[bytes]], Iterator[Page]]

MODULES = {PDF: "pdf", DOCX: "word", ODT: "opendocument", MARKDOWN: "plain", PLAIN: "plain"}


def reader_of(media_type: str) -> Reader:
    """The reader of a format, with all it needs loaded. Raises KeyError for others."""
    module = import_module(f"search.reading.{MODULES[media_type]}")
    reader: Reader = module.read_markdown if media_type == MARKDOWN else module.read
    return reader


def answer(read: Reader, source: IO[bytes], sink: IO[bytes]) -> None:
    """Read the file and write what it holds; whatever a file brings about, it is said in the last line."""
    reason, cut = "", False
    try:
        cut = _write_pages(read(source), sink)
    except Unreadable as error:
        reason = error.reason.value
    except MemoryError:
        reason = Reason.TOO_MUCH_MEMORY.value
    except Exception:  # parsers raise anything on a broken file
        reason = Reason.BROKEN.value
    _write(sink, {"end": reason, "cut": cut})


def _write_pages(pages: Iterator[Page], sink: IO[bytes]) -> bool:
    """Whether something was left out. Raises :class:`Unreadable` if all of it is lost."""
    kept = lost = cut = False
    left = MOST_CHARACTERS
    for count, page in enumerate(pages, 1):
        if page.text is None:
            lost = True
            continue
        kept = True
        text = page.text[: min(LONGEST_PAGE, left)]
        cut = cut or len(text) < len(page.text)
        left -= len(text)
        _write(sink, {"number": page.number, "heading": page.heading[:LONGEST_HEADING], "text": text})
        if left <= 0 or count >= MOST_PAGES:
            cut = cut or next(pages, None) is not None
            break
    if lost and not kept:
        raise Unreadable(Reason.BROKEN)
    return cut or lost


def _write(sink: IO[bytes], line: dict[str, Any]) -> None:
    sink.write(json.dumps(line).encode("ascii") + b"\n")
    sink.flush()
