"""Where a body lies: who publishes in its district and near it, and the map of that."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from hub.documents import Viewer
from hub.municipalities.models import Body
from hub.municipalities.queries import neighbours, region_of
from hub.site.bodies.dots import DotMap, Mark, draw_map
from hub.site.bodies.geography import Place
from hub.site.bodies.rows import KindCount, list_kinds, predecessors, read_successors
from hub.site.queries import Counts, count_kinds_by_body

NEAREST = 6
IN_DISTRICT = 8
ALL = 20_000
"""More neighbours than there are bodies in Germany."""


class Near(NamedTuple):
    """A body by its distance in kilometres; of all of them only what the map's backdrop needs."""

    key: str
    name: str
    latitude: float
    longitude: float
    distance: float


@dataclass(frozen=True)
class Publisher:
    """A body that has published, by kind; ``distance`` is in kilometres where it is asked for."""

    body: Body
    kinds: list[KindCount]
    distance: float | None = None


class Surroundings:
    """The bodies around one that have published something the viewer may read; five queries."""

    def __init__(self, body: Body, viewer: Viewer) -> None:
        self.body = body
        self.viewer = viewer
        self.centre = region_of(body).body

    @cached_property
    def successors(self) -> dict[str, str]:
        """The body that now stands for each dissolved one; one query."""
        return read_successors()

    @property
    def keys(self) -> list[str]:
        """The body's own key, then those of the bodies it stands for."""
        return [self.body.key, *predecessors(self.successors, self.body.key)]

    @cached_property
    def counts(self) -> dict[str, Counts]:
        """What every body published; one query."""
        return count_kinds_by_body(self.viewer, self.successors)

    @cached_property
    def around(self) -> list[Near]:
        """All others of its level, nearest first, none where its own place is unknown; one query."""
        if self.body.latitude is None or self.body.longitude is None:
            return []
        columns = ("key", "name", "latitude", "longitude", "distance_km")
        return [Near(*values) for values in neighbours(self.body, ALL).values_list(*columns)]

    @cached_property
    def nearest(self) -> list[Publisher]:
        """The nearest of its level that have published; one query."""
        near = [each for each in self.around if each.key in self.counts][:NEAREST]
        bodies = Body.objects.select_related("district", "association").in_bulk([each.key for each in near])
        return [self._publisher(bodies[each.key], each.distance) for each in near if each.key in bodies]

    @cached_property
    def in_district(self) -> list[Publisher]:
        """Others of the district that have published, the district first; one query."""
        listed = {self.body.key, *(publisher.body.key for publisher in self.nearest)}
        wanted = [key for key in self.counts if key not in listed]
        parts = region_of(self.body).bodies.filter(pk__in=wanted)
        others = list(parts.select_related("district", "association"))
        if self.centre.key in wanted:
            others.insert(0, self.centre)
        return [self._publisher(body) for body in others]

    @property
    def in_district_shown(self) -> list[Publisher]:
        """As many of them as the page lists."""
        return self.in_district[:IN_DISTRICT]

    @property
    def district_list(self) -> str:
        """The directory narrowed to the publishing bodies of the district; empty where it is in none."""
        if self.centre.kind != Body.Kind.DISTRICT:
            return ""
        return f"/kommunen/?kreis={self.centre.key}&veroeffentlicht=1"

    @cached_property
    def map(self) -> DotMap:
        """The body with those around it, over all others of its level."""
        shown = [publisher.body for publisher in (*self.nearest, *self.in_district)]
        marks = [self._mark(body) for body in (self.body, *shown) if body.latitude is not None]
        taken = {mark.key for mark in marks}
        backdrop = (
            Mark(each.key, each.name, Place(each.latitude, each.longitude))
            for each in self.around
            if each.key not in taken
        )
        return draw_map(marks, backdrop, here=self.body.key)

    def _mark(self, body: Body) -> Mark:
        known = body.latitude is not None and body.longitude is not None
        place = Place(body.latitude or 0.0, body.longitude or 0.0) if known else None
        return Mark(body.key, body.name, place, sum(self.counts.get(body.key, {}).values()))

    def _publisher(self, body: Body, distance: float | None = None) -> Publisher:
        keys = [body.key, *predecessors(self.successors, body.key)]
        return Publisher(body, list_kinds(self.counts.get(body.key, {}), keys), distance)
