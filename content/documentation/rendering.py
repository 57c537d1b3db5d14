"""From parsed files to sections and blocks: links mended, pictures apart, markup sanitised."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext
from markdown_it.token import Token

from content.documentation.links import Links
from content.documentation.markdown import SECTION_LEVELS, Group, MarkdownFile, render
from content.documentation.report import Report
from content.richtext import make_piece

DEEPER = frozenset({"h5", "h6", "s"})
"""Allowed beyond what running text may hold elsewhere: small headings and struck words."""

TASK = re.compile(r"^\[([ xX])\] ")
LINE_BREAK = re.compile(r"^<br\s*/?>$", re.IGNORECASE)
COMMENT = re.compile(r"^\s*<!--")
LANGUAGE = re.compile(r"^[\w+#.-]{1,30}")


@dataclass
class _Section:
    """A section while it is written; see :func:`render_file` for the shape it gets."""

    anchor: str
    heading: str
    level: int
    blocks: list[dict[str, str]] = field(default_factory=list)

    def add(self, block: dict[str, str]) -> None:
        number = len(self.blocks) + 1
        self.blocks.append({"anchor": f"{self.anchor}-{number}", **block})


@dataclass(frozen=True)
class _Shown:
    """A picture found in a text."""

    digest: str
    alt: str
    caption: str


def render_file(file: MarkdownFile, links: Links, report: Report) -> list[dict[str, Any]]:
    """The sections of a file, the first with its title: ``{anchor, heading, level, blocks}``.

    A block is ``{anchor, kind?, html?, text, digest?, caption?}``, see :class:`hub.documents.Block`; the
    caption of preformatted text is the language it is written in.
    """
    sections = [_Section(file.anchor, file.title, 1)]
    writer = _Writer(file, links, report)
    for group in file.groups:
        if group.level and not group.heading:
            continue
        if 0 < group.level <= SECTION_LEVELS:
            sections.append(_Section(group.anchor, group.heading, 2))
            continue
        for block in writer.blocks(group):
            sections[-1].add(block)
    return [vars(section) for section in sections]


class _Writer:
    """Writes the elements of one file."""

    def __init__(self, file: MarkdownFile, links: Links, report: Report) -> None:
        self.file, self.links, self.report = file, links, report

    def blocks(self, group: Group) -> Iterator[dict[str, str]]:
        """The element as a block, then the pictures in it."""
        tokens = group.tokens
        self._note_markup(tokens)
        shown = [picture for token in tokens if token.children for picture in self._inline(token)]
        if group.level:
            tokens[0].tag = tokens[-1].tag = "h5" if group.level == SECTION_LEVELS + 1 else "h6"
            chosen = {"anchor": group.anchor}
            tokens[1].children = [Token("text", "", 0, content=group.heading)]
        else:
            _adapt(tokens)
            chosen = {}
        markup = render([token for token in tokens if token.type != "html_block"])
        if tokens[0].type == "table_open":
            markup = markup.replace(">\n<", "><")  # or each cell would be a line of the plain wording
        piece = make_piece(markup, DEEPER)
        if piece.text:
            yield {**chosen, "html": piece.html, "text": piece.text, **_language_of(tokens[0])}
        for picture in shown:
            yield {
                "kind": "picture",
                "digest": picture.digest,
                "text": picture.alt,
                "caption": picture.caption,
            }

    def _line(self, token: Token, breaks: int = 0) -> int:
        return self.file.offset + (token.map[0] if token.map else 0) + 1 + breaks

    def _note_markup(self, tokens: list[Token]) -> None:
        for token in tokens:
            if token.type == "html_block" and not COMMENT.match(token.content):
                self.report.add("skipped", self.file.path, self._line(token), _html_left_out())

    def _inline(self, inline: Token) -> list[_Shown]:
        """Mend the children of a line of text; returns its pictures, which are taken out of it."""
        children: list[Token] = []
        shown: list[_Shown] = []
        unlinked: list[bool] = []
        breaks = 0
        for child in inline.children or ():
            line = self._line(inline, breaks)
            if child.type in ("softbreak", "hardbreak"):
                breaks += 1
                children.append(child)
            elif child.type == "image":
                shown += self._picture(child, line)
            elif child.type == "html_inline":
                children += self._html(child, line)
            elif child.type == "link_open":
                address = self.links.resolve(str(child.attrGet("href") or ""), self.file.path, line)
                unlinked.append(not address)
                if address:
                    child.attrs = {"href": address}
                    children.append(child)
            elif child.type == "link_close":
                if not unlinked.pop():
                    _close_link(children, child)
            else:
                children.append(child)
        inline.children = children
        return shown

    def _picture(self, image: Token, line: int) -> list[_Shown]:
        source, alt = str(image.attrGet("src") or ""), " ".join(image.content.split())
        digest = self.links.picture(source, alt, self.file.path, line)
        return [_Shown(digest, alt, str(image.attrGet("title") or ""))] if digest else []

    def _html(self, child: Token, line: int) -> list[Token]:
        if LINE_BREAK.match(child.content):
            return [Token("hardbreak", "br", 0)]
        if not COMMENT.match(child.content) and not child.content.startswith("</"):
            self.report.add("skipped", self.file.path, line, _html_left_out())
        return []


def _close_link(children: list[Token], closing: Token) -> None:
    """End a link; one that enclosed nothing but a picture goes."""
    if children and children[-1].type == "link_open":
        children.pop()
    else:
        children.append(closing)


def _adapt(tokens: list[Token]) -> None:
    """Headings within quotations become small, heads of tables say what they head, tasks get their boxes."""
    for n, token in enumerate(tokens):
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h6"
        elif token.type == "th_open":
            token.attrs = {"scope": "col"}
        elif token.type == "inline" and n > 1 and tokens[n - 2].type == "list_item_open":
            _tick(token)


def _tick(inline: Token) -> None:
    first = inline.children[0] if inline.children else None
    if first is not None and first.type == "text" and (task := TASK.match(first.content)):
        first.content = ("☐ " if task[1] == " " else "☑ ") + first.content[task.end() :]


def _language_of(token: Token) -> dict[str, str]:
    language = LANGUAGE.match(token.info.strip()) if token.type == "fence" else None
    return {"caption": language[0]} if language else {}


def _html_left_out() -> str:
    return gettext("Markup of HTML is left out. Write it as Markdown.")
