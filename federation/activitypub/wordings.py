"""The wording of a document as others show it: short, sanitised HTML whose links lead somewhere."""

from __future__ import annotations

from collections.abc import Iterator

import nh3
from django.utils.html import escape
from django.utils.translation import gettext as _

from hub.documents import Block, Document, Text

TAGS = {
    "p", "br", "strong", "b", "em", "i", "del", "code", "pre", "sub", "sup", "ul", "ol", "li", "blockquote",
    "a", "h2", "h3", "h4", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
MOST = 60_000
"""Characters of one wording; inboxes take messages of a megabyte at most."""
ALL_TOGETHER = 300_000


def content_of(document: Document, language: str, address: str) -> str:
    """The wording in that language as HTML, cut between two blocks where it is long; ``address`` has it all.

    What was taken over from files is left out: it is attached, or read on the page.
    """
    text = document.texts[language]
    room = min(MOST, ALL_TOGETHER // len(document.texts))
    pieces: list[str] = []
    for piece in _pieces(text):
        room -= len(piece)
        if room < 0:
            read_on = escape(_("Read on"))
            pieces.append(f'<p><a href="{escape(address)}">{read_on}</a></p>')
            break
        pieces.append(piece)
    return "".join(pieces)


def _pieces(text: Text) -> Iterator[str]:
    if text.summary:
        yield f"<p>{escape(text.summary)}</p>"
    for section in text.sections:
        if section.part:
            continue
        if section.heading and section.blocks:
            yield f"<h2>{escape(section.heading)}</h2>"
        yield from filter(None, map(_block, section.blocks))


def _block(block: Block) -> str:
    if block.kind == "picture":
        words = block.caption or block.text
        return f"<p><em>{escape(words)}</em></p>" if words else ""
    if not block.html:
        return f"<p>{escape(block.text)}</p>" if block.text else ""
    return nh3.clean(
        block.html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer",
        url_relative="deny",
    )
