"""XML and JSON read safely, and so that everything knows the line it stands on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from events.printing.checking.faults import Unreadable

Path = tuple[str | int, ...]

BLANK = re.compile(r"\s*")
SIMPLE = re.compile(r'"(?:[^"\\]|\\.)*"|[^\s,:\[\]{}]+')


PARSER = {
    "resolve_entities": False,
    "load_dtd": False,
    "no_network": True,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}
INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}*"
"""Attributes by which a file names a schema of its own, which libxml2 would load from there."""


def read_xml(content: bytes) -> Any:
    """The root of a file, as lxml has it, without attributes that name a schema of its own.

    Nothing is loaded, and no entity is expanded. Raises :class:`Unreadable`, for one with a document type
    as well.
    """
    try:
        root = etree.fromstring(content, etree.XMLParser(**PARSER))
    except etree.XMLSyntaxError as error:
        raise Unreadable(error.lineno or 1, f"This is no XML: {error.msg}.") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable(1, "A schedule has no document type and no entities of its own.")
    etree.strip_attributes(root, INSTANCE)
    return root


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
