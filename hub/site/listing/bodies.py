"""The bodies behind the list: which there are in a region or of a size, and what they are called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from hub.municipalities.bands import band_of
from hub.municipalities.models import Body
from hub.municipalities.queries import search_bodies
from hub.site.bodies.rows import resolve_all
from hub.site.counting import Found


class Row(NamedTuple):
    """What the list needs to know of a body."""

    key: str
    name: str
    population: int | None
    district_id: str | None
    successor_id: str | None

    @property
    def region(self) -> str:
        """The key of its district; its own for what is in none, as independent cities are."""
        return self.district_id or self.key

    @property
    def size(self) -> str:
        """The class of its inhabitants, empty where their number is unknown."""
        return band_of(self.population)


class Bodies:
    """All bodies of the directory, merged ones too: documents go on naming them. One query."""

    def __init__(self) -> None:
        rows = Body.objects.order_by().values_list(*Row._fields)
        self.rows: Mapping[str, Row] = {row[0]: Row(*row) for row in rows}
        self._heirs = resolve_all(
            {row.key: row.successor_id for row in self.rows.values() if row.successor_id}
        )

    @property
    def names(self) -> dict[str, str]:
        """Names by key."""
        return {key: row.name for key, row in self.rows.items()}

    def in_regions(self, regions: Collection[str]) -> set[str]:
        """Keys of the districts and cities of that key, of the bodies in them, and of merged ones."""
        return {key for key, row in self.rows.items() if self._region_of(row) in regions}

    def of_sizes(self, sizes: Collection[str]) -> set[str]:
        """Keys of the bodies in these classes of inhabitants."""
        return {key for key, row in self.rows.items() if row.size in sizes}

    def count_regions(self, publishers: Mapping[Found, int]) -> dict[str, int]:
        """Entries by region, from those by their publishers together."""
        return self._count(publishers, self._region_of)

    def count_sizes(self, publishers: Mapping[Found, int]) -> dict[str, int]:
        """Entries by class of inhabitants, from those by their publishers together."""
        return self._count(publishers, lambda row: row.size)

    def _region_of(self, row: Row) -> str:
        """The region of a body; of a merged one that of the body which now stands for it."""
        return self.rows.get(self._heirs.get(row.key, ""), row).region

    def _count(self, publishers: Mapping[Found, int], property_of: Callable[[Row], str]) -> dict[str, int]:
        """An entry that several publish counts once for each value they have."""
        of_key = {key: property_of(row) for key, row in self.rows.items()}
        counts: dict[str, int] = defaultdict(int)
        for keys, number in publishers.items():
            for value in {of_key.get(key, "") for key in keys} if isinstance(keys, tuple) else ():
                counts[value] += number
        counts.pop("", None)
        return dict(counts)


def find_named(text: str) -> set[str]:
    """Keys of the bodies that the directory's search finds by name; one query."""
    return set(search_bodies(text, Body.objects.all()).order_by().values_list("pk", flat=True))
