"""The blocks of a document as the parts an editor wrote them in."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup
from bs4.element import Tag

from content.blocks import AnswerBlock
from content.media import Media
from content.rebuilding.shelf import Shelf
from content.sections import build_blocks
from hub.documents import Block, Section

NATIVE = {"strong": "b", "em": "i"}
"""What the editor calls the elements that documents name otherwise."""
HEADING = re.compile(r"<h3>(.*?)</h3>", re.DOTALL)
ANSWER = AnswerBlock()


class Writer:
    """Turns blocks of one document into the stored form of StreamFields."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    def section(self, section: Section, kind: str = "section", **more: Any) -> dict[str, Any]:
        """A headed section."""
        return part(kind, {"heading": section.heading, "content": self.answer(section.blocks), **more})

    def answer(self, blocks: Iterable[Block]) -> list[dict[str, Any]]:
        """What an answer or section is made of; neighbouring text shares one part."""
        parts = []
        for is_text, group in groupby(map(self._part, blocks), key=lambda each: each["type"] == "paragraph"):
            if is_text:
                parts.append(part("paragraph", "".join(each["value"] for each in group)))
            else:
                parts += group
        return parts

    def chapters(self, blocks: Iterable[Block]) -> list[dict[str, Any]]:
        """A transcript, cut at its headings."""
        chapters: list[tuple[str, list[Block]]] = []
        for block in blocks:
            heading = HEADING.fullmatch(block.html)
            if heading and (not chapters or chapters[-1][1]):
                chapters.append((block.text, []))
            elif chapters:
                chapters[-1][1].append(block)
            else:
                chapters.append(("", [block]))
        return [
            part("section", {"heading": heading, "content": self.answer(held)}) for heading, held in chapters
        ]

    def source(self, html: str) -> str:
        """Markup as the editor stores it: its own names of elements, links to files as references."""
        soup = BeautifulSoup(html, "html.parser")
        for shown, native in NATIVE.items():
            for tag in soup.find_all(shown):
                tag.name = native
        for link in soup.find_all("a"):
            if document := self._linked_file(str(link.get("href") or "")):
                link.attrs = {"linktype": "document", "id": str(document.pk)}
        return str(soup)

    def _linked_file(self, href: str) -> Any:
        """The file that a link leads to, if it is one of the document's own."""
        pieces = unquote(urlsplit(href).path).split("/")
        if len(pieces) < 5 or pieces[1:3] != ["dateien", self.shelf.document.uuid]:
            return None
        return self.shelf.file(f"sha256:{pieces[3]}")

    def _part(self, block: Block) -> dict[str, Any]:
        if block.kind == "picture":
            image = self.shelf.picture(block.digest)
            value = {"image": image.pk if image else None, "alt": block.text, "caption": block.caption}
            return part("picture", value)
        root = BeautifulSoup(block.html, "html.parser").find(True)
        reader = _READERS.get(root.name) if root else None
        if reader is not None and root is not None:
            found = reader(self, root)
            if found is not None and self._says(found, block):
                return found
        return part("paragraph", self.source(block.html))

    def _says(self, found: dict[str, Any], block: Block) -> bool:
        """Whether a part would become the block it was read from; if not, it stays running text."""
        drafts = build_blocks(ANSWER.to_python([found])[0], Media(self.shelf.document.uuid))
        return [draft.html for draft in drafts] == [block.html]

    def _table(self, table: Tag) -> dict[str, Any] | None:
        head, body = table.find("thead"), table.find("tbody")
        if head is None or body is None:
            return None
        caption = table.find("caption")
        columns = [cell.get_text() for cell in head.find_all("th")]
        rows = [row.find_all("td", recursive=False) for row in body.find_all("tr", recursive=False)]
        if any(len(row) != len(columns) for row in rows):
            return None
        kinds = ["rich" if any(row[n].find(True) for row in rows) else "text" for n in range(len(columns))]
        value = {
            "columns": [{"type": kind, "heading": name} for kind, name in zip(kinds, columns, strict=True)],
            "rows": [
                {"values": [self._cell(kind, cell) for kind, cell in zip(kinds, row, strict=True)]}
                for row in rows
            ],
            "caption": caption.get_text() if caption else "",
        }
        return part("table", value)

    def _cell(self, kind: str, cell: Tag) -> str:
        return self.source(cell.decode_contents()) if kind == "rich" else cell.get_text()

    def _quote(self, quote: Tag) -> dict[str, Any] | None:
        paragraphs = quote.find_all("p", recursive=False)
        cite = paragraphs[1].find("cite") if len(paragraphs) == 2 else None
        if cite is None:
            return None
        link = cite.find("a")
        value = {
            "text": paragraphs[0].get_text(),
            "source": cite.get_text(),
            "address": str(link.get("href") or "") if link else "",
        }
        return part("quote", value)

    def _code(self, code: Tag) -> dict[str, Any]:
        return part("code", code.get_text())


_READERS: dict[str, Callable[[Writer, Tag], dict[str, Any] | None]] = {
    "table": Writer._table,
    "blockquote": Writer._quote,
    "pre": Writer._code,
}


def part(kind: str, value: Any) -> dict[str, Any]:
    """One block as a StreamField stores it."""
    return {"type": kind, "value": value, "id": str(uuid.uuid4())}


def free_sections(sections: Iterable[Section]) -> Iterator[Section]:
    """Those with headings of the writer's own choice."""
    return (each for each in sections if each.anchor.startswith("s-") and not each.part)


def find_section(sections: Iterable[Section], anchor: str) -> tuple[Block, ...]:
    """The blocks of the section with that anchor, none without it."""
    return next((each.blocks for each in sections if each.anchor == anchor), ())
