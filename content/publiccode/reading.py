"""From the bytes of a YAML file to plain data and where each part of it stands.

Safe for what strangers send: no tags are honoured, depth, size and number of parts are bounded, aliases are
counted as often as they are used. Source: YAML 1.2.2, core schema (so ``no`` and ``2026-04-15`` are words).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import yaml
from django.utils.translation import gettext as _

from content.publiccode.wording import explain_syntax

MAX_BYTES = 300_000
MAX_PARTS = 20_000
MAX_DEPTH = 20
TRUTHS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
NUMBER = re.compile(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?|0o[0-7]+|0x[0-9a-fA-F]+")

Path = tuple[str | int, ...]


class Place(NamedTuple):
    """Line and column, both from 1; 0 for what does not stand in the file at all."""

    line: int
    column: int


NOWHERE = Place(0, 0)


@dataclass(frozen=True)
class Finding:
    """Something to mend: where it stands, the path of the key and what to do."""

    place: Place
    path: Path
    message: str

    @property
    def key(self) -> str:
        """The path in words."""
        return key_of(self.path)


def key_of(path: Path) -> str:
    """The path as it is usually written, e.g. ``maintenance.contacts[0].email``."""
    written = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return written.removeprefix(".")


@dataclass
class Tree:
    """What was read. ``data`` is None where the file could not be read as YAML at all.

    ``numbers`` are the paths of values that YAML takes for numbers; they are kept as they are written.
    """

    data: Any = None
    places: dict[Path, Place] = field(default_factory=dict)
    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    numbers: list[Path] = field(default_factory=list)

    def place_of(self, path: Path) -> Place:
        """Where ``path`` stands, else the nearest part around it; nowhere for a key that is missing."""
        if path and path[:1] not in self.places:
            return NOWHERE
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Place(1, 1))

    def say(self, place: Place, path: Path, message: str) -> None:
        """Note an error."""
        self.errors.append(Finding(place, path, message))


class _TooMuch(Exception):
    """The file is not what anybody would write by hand."""


def read(source: bytes) -> Tree:
    """Read a file as far as it can be read; what is wrong with it is in ``errors``."""
    tree = Tree()
    if len(source) > MAX_BYTES:
        tree.say(Place(1, 1), (), _("The file is larger than 300 kilobytes. Shorten its descriptions."))
        return tree
    text = _decode(source, tree)
    indented = _spaces_for_tabs(text)
    try:
        _compose(text, tree)
    except yaml.YAMLError as error:
        if indented == text:
            _say_syntax(error, text, tree)
            return tree
        _say_tabs(text, tree)
        try:
            _compose(indented, tree)
        except yaml.YAMLError as second:
            _say_syntax(second, indented, tree)
    return tree


def _decode(source: bytes, tree: Tree) -> str:
    """The text; in another encoding it is read nevertheless, so that everything is said at once."""
    if source.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\x00" in source[:4]:
        tree.say(Place(1, 1), (), _("The file is in UTF-16. Save it in the encoding UTF-8."))
        has_mark = source.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        order = "utf-16" if has_mark else "utf-16-be" if source[:1] == b"\x00" else "utf-16-le"
        return source.decode(order, errors="replace")
    if source.startswith(codecs.BOM_UTF8):
        message = _("The file begins with a byte order mark. Save it as UTF-8 without one.")
        tree.warnings.append(Finding(Place(1, 1), (), message))
        source = source.removeprefix(codecs.BOM_UTF8)
    try:
        return source.decode("utf-8")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        column = error.start - source.rfind(b"\n", 0, error.start)
        message = _("A character here is not in UTF-8. Save the file in the encoding UTF-8.")
        tree.say(Place(line, column), (), message)
        return source.decode("cp1252", errors="replace")


def _compose(text: str, tree: Tree) -> None:
    tree.data, tree.numbers = None, []
    tree.places.clear()
    found = len(tree.errors)
    try:
        tree.data = _Composer(text, tree).document()
    except _TooMuch as error:
        del tree.errors[found:]
        tree.say(Place(1, 1), (), str(error))
    except yaml.YAMLError:
        del tree.errors[found:]
        raise


class _Composer:
    """Builds the data from the parser's events, without a tree of nodes in between."""

    def __init__(self, text: str, tree: Tree) -> None:
        self.events: Iterator[Any] = yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        self.tree = tree
        self.parts = 0
        self.anchors: dict[str, Any] = {}
        self.open: set[str] = set()

    def document(self) -> Any:
        """The one document of the file."""
        data: Any = None
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    message = _("A second document begins here. Delete “---” and what follows.")
                    self.tree.say(_place(event), (), message)
                    break
                data = self._value(next(self.events), ())
        if documents == 0 or data is None:
            self.tree.say(Place(1, 1), (), _("The file is empty. It begins with publiccodeYmlVersion."))
            return None
        if not isinstance(data, dict):
            self.tree.say(Place(1, 1), (), _("The file is no list of keys such as “name: …”."))
            return None
        return data

    def _value(self, event: Any, path: Path) -> Any:
        self._count(path)
        self.tree.places.setdefault(path, _place(event))
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, path)
        anchor = getattr(event, "anchor", None)
        if anchor:
            self.open.add(anchor)
        if isinstance(event, yaml.MappingStartEvent):
            value: Any = self._mapping(path)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self._sequence(path)
        else:
            value = self._scalar(event, path)
        if anchor:
            self.open.discard(anchor)
            self.anchors[anchor] = value
        return value

    def _mapping(self, path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self._value(event, (*path, "?"))
                self._value(next(self.events), (*path, "?"))
                self.tree.say(_place(event), path, _("A key is a word, not a list or a group of keys."))
                continue
            here = (*path, event.value)
            if event.value in values:
                first = self.tree.places[here].line
                message = _("“%(key)s” stands here a second time, first in line %(line)s. Delete one.")
                self.tree.say(_place(event), here, message % {"key": event.value, "line": first})
                self._forget(next(self.events), here)
                continue
            self.tree.places[here] = _place(event)
            value = self._value(next(self.events), here)
            values[event.value] = value
        return values

    def _forget(self, event: Any, path: Path) -> None:
        """Read past a value that stands there twice, keeping what is known of the first."""
        kept, self.tree = self.tree, Tree()
        self._value(event, path)
        self.tree = kept

    def _sequence(self, path: Path) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            values.append(self._value(event, (*path, len(values))))
        return values

    def _scalar(self, event: Any, path: Path) -> Any:
        text: str = event.value
        if event.style or (event.tag and event.tag != "!"):
            return text
        if text in NOTHING:
            return None
        if text in TRUTHS:
            return TRUTHS[text]
        if NUMBER.fullmatch(text):
            self.tree.numbers.append(path)
        return text

    def _alias(self, event: Any, path: Path) -> Any:
        if event.anchor in self.open or event.anchor not in self.anchors:
            self.tree.say(_place(event), path, _("This alias leads nowhere. Write out what is meant."))
            return None
        value = self.anchors[event.anchor]
        self._count(path, _parts_of(value, MAX_PARTS))
        return value

    def _count(self, path: Path, number: int = 1) -> None:
        self.parts += number
        if self.parts > MAX_PARTS:
            raise _TooMuch(_("The file has more than 20,000 parts. Check it for repetitions by “&” and “*”."))
        if len(path) > MAX_DEPTH:
            raise _TooMuch(_("The file is nested deeper than 20 levels. Check its indentation."))


def _parts_of(value: Any, most: int) -> int:
    """How many parts a value has, counted no further than ``most``."""
    waiting, parts = [value], 0
    while waiting and parts <= most:
        parts += 1
        part = waiting.pop()
        waiting.extend(part.values() if isinstance(part, dict) else part if isinstance(part, list) else ())
    return parts


def _place(event: Any) -> Place:
    return Place(event.start_mark.line + 1, event.start_mark.column + 1)


def _spaces_for_tabs(text: str) -> str:
    return re.sub(r"^[ \t]*\t[ \t]*", lambda match: match[0].replace("\t", "  "), text, flags=re.MULTILINE)


def _say_tabs(text: str, tree: Tree) -> None:
    for number, line in enumerate(text.splitlines(), 1):
        indent = line[: len(line) - len(line.lstrip(" \t"))]
        if "\t" in indent and line.strip():
            message = _("This line is indented with a tab. YAML allows spaces only; use two for each level.")
            tree.say(Place(number, indent.index("\t") + 1), (), message)


def _say_syntax(error: yaml.YAMLError, text: str, tree: Tree) -> None:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is not None:
        tree.say(
            Place(mark.line + 1, mark.column + 1), (), explain_syntax(str(getattr(error, "problem", "")))
        )
        return
    control = re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]", text)
    before = text[: control.start()] if control else ""
    place = Place(before.count("\n") + 1, len(before) - before.rfind("\n"))
    tree.say(place, (), _("There is a control character here that YAML does not allow. Delete it."))
