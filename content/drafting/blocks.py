"""From markup to the stored form of answer blocks: text, tables, code and pictures."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import nh3
from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag

PictureBlock = Callable[[str, str], dict[str, Any] | None]
"""From the ``src`` and ``alt`` of an image to the value of a picture block, or None to leave it out."""

CELL = {"b", "i", "a", "br", "code"}
TEXT = CELL | {"p", "h3", "h4", "ul", "ol", "li", "blockquote"}
SCHEMES = {"http", "https", "mailto", "tel"}
RENAMED = {"h1": "h3", "h2": "h3", "h5": "h4", "h6": "h4", "strong": "b", "em": "i"}


def to_blocks(html: str, picture: PictureBlock) -> list[dict[str, Any]]:
    """Raw blocks of an :class:`content.blocks.AnswerBlock`; neighbouring text shares one block."""
    soup = BeautifulSoup(html, "html.parser")
    for old, new in RENAMED.items():
        for tag in soup.find_all(old):
            tag.name = new
    blocks, text = [], ""
    for kind, value in _pieces(soup, picture):
        if kind == "paragraph":
            text += value
            continue
        blocks += _paragraph(text)
        text = ""
        blocks.append(_block(kind, value))
    return blocks + _paragraph(text)


def _pieces(parent: Tag, picture: PictureBlock) -> Iterator[tuple[str, Any]]:
    for node in list(parent.contents):
        if isinstance(node, NavigableString):
            if str(node).strip():
                yield "paragraph", f"<p>{node.output_ready()}</p>"
        elif isinstance(node, Tag):
            yield from _piece(node, picture)


def _piece(node: Tag, picture: PictureBlock) -> Iterator[tuple[str, Any]]:
    images = [node] if node.name == "img" else node.find_all("img")
    for image in images:
        image.extract()
    if node.name == "table":
        yield "table", _table(node)
    elif node.name == "pre":
        yield "code", node.get_text().rstrip("\n")
    elif node.name in {"div", "section", "article", "figure"}:
        yield from _pieces(node, picture)
    elif node.name != "img" and node.get_text().strip():
        yield "paragraph", _clean(str(node), TEXT)
    for image in images:
        value = picture(str(image.get("src", "")), str(image.get("alt", "")))
        if value:
            yield "picture", value


def _table(table: Tag) -> dict[str, Any]:
    caption = table.find("caption")
    rows = [list(row.find_all(["td", "th"])) for row in table.find_all("tr")]
    rows = [row for row in rows if row]
    width = max((len(row) for row in rows), default=0)
    head, body = (rows[0], rows[1:]) if rows else ([], [])
    kinds = [
        "rich" if any(n < len(row) and _is_marked_up(row[n]) for row in body) else "text"
        for n in range(width)
    ]
    return {
        "columns": [
            {"type": kind, "heading": _words(head[n]) if n < len(head) else ""}
            for n, kind in enumerate(kinds)
        ],
        "rows": [
            {"values": [_cell(kind, row[n]) if n < len(row) else "" for n, kind in enumerate(kinds)]}
            for row in body
        ],
        "caption": _words(caption) if caption else "",
    }


def _cell(kind: str, cell: Tag) -> str:
    if kind == "text":
        return _words(cell)
    paragraphs = [_clean(part.decode_contents(), CELL) for part in cell.find_all("p")]
    return f"<p>{'<br/>'.join(paragraphs) or _clean(cell.decode_contents(), CELL)}</p>"


def _is_marked_up(cell: Tag) -> bool:
    return cell.find(["b", "i", "a", "code", "ul", "ol"]) is not None or len(cell.find_all("p")) > 1


def _words(element: PageElement) -> str:
    return " ".join(element.get_text(" ").split())


def _clean(html: str, tags: set[str]) -> str:
    clean = nh3.clean(html, tags=tags, attributes={"a": {"href"}}, url_schemes=SCHEMES, link_rel=None)
    soup = BeautifulSoup(clean, "html.parser")
    for paragraph in soup.select("li > p, blockquote > p"):
        paragraph.unwrap()  # the editor holds text directly in items and quotations
    return str(soup)


def _paragraph(text: str) -> list[dict[str, Any]]:
    return [_block("paragraph", text)] if text.strip() else []


def _block(kind: str, value: Any) -> dict[str, Any]:
    return {"type": kind, "value": value, "id": str(uuid.uuid4())}
