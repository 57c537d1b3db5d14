"""How much is drawn for an SVG: a few hundred bytes can ask for billions of shapes.

What ``use``, patterns, markers, masks, clipping paths and filters refer to is drawn again for each shape that
refers to it (SVG 2, chapters 5, 11 and 13; CSS Masking 1), and so is what that refers to. Where it cannot be
told without a browser what a style applies to, it is taken to apply.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

MOST_REPEATED = 10_000
"""Shapes drawn because something refers to them, those written down not counted."""

MOST_WRITTEN = 50_000
DEEPEST = 100
"""Elements within each other, and references within each other, which programs follow by recursion."""

MOST_RULES = 1_000
"""Rules of style sheets that refer to something."""

FEW_STOPS = 16
"""A gradient of so many colours costs no more than a colour."""

PAINTS = ("fill", "stroke")
MARKERS = ("marker", "marker-start", "marker-mid", "marker-end")
OF_ITS_OWN = ("clip-path", "mask", "filter")
PROPERTIES = (*PAINTS, *MARKERS, *OF_ITS_OWN)
MOST_LOOKS = 20
"""Things that one property of an element may refer to, by all style sheets together."""

GRADIENTS = frozenset({"lineargradient", "radialgradient"})
HELD_BACK = frozenset({"defs", "symbol", "pattern", "marker", "mask", "clippath", "filter", *GRADIENTS})
"""What is drawn only where something refers to it."""

REFERRING = frozenset({"use", "pattern", "textpath", "feimage", "tref", "filter"})
"""Elements that draw what their link leads to."""

REFERENCE = re.compile(r"url\(\s*['\"]?\s*#([^'\")\s]*)")
NUMBER = re.compile(r"\d+")
PROPERTY = re.compile(r"[a-z-]+")
CLASS, IDENTIFIER, NAME = re.compile(r"\.([\w-]+)"), re.compile(r"#([\w-]+)"), re.compile(r"^[\w-]+$")


class TooHeavy(Exception):
    """More would be drawn than any picture needs, or things refer to each other in a circle."""


Look = dict[str, tuple[str, ...]]
"""What the properties of an element may refer to."""


def check_weight(tree: Element) -> None:
    """Raise :class:`TooHeavy` for a drawing that would take too long. Counts everything once."""
    _Weighing(tree).weight(tree, 0)


@dataclass(frozen=True)
class Weight:
    """What is drawn in all, how many elements that are without what they refer to, and their corners.

    ``height`` is how many of them stand within each other, references counted.
    """

    drawn: int = 0
    elements: int = 0
    corners: int = 0
    height: int = 0

    def beside(self, other: Weight) -> Weight:
        """Both of them."""
        return Weight(
            self.drawn + other.drawn,
            self.elements + other.elements,
            self.corners + other.corners,
            max(self.height, other.height),
        )

    def times(self, number: int) -> Weight:
        """As often as it is referred to: it is drawn, but stands elsewhere."""
        return Weight(self.drawn * number, 0, 0, self.height)


class _Weighing:
    """Knows what each element looks like and what has been weighed."""

    def __init__(self, tree: Element) -> None:
        self.by_id: dict[str, list[Element]] = {}
        self.looks: dict[Element, Look] = {}
        self.weights: dict[Element, Weight] = {}
        self.open: set[Element] = set()
        self.sheets = _sheets(tree)
        waiting: list[tuple[Element, Look, int]] = [(tree, {}, 0)]
        while waiting:
            element, around, depth = waiting.pop()
            if depth > DEEPEST or len(self.looks) >= MOST_WRITTEN:
                raise TooHeavy
            if name := element.get("id"):
                self.by_id.setdefault(name, []).append(element)
            inherited = {name: named for name, named in around.items() if name not in OF_ITS_OWN}
            look = self.looks[element] = {**inherited, **self._own(element)}
            waiting += [(child, look, depth + 1) for child in element]
        self.most = len(self.looks) + MOST_REPEATED

    def weight(self, element: Element, depth: int) -> Weight:
        """What is drawn for an element wherever it is drawn."""
        if element in self.weights:
            return self.weights[element]
        if element in self.open or depth > DEEPEST:
            raise TooHeavy
        self.open.add(element)
        weight = self._shape(element, depth)
        for part in element:
            if local(part.tag) not in HELD_BACK:
                weight = weight.beside(self.weight(part, depth + 1))
        if local(element.tag) in REFERRING:
            used = self._all(self._targets(element), depth)
            weight = weight.beside(used).beside(self._painted(element, used, depth))
        weight = Weight(weight.drawn, weight.elements, weight.corners, weight.height + 1)
        if weight.drawn > self.most or weight.height > DEEPEST:
            raise TooHeavy
        self.open.discard(element)
        self.weights[element] = weight
        return weight

    def _shape(self, element: Element, depth: int) -> Weight:
        """The element without what stands in it."""
        if local(element.tag) in GRADIENTS:
            return Weight(drawn=max(0, len(element) - FEW_STOPS))
        corners = len(NUMBER.findall(element.get("d", "") + element.get("points", ""))) or 2
        once = Weight(1, 1, corners)
        apart = self._all(self._named(element, OF_ITS_OWN), depth).times(1)
        return once.beside(apart).beside(self._painted(element, once, depth))

    def _painted(self, element: Element, what: Weight, depth: int) -> Weight:
        """What is drawn to paint so many elements and corners in the look of this one."""
        paints = self._all(self._named(element, PAINTS), depth).times(what.elements)
        return paints.beside(self._all(self._named(element, MARKERS), depth).times(what.corners))

    def _all(self, elements: Iterable[Element], depth: int) -> Weight:
        weight = Weight()
        for element in elements:
            weight = weight.beside(self.weight(element, depth + 1))
        return weight

    def _named(self, element: Element, properties: tuple[str, ...]) -> list[Element]:
        """What these properties of the element refer to. An id may be there twice, then it is both."""
        look = self.looks[element]
        names = dict.fromkeys(name for each in properties for name in look.get(each, ()))
        return [target for name in names for target in self.by_id.get(name, ())]

    def _targets(self, element: Element) -> list[Element]:
        links = {
            value.strip().removeprefix("#") for name, value in element.attrib.items() if local(name) == "href"
        }
        return [target for link in sorted(links) for target in self.by_id.get(link, ())]

    def _own(self, element: Element) -> Look:
        """What its attributes, its style and the style sheets refer to; each may be the one that counts."""
        said = [(local(name), value) for name, value in element.attrib.items() if local(name) in PROPERTIES]
        said += _declarations(element.get("style", ""))
        keys = [("all", ""), ("tag", local(element.tag)), ("id", element.get("id", ""))]
        keys += [("class", name) for name in element.get("class", "").split()]
        said += [each for key in keys for each in self.sheets.get(key, ())]
        own: Look = {}
        for name, value in said:
            own[name] = tuple({*own.get(name, ()), *REFERENCE.findall(value)})
            if len(own[name]) > MOST_LOOKS:
                raise TooHeavy
        return own


Rules = dict[tuple[str, str], dict[tuple[str, str], None]]
"""What style sheets say, by one thing that elements have for which they say it."""


def _sheets(tree: Element) -> Rules:
    """The rules that refer to something."""
    rules: Rules = {}
    found = 0
    for sheet in (element for element in tree.iter() if local(element.tag) == "style"):
        for rule in "".join(sheet.itertext()).split("}"):
            before, _brace, words = rule.rpartition("{")
            said = {each: None for each in _declarations(words) if REFERENCE.search(each[1])}
            lost = {(name, before): None for name in PROPERTIES if REFERENCE.search(before)}
            found += len(said) + len(lost)
            if found > MOST_RULES:
                raise TooHeavy
            rules.setdefault(("all", ""), {}).update(lost)
            for selector in before.rpartition("{")[2].split(",") if said else ():
                rules.setdefault(_subject(selector), {}).update(said)
    return rules


def _subject(selector: str) -> tuple[str, str]:
    """One thing that an element has for which the selector is, as far as it can be told."""
    last = (re.split(r"[\s>+~]+", selector.strip()) or [""])[-1]
    if re.search(r"[:\[|*\"'/(]", last):
        return "all", ""
    for kind, pattern in (("class", CLASS), ("id", IDENTIFIER)):
        if found := pattern.search(last):
            return kind, found[1]
    return ("tag", last.lower()) if NAME.search(last) else ("all", "")


def _declarations(words: str) -> Iterator[tuple[str, str]]:
    """Properties and values; where it is not clear which property is meant, it is each of them."""
    for each in words.split(";"):
        name, _colon, value = each.partition(":")
        name = name.strip().lower()
        if PROPERTY.fullmatch(name):
            yield from [(name, value)] if name in PROPERTIES else []
        elif REFERENCE.search(each):
            yield from ((known, each) for known in PROPERTIES)


def local(name: object) -> str:
    """A name without its namespace, in small letters."""
    return str(name).rpartition("}")[2].lower()
