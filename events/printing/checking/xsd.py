"""Validation against an XML schema (XSD 1.0) as far as our own one uses it.

It knows named types and elements; ``sequence``, ``all`` and a repeated ``choice``; attributes; text with
attributes; restrictions by a pattern. A schema with anything else is refused when it is read, so that none
says more than is checked.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from events.printing.checking.faults import Fault
from events.printing.checking.trees import Node, read_xml

KNOWN = frozenset(
    [
        "schema",
        "element",
        "complexType",
        "simpleType",
        "sequence",
        "all",
        "choice",
        "attribute",
        "simpleContent",
        "extension",
        "restriction",
        "pattern",
    ]
)
MODELS = ("sequence", "all", "choice")
UNBOUNDED = "unbounded"


def is_moment(text: str) -> bool:
    """Whether it is a moment of the calendar, written as ISO 8601 has it."""
    try:
        dt.datetime.fromisoformat(text)
    except ValueError:
        return False
    return "T" in text and len(text) >= len("2027-03-12T09:00:00")


def _is_date(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


BUILT_IN: dict[str, tuple[Callable[[str], object], str]] = {
    "xs:string": (lambda text: True, "text"),
    "xs:anyURI": (lambda text: not re.search(r"\s", text.strip()), "an address"),
    "xs:integer": (lambda text: re.fullmatch(r"[+-]?[0-9]{1,18}", text), "a whole number"),
    "xs:positiveInteger": (lambda text: re.fullmatch(r"\+?0*[1-9][0-9]{0,17}", text), "a number from 1 on"),
    "xs:boolean": (lambda text: text in {"true", "false", "0", "1"}, "true or false"),
    "xs:date": (_is_date, "a day such as 2027-03-12"),
    "xs:dateTime": (is_moment, "a moment such as 2027-03-12T09:00:00+01:00"),
}


class Schema:
    """A schema, read from a file. Raises ``ValueError`` for one that uses more than is known here."""

    def __init__(self, root: Node) -> None:
        for node in _walk(root):
            if node.name.removeprefix("xs:") not in KNOWN:
                raise ValueError(f"line {node.line}: {node.name} is not known here")
        self.elements = {each.attributes["name"]: each for each in root.all("xs:element")}
        self.complex = {each.attributes["name"]: each for each in root.all("xs:complexType")}
        self.simple = {each.attributes["name"]: each for each in root.all("xs:simpleType")}
        used = {
            node.attributes[name]
            for node in _walk(root)
            for name in ("type", "base")
            if name in node.attributes
        }
        if missing := used - {*self.complex, *self.simple, *BUILT_IN}:
            raise ValueError(f"types that nobody describes: {sorted(missing)}")

    def check(self, root: Node) -> Iterator[Fault]:
        """What is wrong with a file."""
        declared = self.elements.get(root.name)
        if declared is None:
            yield Fault(
                root.line, f"The file begins with <{root.name}> instead of <{', '.join(self.elements)}>."
            )
            return
        yield from self._check_element(root, declared.attributes["type"])

    def _check_element(self, node: Node, type_name: str) -> Iterator[Fault]:
        described = self.complex.get(type_name)
        if described is None:
            yield from self._check_attributes(node, [])
            yield from (
                Fault(node.line, f"<{node.name}> must not hold <{child.name}>.") for child in node.children
            )
            yield from self._check_text(node.text, type_name, f"<{node.name}>", node.line)
            return
        extended = next(described.all("xs:simpleContent", "xs:extension"), None)
        holder = extended or described
        yield from self._check_attributes(node, list(holder.all("xs:attribute")))
        if extended:
            yield from self._check_text(node.text, extended.attributes["base"], f"<{node.name}>", node.line)
        elif node.text.strip():
            yield Fault(node.line, f"<{node.name}> must hold no text of its own.")
        yield from self._check_children(node, described if not extended else None)

    def _check_attributes(self, node: Node, known: list[Node]) -> Iterator[Fault]:
        names = {each.attributes["name"]: each for each in known}
        for name in node.attributes.keys() - names.keys():
            if not name.startswith(("xmlns", "xsi:", "xml:")):
                yield Fault(node.line, f"<{node.name}> has no attribute “{name}”.")
        for name, each in names.items():
            if name in node.attributes:
                where = f"“{name}” of <{node.name}>"
                yield from self._check_text(node.attributes[name], each.attributes["type"], where, node.line)
            elif each.attributes.get("use") == "required":
                yield Fault(node.line, f"<{node.name}> lacks the attribute “{name}”.")

    def _check_children(self, node: Node, described: Node | None) -> Iterator[Fault]:
        model = next((m for kind in MODELS if described for m in described.all(f"xs:{kind}")), None)
        declared = {each.attributes["name"]: each for each in model.children} if model else {}
        kind = model.name.removeprefix("xs:") if model else ""
        for child in node.children:
            if child.name not in declared:
                yield Fault(child.line, f"<{node.name}> must not hold <{child.name}>.")
                continue
            yield from self._check_element(child, declared[child.name].attributes["type"])
        if kind != "choice":
            yield from _check_counts(node, declared)
        if kind == "sequence":
            yield from _check_order(node, list(declared))

    def _check_text(self, text: str, type_name: str, where: str, line: int) -> Iterator[Fault]:
        kind = type_name
        while (
            restricted := next(self.simple[kind].all("xs:restriction"), None) if kind in self.simple else None
        ):
            for pattern in restricted.all("xs:pattern"):
                if not re.fullmatch(pattern.attributes["value"], text, re.ASCII):
                    yield Fault(
                        line, f"{where} must look like {pattern.attributes['value']}, not “{_short(text)}”."
                    )
                    return
            kind = restricted.attributes["base"]
        is_valid, name = BUILT_IN[kind]
        if not is_valid(text if kind == "xs:string" else text.strip()):
            yield Fault(line, f"{where} must be {name}, not “{_short(text)}”.")


@cache
def load_schema() -> Schema:
    """Our schema of schedule.xml, read once for a process."""
    return Schema(read_xml(Path(__file__).with_name("schedule.xsd").read_bytes()))


def _check_counts(node: Node, declared: dict[str, Node]) -> Iterator[Fault]:
    for name, each in declared.items():
        found = [child for child in node.children if child.name == name]
        most = each.attributes.get("maxOccurs", "1")
        if len(found) < int(each.attributes.get("minOccurs", "1")):
            yield Fault(node.line, f"<{node.name}> lacks <{name}>.")
        if most != UNBOUNDED and len(found) > int(most):
            yield Fault(found[int(most)].line, f"<{node.name}> holds <{name}> more than once.")


def _check_order(node: Node, order: list[str]) -> Iterator[Fault]:
    reached = 0
    for child in node.children:
        if child.name in order:
            place = order.index(child.name)
            if place < reached:
                yield Fault(
                    child.line, f"<{child.name}> stands too late in <{node.name}>: before <{order[reached]}>."
                )
                return
            reached = place


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _short(text: str, most: int = 40) -> str:
    return text if len(text) <= most else f"{text[:most]}…"
