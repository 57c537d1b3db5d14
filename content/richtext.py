"""Rich text as edited to the blocks of a document: linked, sanitised and cut at the top level."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import nh3
from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag

BLOCK_TAGS = frozenset({"p", "h3", "h4", "ul", "ol", "blockquote", "pre", "table"})
INLINE_TAGS = frozenset({"strong", "em", "a", "br", "code", "cite", "sub", "sup"})
PART_TAGS = frozenset({"li", "caption", "thead", "tbody", "tr", "th", "td"})
ATTRIBUTES = {"a": {"href"}, "th": {"scope"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}
# Editors paste headings of any level; a block's own level starts below the section's.
RENAMED = {"h1": "h3", "h2": "h3", "h5": "h4", "h6": "h4", "b": "strong", "i": "em"}
LINE_TAGS = ("li", "tr", "p", "caption", "h3", "h4", "blockquote", "pre")

LinkResolver = Callable[[str, str], str]
"""From link type (``page``, ``document`` or ``""``) and id or address to an address, or ``""``."""


@dataclass(frozen=True)
class Piece:
    """One top-level element: its sanitised markup and its plain wording."""

    html: str
    text: str


def split_rich_text(source: str, resolve: LinkResolver) -> list[Piece]:
    """Cut ``source`` into its top-level elements; those without wording are left out."""
    soup = BeautifulSoup(source, "html.parser")
    for old, new in RENAMED.items():
        for tag in soup.find_all(old):
            tag.name = new
    for link in soup.find_all("a"):
        _resolve_link(link, resolve)
    pieces = [make_piece(html) for html in _top_level(soup)]
    return [piece for piece in pieces if piece.text]


def make_piece(html: str, more: frozenset[str] = frozenset()) -> Piece:
    """Sanitise one element and read its wording; ``more`` are tags that are allowed besides."""
    clean = nh3.clean(
        html,
        tags=set(BLOCK_TAGS | INLINE_TAGS | PART_TAGS | more),
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel=None,
        strip_comments=True,
    ).strip()
    return Piece(html=clean, text=plain_text(clean))


def plain_text(html: str) -> str:
    """The wording of ``html``: one line per paragraph, list item and table row."""
    soup = BeautifulSoup(html, "html.parser")
    for tag in soup.find_all("br"):
        tag.replace_with("\n")
    for tag in soup.find_all(("td", "th")):
        if tag.find_next_sibling(("td", "th")):
            tag.append(" | ")
    for tag in soup.find_all(LINE_TAGS):
        tag.insert_before("\n")
        tag.append("\n")
    lines = (re.sub(r"\s+", " ", line).strip() for line in soup.get_text().split("\n"))
    return "\n".join(line for line in lines if line)


def _resolve_link(link: Tag, resolve: LinkResolver) -> None:
    kind = str(link.get("linktype") or "")
    target = str(link.get("id") if kind in {"page", "document"} else link.get("href") or "")
    address = resolve(kind, target)
    link.attrs = {}
    if address:
        link["href"] = address
    else:
        link.unwrap()


def _top_level(parent: Tag) -> Iterator[str]:
    """Top-level elements as markup, seen through containers; what stands loose is put in paragraphs."""
    loose: list[PageElement] = []
    for node in parent.contents:
        if isinstance(node, Tag) and node.name not in INLINE_TAGS:
            if loose:
                yield _paragraph(loose)
                loose = []
            if node.name in BLOCK_TAGS:
                yield str(node)
            else:
                yield from _top_level(node)
        elif isinstance(node, Tag | NavigableString):
            loose.append(node)
    if loose:
        yield _paragraph(loose)


def _paragraph(nodes: list[PageElement]) -> str:
    # A text node's str() is unescaped; output_ready() is its markup.
    parts = (node.output_ready() if isinstance(node, NavigableString) else str(node) for node in nodes)
    return f"<p>{''.join(parts)}</p>"
