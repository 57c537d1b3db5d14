"""The text of an ODT (OpenDocument 1.3, part 3), by its headings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any
from xml.sax.handler import ContentHandler
from zipfile import ZipFile

from search.reading import Reason, Unreadable
from search.reading.packages import opened, parse
from search.reading.reader import Page
from search.reading.sections import Sections

TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
PARAGRAPH, HEADING = (TEXT, "p"), (TEXT, "h")
UNREAD = frozenset({(OFFICE, "annotation"), (TEXT, "tracked-changes"), (TEXT, "note-citation")})
"""Comments, what was deleted, and the numbers of notes."""

SIGNS = {(TEXT, "tab"): " ", (TEXT, "s"): " ", (TEXT, "line-break"): "\n"}
CONTENTS = "META-INF/manifest.xml"
WHOLE_ENCRYPTED = "encrypted-package"


def read(file: IO[bytes]) -> Iterator[Page]:
    """One section for each heading; without comments and without what was deleted."""
    sections = Sections()
    with opened(file) as package:
        if _is_encrypted(package):
            raise Unreadable(Reason.ENCRYPTED)
        parse(package, "content.xml", _Wording(sections))
    return sections.pages()


def _is_encrypted(package: ZipFile) -> bool:
    """Whether its parts are, or all of it in one (OpenDocument 1.3 part 2, 3.4 and 1.4)."""
    names = set(package.namelist())
    contents = _Contents()
    if CONTENTS in names:
        parse(package, CONTENTS, contents)
    return contents.encrypted or WHOLE_ENCRYPTED in names


class _Contents(ContentHandler):
    encrypted = False

    def startElementNS(self, name: Any, qname: Any, attrs: Any) -> None:
        self.encrypted = self.encrypted or name == (MANIFEST, "encryption-data")


class _Wording(ContentHandler):
    """Puts paragraphs into sections; a note comes before the paragraph that holds it."""

    def __init__(self, sections: Sections) -> None:
        super().__init__()
        self._sections = sections
        self._open: list[list[str]] = []
        self._unread = 0

    def startElementNS(self, name: Any, qname: Any, attrs: Any) -> None:
        if name in UNREAD:
            self._unread += 1
        elif name in (PARAGRAPH, HEADING):
            self._open.append([])
        elif name in SIGNS:
            self.characters(SIGNS[name])

    def characters(self, content: str) -> None:
        if self._open and not self._unread:
            self._open[-1].append(content)

    def endElementNS(self, name: Any, qname: Any) -> None:
        if name in UNREAD:
            self._unread -= 1
        elif name in (PARAGRAPH, HEADING) and (text := "".join(self._open.pop()).strip()):
            if name == HEADING:
                self._sections.begin(text)
            else:
                self._sections.add(text)
