"""The map of bodies as dots: those that publish are links, the others quiet. No tiles, no scripts.

Two thousand dots stay light: quiet ones are single circles only while they are few, else one path
for all of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from hub.site.bodies.geography import (
    HEIGHT,
    KNOWN_WORLD,
    MOSELLE,
    RHINE,
    WIDTH,
    Frame,
    Place,
    Point,
    River,
    fit_frame,
)  # fmt: skip
from theme.marks import accent_of

MOST_LINKS = 300
MOST_TITLES = 300
MOST_NAMES = 9
FEW = 12
"""Up to so many bodies all have their names, as far as there is room."""
SHORTER = {"Verbandsgemeinde ": "VG ", "Landkreis ": "Kreis ", " am Rhein": ""}
SMALLEST_DOT, LARGEST_DOT, QUIET_DOT = 6.0, 15.0, 4.0
REACH = 18.5
"""The radius within which a tap means a dot: 24 pixels across where the map has 305 (WCAG 2.5.8)."""
CROWD = 40
"""From so many links on, dots shrink so that neighbours stay apart."""
LETTER, LINE = 9.4, 22.0
"""Width of a letter and height of a line of the names, in units of the picture."""


@dataclass(frozen=True)
class Mark:
    """What is to be shown of one body: where it lies and how much it has published."""

    key: str
    name: str
    place: Place | None
    count: int = 0


@dataclass(frozen=True)
class Dot:
    """A body in the picture. ``title`` says its name and what it has published."""

    key: str
    name: str
    x: float
    y: float
    radius: float
    count: int
    accent: str

    @property
    def ring(self) -> float:
        """The radius of a ring around it."""
        return self.radius + 4


@dataclass(frozen=True)
class Name:
    """A name beside its dot; ``anchor`` is ``start``, ``middle`` or ``end``."""

    text: str
    x: float
    y: float
    anchor: str

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the wording."""
        width = len(self.text) * LETTER
        left = self.x - {"start": 0.0, "middle": width / 2, "end": width}[self.anchor]
        return left, self.y - LINE * 0.8, left + width, self.y + LINE * 0.2


@dataclass(frozen=True)
class RiverLine:
    """A river in the picture, with its name where that lies inside."""

    path: str
    name: str
    label: Point | None


@dataclass(frozen=True)
class DotMap:
    """Everything the template draws. ``backdrop`` and ``merged`` are paths of many dots each."""

    backdrop: str
    merged: str
    quiet: tuple[Dot, ...]
    links: tuple[Dot, ...]
    names: tuple[Name, ...]
    rivers: tuple[RiverLine, ...]
    unplaced: int
    here: Dot | None
    width: int = WIDTH
    height: int = HEIGHT
    reach: float = REACH

    @property
    def is_empty(self) -> bool:
        """Whether no body is shown."""
        return not (self.links or self.quiet or self.merged)


def draw_map(found: Sequence[Mark], others: Iterable[Mark] = (), *, here: str = "") -> DotMap:
    """The map of ``found``, over ``others`` as a backdrop. The body of the key ``here`` stands out."""
    placed = [mark for mark in found if mark.place and KNOWN_WORLD.holds(mark.place)]
    frame = fit_frame(mark.place for mark in placed if mark.place)
    publishing = sorted((mark for mark in placed if mark.count), key=lambda mark: -mark.count)
    linked, rest = publishing[:MOST_LINKS], publishing[MOST_LINKS:]
    silent = [mark for mark in placed if not mark.count] + rest
    scale = _Scale(frame, linked)
    links = tuple(map(scale.dot, linked))
    few = len(silent) <= MOST_TITLES
    quiet = tuple(map(scale.dot, silent)) if few else ()
    dots = (*links, *quiet)
    named = [dot for dot in dots if dot.count or dot.key == here or len(placed) <= FEW]
    named.sort(key=lambda dot: dot.key != here)
    return DotMap(
        backdrop=_merge(others, frame),
        merged="" if few else _merge(silent, frame),
        quiet=quiet,
        links=links,
        names=_place_names(named, links),
        rivers=tuple(_draw_river(river, frame) for river in _rivers()),
        unplaced=len(found) - len(placed),
        here=next((dot for dot in dots if dot.key == here), None),
    )


def _rivers() -> tuple[River, River]:
    return (
        River(_("Rhine"), RHINE, Place(50.12, 7.83)),
        River(_("Moselle"), MOSELLE, Place(49.83, 7.12)),
    )


def _draw_river(river: River, frame: Frame) -> RiverLine:
    inside = frame.holds(river.label)
    return RiverLine(river.path(frame), river.name, frame.project(river.label) if inside else None)


class _Scale:
    """How large dots are: their area grows with what is published, and all shrink in a crowd."""

    def __init__(self, frame: Frame, linked: Sequence[Mark]) -> None:
        self.frame = frame
        self.largest = linked[0].count if linked else 1
        self.shrink = min(1.0, max(0.55, math.sqrt(CROWD / max(len(linked), 1))))

    def dot(self, mark: Mark) -> Dot:
        point = self.frame.project(mark.place or Place(0, 0))
        radius = QUIET_DOT
        if mark.count:
            share = math.sqrt(mark.count / self.largest)
            radius = (SMALLEST_DOT + (LARGEST_DOT - SMALLEST_DOT) * share) * self.shrink
        return Dot(mark.key, mark.name, point.x, point.y, round(radius, 1), mark.count, accent_of(mark.key))


def _merge(marks: Iterable[Mark], frame: Frame) -> str:
    """Many dots as one path of lines without length, which round ends make visible."""
    points = (frame.project(mark.place) for mark in marks if mark.place and frame.holds(mark.place))
    return "".join(f"M{x} {y}h0" for x, y in dict.fromkeys((round(p.x), round(p.y)) for p in points))


def _place_names(wanted: Sequence[Dot], obstacles: Sequence[Dot]) -> tuple[Name, ...]:
    """Names of the first dots for which there is room, without one lying on another or on a dot."""
    names: list[Name] = []
    for dot in wanted:
        free = (name for name in _positions(dot) if _is_free(name, names, dot, obstacles))
        if name := next(free, None):
            names.append(name)
        if len(names) == MOST_NAMES:
            break
    return tuple(names)


def _positions(dot: Dot) -> list[Name]:
    gap = dot.radius + 6
    right = Name(_shorten(dot.name), round(dot.x + gap, 1), round(dot.y + 6, 1), "start")
    above = replace(right, x=dot.x, y=round(dot.y - gap, 1), anchor="middle")
    below = replace(above, y=round(dot.y + gap + LINE * 0.6, 1))
    over_edge = [
        replace(each, x=round(dot.x + shift, 1), anchor=anchor)
        for shift, anchor in ((dot.radius, "end"), (-dot.radius, "start"))
        for each in (above, below)
    ]
    return [right, replace(right, x=round(dot.x - gap, 1), anchor="end"), above, below, *over_edge]


def _shorten(name: str) -> str:
    for long, short in SHORTER.items():
        name = name.replace(long, short)
    return name


def _is_free(name: Name, names: Sequence[Name], own: Dot, dots: Sequence[Dot]) -> bool:
    left, top, right, bottom = name.box
    if left < 0 or right > WIDTH or top < 0 or bottom > HEIGHT:
        return False
    for other in names:
        l2, t2, r2, b2 = other.box
        if left < r2 and l2 < right and top < b2 and t2 < bottom:
            return False
    return not any(
        dot is not own
        and left - dot.radius < dot.x < right + dot.radius
        and top - dot.radius < dot.y < bottom + dot.radius
        for dot in dots
    )
