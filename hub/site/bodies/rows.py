"""All bodies of the directory as light rows, with what each has published.

Two queries hold for 150 bodies as for 2,500; filters, counts and the map are then work in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlencode

from hub.documents import Viewer
from hub.municipalities.models import Body
from hub.municipalities.regions import resolve_all
from hub.site.bodies.dots import Mark
from hub.site.bodies.geography import Place
from hub.site.queries import Counts, count_kinds_by_body
from theme.labels import KINDS_PLURAL, label


class Row(NamedTuple):
    """The columns of a body that the directory filters by and draws."""

    key: str
    name: str
    kind: str
    population: int | None
    latitude: float | None
    longitude: float | None
    district_id: str | None
    dissolved: object
    successor_id: str | None

    @property
    def region(self) -> str:
        """The key of the district it lies in or is; empty for independent cities and others."""
        return self.key if self.kind == Body.Kind.DISTRICT else self.district_id or ""

    @property
    def place(self) -> Place | None:
        """Where it lies, if that is known."""
        if self.latitude is None or self.longitude is None:
            return None
        return Place(self.latitude, self.longitude)


@dataclass(frozen=True)
class KindCount:
    """How many of a kind bodies have published, with the address of the list of them."""

    label: str
    count: int
    url: str


@dataclass
class Directory:
    """The bodies known here. What dissolved bodies published counts for their successors."""

    viewer: Viewer
    rows: Mapping[str, Row] = field(default_factory=dict)

    @classmethod
    def load(cls, viewer: Viewer) -> Directory:
        """Read all bodies; one query."""
        rows = (Row(*values) for values in Body.objects.order_by("name", "key").values_list(*Row._fields))
        return cls(viewer, {row.key: row for row in rows})

    @cached_property
    def current(self) -> list[Row]:
        """Bodies that exist, by name."""
        return [row for row in self.rows.values() if not row.dissolved]

    @cached_property
    def successors(self) -> dict[str, str]:
        """The body that now stands for each dissolved one, by their keys."""
        return resolve_all({row.key: row.successor_id for row in self.rows.values() if row.successor_id})

    @cached_property
    def counts(self) -> dict[str, Counts]:
        """How many contributions of each kind every body has published; one query."""
        return count_kinds_by_body(self.viewer, self.successors)

    def predecessors(self, key: str) -> list[str]:
        """Keys of the dissolved bodies that ``key`` stands for."""
        return predecessors(self.successors, key)

    def total(self, key: str) -> int:
        """How many contributions a body has published."""
        return sum(self.counts.get(key, {}).values())

    def mark(self, row: Row) -> Mark:
        """What the map shows of a body."""
        return Mark(row.key, row.name, row.place, self.total(row.key))

    def marks(self, rows: Iterable[Row]) -> list[Mark]:
        """What the map shows of these bodies."""
        return [self.mark(row) for row in rows]


def read_successors() -> dict[str, str]:
    """The body that now stands for each dissolved one, by their keys; one query."""
    dissolved = Body.objects.filter(successor__isnull=False)
    return resolve_all(dict(dissolved.values_list("key", "successor_id")))


def predecessors(successors: Mapping[str, str], key: str) -> list[str]:
    """Keys of the dissolved bodies that ``key`` stands for."""
    return [old for old, new in successors.items() if new == key]


def list_kinds(counts: Counts, keys: Sequence[str]) -> list[KindCount]:
    """What the bodies of ``keys`` published, by kind."""
    return [
        KindCount(label(KINDS_PLURAL, kind), number, list_address(keys, art=kind))
        for kind, number in sorted(counts.items())
    ]


def list_address(keys: Sequence[str], **filters: str) -> str:
    """The list of what the bodies of ``keys`` published, narrowed by ``filters``."""
    return "/wissen/?" + urlencode([*(("kommune", key) for key in keys), *filters.items()])
