"""XML and JSON read so that everything knows the line it stands on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl, Locator

from defusedxml import DefusedXmlException
from defusedxml.sax import parseString

from events.printing.checking.faults import Unreadable

Path = tuple[str | int, ...]
DEEPEST = 200

BLANK = re.compile(r"\s*")
SIMPLE = re.compile(r'"(?:[^"\\]|\\.)*"|[^\s,:\[\]{}]+')


@dataclass
class Node:
    """An element of XML."""

    name: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)
    text: str = ""

    def all(self, *names: str) -> Iterator[Node]:
        """The elements on that way down from here."""
        for child in self.children:
            if child.name == names[0]:
                yield from child.all(*names[1:]) if names[1:] else (child,)

    def said(self, name: str) -> str:
        """The text of the first child of that name."""
        return next((child.text for child in self.all(name)), "")


class _Builder(ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.root: Node | None = None
        self.open: list[Node] = []
        self.locator: Locator | None = None

    def setDocumentLocator(self, locator: Locator) -> None:
        self.locator = locator

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        line = (self.locator.getLineNumber() if self.locator else None) or 1
        node = Node(name, line, dict(attrs.items()))
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node
        self.open.append(node)
        if len(self.open) > DEEPEST:
            raise Unreadable(node.line, f"Elements are nested more than {DEEPEST} deep.")

    def endElement(self, name: str) -> None:
        self.open.pop()

    def characters(self, content: str) -> None:
        self.open[-1].text += content


def read_xml(content: bytes) -> Node:
    """The root of a file. Raises :class:`Unreadable`, for one with a document type as well."""
    builder = _Builder()
    try:
        parseString(content, builder, forbid_dtd=True)
    except SAXParseException as error:
        raise Unreadable(error.getLineNumber() or 1, f"This is no XML: {error.getMessage()}.") from error
    except DefusedXmlException as error:
        raise Unreadable(1, "A schedule has no document type and no entities of its own.") from error
    if builder.root is None:  # pragma: no cover - an empty file is no XML already
        raise Unreadable(1, "The file is empty.")
    return builder.root


def read_json(content: bytes) -> tuple[Any, dict[Path, int]]:
    """What a file says, and the line of each of its parts by its path. Raises :class:`Unreadable`."""
    try:
        text = content.decode("utf-8-sig")
        said = json.loads(text)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Unreadable(line, "This is no UTF-8.") from error
    except json.JSONDecodeError as error:
        raise Unreadable(error.lineno, f"This is no JSON: {error.msg}.") from error
    except ValueError as error:
        raise Unreadable(1, "A number in it is longer than any schedule needs.") from error
    except RecursionError as error:
        raise Unreadable(1, "Parts are nested too deep.") from error
    return said, dict(_places(text))


def _places(text: str) -> Iterator[tuple[Path, int]]:
    """The line of each value of a text that is known to be JSON."""
    path: list[str | int] = []
    in_list: list[bool] = []
    line, at, is_key = 1, 0, False
    yield (), 1 + text[: len(text) - len(text.lstrip())].count("\n")
    while at < len(text):
        sign = text[at]
        found = SIMPLE.match(text, at)
        if sign in "[{":
            in_list.append(sign == "[")
            path.append(0 if sign == "[" else "")
            is_key = sign == "{"
            if sign == "[":
                yield tuple(path), _line_of_next(text, at + 1, line)
        elif sign in "]}":
            in_list.pop()
            path.pop()
        elif sign == ",":
            is_key = not in_list[-1]
            if in_list[-1]:
                path[-1] = int(path[-1]) + 1
                yield tuple(path), _line_of_next(text, at + 1, line)
        elif found and is_key:
            path[-1], is_key = json.loads(found[0]), False
            yield tuple(path), line
        line += sign == "\n"
        at = found.end() if found else at + 1


def _line_of_next(text: str, at: int, line: int) -> int:
    blank = BLANK.match(text, at)
    return line + (blank[0].count("\n") if blank else 0)
