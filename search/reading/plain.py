"""Markdown and plain text."""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from typing import IO

from markdown_it import MarkdownIt
from markdown_it.token import Token

from search.reading import MOST_CHARACTERS
from search.reading.reader import Page
from search.reading.sections import LONGEST_SECTION, Sections

FRONT_MATTER = re.compile(r"\A---\n(?:[^\n]*\n){0,200}?(?:---|\.\.\.)\n")
SPACING = frozenset({"softbreak", "hardbreak"})

_markdown = MarkdownIt("commonmark", {"maxNesting": 50}).enable("table")


def read(file: IO[bytes]) -> Iterator[Page]:
    """The text, divided where it has page breaks and between paragraphs where it is long."""
    sections = Sections()
    for page in _decode(file).split("\f"):
        sections.begin("")
        for paragraph in page.split("\n\n"):
            for start in range(0, len(paragraph), LONGEST_SECTION):
                sections.add(paragraph[start : start + LONGEST_SECTION])
    return sections.pages()


def read_markdown(file: IO[bytes]) -> Iterator[Page]:
    """One section for each heading (CommonMark 0.31), without what a program put before the text."""
    sections = Sections()
    is_heading = False
    for token in _markdown.parse(FRONT_MATTER.sub("", _decode(file))):
        if token.type == "heading_open":
            is_heading = True
        elif token.type == "inline":
            if is_heading:
                sections.begin(_wording(token))
                is_heading = False
            else:
                sections.add(_wording(token))
        elif token.type in {"fence", "code_block"}:
            sections.add(token.content)
    return sections.pages()


def _wording(inline: Token) -> str:
    """What is read: words and code, alternative texts of pictures, no addresses and no markup."""
    return "".join(
        " " if child.type in SPACING else child.content
        for child in inline.children or ()
        if child.type in SPACING or child.type in {"text", "code_inline", "image"}
    )


def _decode(file: IO[bytes]) -> str:
    """As its mark says, else as UTF-8, else as Windows-1252, which reads everything."""
    data = file.read(4 * MOST_CHARACTERS + 1)
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        text = data.decode("utf-16", "replace")
    else:
        data = data.removeprefix(BOM_UTF8)
        text = _utf8(data) or data.decode("cp1252", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _utf8(data: bytes) -> str:
    """Empty if it is something else; a letter that was cut in two at the end does not matter."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        return data[: error.start].decode("utf-8") if error.start >= len(data) - 3 else ""
