"""The text of a DOCX (ISO/IEC 29500-1, WordprocessingML), by its headings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any
from xml.sax.handler import ContentHandler

from search.reading.packages import opened, parse
from search.reading.reader import Page
from search.reading.sections import Sections

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
FALLBACK = ("http://schemas.openxmlformats.org/markup-compatibility/2006", "Fallback")
"""Says once more what stands before it, for older programs."""

VALUE = (W, "val")
SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
BODY_TEXT_LEVEL = 9
STYLES = "word/styles.xml"
NOTES = ("word/footnotes.xml", "word/endnotes.xml")


def read(file: IO[bytes]) -> Iterator[Page]:
    """One section for each heading, the notes last; without comments and without what was deleted."""
    sections, styles = Sections(), _Styles()
    with opened(file) as package:
        parts = set(package.namelist())
        if STYLES in parts:
            parse(package, STYLES, styles)
        parse(package, "word/document.xml", _Wording(sections, styles.headings))
        for notes in NOTES:
            if notes in parts:
                sections.begin("")
                parse(package, notes, _Wording(sections, styles.headings))
    return sections.pages()


class _Styles(ContentHandler):
    """Which styles are headings: by their level, or by the name that Word gives them in every language."""

    def __init__(self) -> None:
        super().__init__()
        self.headings: set[str] = set()
        self._style = ""

    def startElementNS(self, name: Any, qname: Any, attrs: Any) -> None:
        if name == (W, "style"):
            self._style = attrs.get((W, "styleId"), "")
        elif name == (W, "name"):
            called = attrs.get(VALUE, "").lower()
            if called == "title" or called.startswith("heading "):
                self.headings.add(self._style)
        elif name == (W, "outlineLvl") and _is_heading(attrs.get(VALUE, "")):
            self.headings.add(self._style)


@dataclass
class _Paragraph:
    wording: list[str] = field(default_factory=list)
    style: str = ""
    outlined: bool = False


class _Wording(ContentHandler):
    """Puts paragraphs into sections; what stands in a text box comes before the paragraph that holds it."""

    def __init__(self, sections: Sections, headings: set[str]) -> None:
        super().__init__()
        self._sections = sections
        self._headings = headings
        self._open: list[_Paragraph] = []
        self._repeated = 0
        self._is_text = False

    def startElementNS(self, name: Any, qname: Any, attrs: Any) -> None:
        if name == FALLBACK:
            self._repeated += 1
        elif name == (W, "p"):
            self._open.append(_Paragraph())
        elif name[0] == W and self._open:
            self._begin(name[1], attrs)

    def characters(self, content: str) -> None:
        if self._is_text and self._open:
            self._open[-1].wording.append(content)

    def endElementNS(self, name: Any, qname: Any) -> None:
        if name == FALLBACK:
            self._repeated -= 1
        elif name == (W, "t"):
            self._is_text = False
        elif name == (W, "p"):
            self._finish(self._open.pop())

    def _begin(self, tag: str, attrs: Any) -> None:
        paragraph = self._open[-1]
        if tag == "t":
            self._is_text = True
        elif tag == "pStyle":
            paragraph.style = paragraph.style or attrs.get(VALUE, "")
        elif tag == "outlineLvl":
            paragraph.outlined = _is_heading(attrs.get(VALUE, ""))
        elif tag in SIGNS:
            paragraph.wording.append(SIGNS[tag])

    def _finish(self, paragraph: _Paragraph) -> None:
        text = "".join(paragraph.wording).strip()
        if not text or self._repeated:
            return
        if paragraph.outlined or paragraph.style in self._headings:
            self._sections.begin(text)
        else:
            self._sections.add(text)


def _is_heading(level: str) -> bool:
    return level.isdecimal() and int(level[:2]) < BODY_TEXT_LEVEL
