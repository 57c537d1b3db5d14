"""Where bodies lie and how large they are: the classes that lists and the search filter by."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from hub.municipalities.bands import band_of
from hub.municipalities.models import Body


class Row(NamedTuple):
    """What is needed to know of a body for that."""

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
    """Bodies of the directory, merged ones too: documents go on naming them.

    All of them in one query. Or those of ``keys`` with the ones that now stand for them: one query, and
    one more for each step of succession.
    """

    def __init__(self, keys: Collection[str] | None = None) -> None:
        found = _read() if keys is None else _read_with_successors(keys)
        self.rows: Mapping[str, Row] = {row.key: row for row in found}
        self._heirs = resolve_all(
            {row.key: row.successor_id for row in self.rows.values() if row.successor_id}
        )

    @property
    def names(self) -> dict[str, str]:
        """Names by key."""
        return {key: row.name for key, row in self.rows.items()}

    @property
    def sizes(self) -> dict[str, str]:
        """The class of inhabitants of each, by key."""
        return {key: row.size for key, row in self.rows.items()}

    @property
    def regions(self) -> dict[str, str]:
        """The region of each, by key; of a merged one that of the body which now stands for it."""
        return {key: self._region_of(row) for key, row in self.rows.items()}

    def in_regions(self, regions: Collection[str]) -> set[str]:
        """Keys of the districts and cities of that key, of the bodies in them, and of merged ones."""
        return {key for key, row in self.rows.items() if self._region_of(row) in regions}

    def of_sizes(self, sizes: Collection[str]) -> set[str]:
        """Keys of the bodies in these classes of inhabitants."""
        return {key for key, row in self.rows.items() if row.size in sizes}

    def _region_of(self, row: Row) -> str:
        return self.rows.get(self._heirs.get(row.key, ""), row).region


def resolve_all(ways: Mapping[str, str]) -> dict[str, str]:
    """The end of each chain of successors; a chain in a circle ends before it closes."""
    return {key: end for key in ways if (end := _follow(ways, key)) != key}


def _follow(ways: Mapping[str, str], key: str) -> str:
    passed = {key}
    while (after := ways.get(key)) and after not in passed:
        key = after
        passed.add(key)
    return key


def _read(keys: Collection[str] | None = None) -> list[Row]:
    found = Body.objects.order_by()
    if keys is not None:
        found = found.filter(pk__in=keys)
    return [Row(*values) for values in found.values_list(*Row._fields)]


def _read_with_successors(keys: Collection[str]) -> Iterable[Row]:
    rows: dict[str, Row] = {}
    wanted = set(keys)
    while wanted:
        found = _read(wanted)
        rows |= {row.key: row for row in found}
        wanted = {row.successor_id for row in found if row.successor_id} - rows.keys()
    return rows.values()
