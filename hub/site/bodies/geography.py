"""From places on the globe to places on a small picture of Rhineland-Palatinate.

The projection is equirectangular, true at 50° north: within the state it is less than 2 % off, and
one multiplication suffices. Degrees are WGS 84, units are those of the picture's view box.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

WIDTH, HEIGHT = 470, 600
SHRINK = math.cos(math.radians(50))
"""A degree of longitude in degrees of latitude, at 50° north."""
SMALLEST = 0.6
"""Degrees of latitude that a picture shows at least: one town alone still has surroundings."""
MARGIN = 0.12
WHOLE = 0.6
"""Found places that span this share of the state's frame are shown in the whole of it."""


class Place(NamedTuple):
    """Latitude and longitude in degrees."""

    latitude: float
    longitude: float


class Point(NamedTuple):
    """A place in the picture, from its upper left corner."""

    x: float
    y: float


@dataclass(frozen=True)
class Frame:
    """The part of the globe that a picture shows, in degrees."""

    south: float
    west: float
    north: float
    east: float

    def project(self, place: Place) -> Point:
        """Where ``place`` lies in the picture."""
        scale = HEIGHT / (self.north - self.south)
        x = (place.longitude - self.west) * SHRINK * scale
        return Point(round(x, 1), round((self.north - place.latitude) * scale, 1))

    def holds(self, place: Place) -> bool:
        """Whether ``place`` lies in the picture."""
        inside = self.south <= place.latitude <= self.north
        return inside and self.west <= place.longitude <= self.east


def make_frame(middle: Place, span: float) -> Frame:
    """The frame of ``span`` degrees of latitude around ``middle``, in the picture's proportions."""
    half = span / 2
    across = half * WIDTH / HEIGHT / SHRINK
    return Frame(
        middle.latitude - half, middle.longitude - across, middle.latitude + half, middle.longitude + across
    )


STATE = make_frame(Place(49.955, 7.31), 2.06)
"""Rhineland-Palatinate with a little margin."""
KNOWN_WORLD = Frame(46.5, 5.0, 55.5, 15.5)
"""Places outside Germany are slips of the pen and would shrink all others to a point."""


def fit_frame(places: Iterable[Place]) -> Frame:
    """The frame that shows ``places`` large, or the whole state where they are spread over it."""
    shown = [place for place in places if KNOWN_WORLD.holds(place)]
    if not shown:
        return STATE
    south, north = min(p.latitude for p in shown), max(p.latitude for p in shown)
    west, east = min(p.longitude for p in shown), max(p.longitude for p in shown)
    within = STATE.holds(Place(south, west)) and STATE.holds(Place(north, east))
    span = max(north - south, (east - west) * SHRINK * HEIGHT / WIDTH)
    if within and span > WHOLE * (STATE.north - STATE.south):
        return STATE
    middle = Place((south + north) / 2, (west + east) / 2)
    return make_frame(middle, max(span * (1 + 2 * MARGIN), SMALLEST))


@dataclass(frozen=True)
class River:
    """A river by the places it passes, and where its name stands."""

    name: str
    course: tuple[Place, ...]
    label: Place

    def path(self, frame: Frame) -> str:
        """Its course as an SVG path through all its places, with round bends (Catmull-Rom as Bézier)."""
        points = [frame.project(place) for place in self.course]
        parts = [f"M{points[0].x:g} {points[0].y:g}"]
        for before, here, there, after in zip(
            [points[0], *points], points, points[1:], [*points[2:], points[-1]], strict=False
        ):
            first = Point(here.x + (there.x - before.x) / 6, here.y + (there.y - before.y) / 6)
            second = Point(there.x - (after.x - here.x) / 6, there.y - (after.y - here.y) / 6)
            parts.append(
                f"C{first.x:.0f} {first.y:.0f} {second.x:.0f} {second.y:.0f} {there.x:g} {there.y:g}"
            )
        return "".join(parts)


def _course(*degrees: tuple[float, float]) -> tuple[Place, ...]:
    return tuple(Place(*pair) for pair in degrees)


RHINE = _course(
    (48.80, 8.10), (48.97, 8.25), (49.05, 8.31), (49.22, 8.39), (49.32, 8.46), (49.48, 8.45), (49.63, 8.38),
    (49.78, 8.40), (49.87, 8.36), (50.00, 8.29), (50.03, 8.16), (49.99, 8.02), (49.97, 7.90), (50.06, 7.78),
    (50.15, 7.71), (50.23, 7.58), (50.27, 7.65), (50.31, 7.60), (50.36, 7.61), (50.43, 7.46), (50.44, 7.40),
    (50.51, 7.30), (50.58, 7.22), (50.65, 7.20), (50.75, 7.10), (50.94, 6.97), (51.10, 6.88),
)  # fmt: skip
MOSELLE = _course(
    (48.70, 6.19), (48.90, 6.05), (49.12, 6.17), (49.36, 6.17), (49.47, 6.37), (49.60, 6.37), (49.71, 6.50),
    (49.70, 6.57), (49.76, 6.63), (49.82, 6.75), (49.80, 6.83), (49.87, 6.90), (49.92, 7.07), (49.95, 7.12),
    (49.98, 7.02), (50.03, 7.12), (50.03, 7.18), (50.11, 7.13), (50.15, 7.17), (50.14, 7.24), (50.18, 7.30),
    (50.31, 7.46), (50.36, 7.61),
)  # fmt: skip
