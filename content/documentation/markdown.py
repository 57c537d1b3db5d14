"""One file of documentation: its title, its headings and what stands under them.

Read as CommonMark 0.31 with tables and struck-out text; markup of HTML is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.utils.translation import gettext
from markdown_it import MarkdownIt
from markdown_it.token import Token

from content.documentation.anchors import Anchors, Fragments
from hub.errors import UnreadableUpload

FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
CHOSEN = re.compile(r"[ \t]*\{:?[ \t]*#([\w.-]+)[^}]*\}[ \t]*$")
INDEXES = frozenset({"readme", "index"})
LONGEST_TITLE = 200
LONGEST_ANCHOR = 400
"""Characters at the end of a heading among which its author's anchor is looked for."""

SECTION_LEVELS = 2
"""Headings so deep begin a section; deeper ones stand within it."""

_markdown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


@dataclass(frozen=True)
class Group:
    """A top-level element: its tokens, and if it is a heading its level, wording and anchor."""

    tokens: list[Token]
    level: int = 0
    heading: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class MarkdownFile:
    """A parsed file. ``offset`` lines stand before what was parsed, ``anchor`` is that of its beginning."""

    path: str
    title: str
    anchor: str
    groups: tuple[Group, ...]
    fragments: Fragments
    offset: int


def decode(path: str, data: bytes) -> str:
    """The text of a file; :class:`UnreadableUpload` when it is not in UTF-8."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise UnreadableUpload(
            gettext("“%(path)s” is no text in UTF-8. Save it again with this encoding.") % {"path": path}
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parse(path: str, text: str, anchors: Anchors) -> MarkdownFile:
    """Parse a file and give each of its headings an anchor."""
    front = FRONT_MATTER.match(text)
    offset = front[0].count("\n") if front else 0
    tokens = _markdown.parse(text[front.end() :] if front else text)
    start = anchors.claim(*_words_of(path))
    fragments = Fragments(start)
    groups = list(_grouped(tokens))
    first = _take_title(groups)
    if first is not None:
        fragments.note(first.heading, start, first.anchor)
        title = first.heading
    else:
        title = (_title_in(front[1]) if front else "") or _title_of(path)
    named_groups = tuple(_anchored(group, path, anchors, fragments) for group in groups)
    return MarkdownFile(path, title[:LONGEST_TITLE], start, named_groups, fragments, offset)


def render(tokens: list[Token]) -> str:
    """The markup of some tokens; it is still to be sanitised."""
    return str(_markdown.renderer.render(tokens, _markdown.options, {}))


def _take_title(groups: list[Group]) -> Group | None:
    """Remove and return the heading the file begins with, comments and pictures before it passed over."""
    for n, group in enumerate(groups):
        if group.level == 1 and group.heading:
            return groups.pop(n)
        if group.level:
            return None
    return None


def _anchored(group: Group, path: str, anchors: Anchors, fragments: Fragments) -> Group:
    if not group.level:
        return group
    anchor = anchors.claim(*_words_of(path), group.heading)
    fragments.note(group.heading, anchor, group.anchor)
    return Group(group.tokens, group.level, group.heading, anchor)


def _grouped(tokens: list[Token]) -> Iterator[Group]:
    """Top-level elements; of a heading ``anchor`` is for now the one its author chose, if any."""
    start, depth = 0, 0
    for n, token in enumerate(tokens):
        depth += token.nesting
        if depth:
            continue
        part, start = tokens[start : n + 1], n + 1
        if part[0].type != "heading_open":
            yield Group(part)
            continue
        wording = _wording(part[1])
        words, end = wording[:-LONGEST_ANCHOR], wording[-LONGEST_ANCHOR:]
        chosen = CHOSEN.search(end)
        heading = (words + (end[: chosen.start()] if chosen else end)).strip()
        yield Group(part, int(part[0].tag[1:]), heading[:LONGEST_TITLE], chosen[1] if chosen else "")


def _title_in(front: str) -> str:
    """The title that the head in YAML gives, ``""`` without one."""
    for line in front.split("\n"):
        if line.startswith("title:"):
            title = line.removeprefix("title:").strip()
            for quote in "\"'":
                title = title.removeprefix(quote).removesuffix(quote)
            return title
    return ""


def _wording(inline: Token) -> str:
    """Plain words of a heading; a picture in it says its alternative text."""
    parts = (
        child.content if child.type in ("text", "code_inline", "image") else " "
        for child in inline.children or ()
        if child.type in ("text", "code_inline", "image", "softbreak", "hardbreak")
    )
    return " ".join("".join(parts).split())


def _words_of(path: str) -> tuple[str, ...]:
    return (str(PurePosixPath(path).with_suffix("")).replace("/", " "),)


def _title_of(path: str) -> str:
    """A title from the file's name, of an index from that of its folder."""
    pure = PurePosixPath(path)
    stem = pure.stem
    if stem.casefold() in INDEXES and pure.parent.name:
        stem = pure.parent.name
    wording = " ".join(re.sub(r"[-_]+", " ", stem).split()) or stem
    return wording[:1].upper() + wording[1:]
