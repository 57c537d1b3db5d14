"""Facets: one query for all of them in PostgreSQL, counted disjunctively, and their order in every engine."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from search.engines.base import FACETS, FacetValue, Query

LISTS = frozenset({"topics", "publishers", "districts", "sizes", "languages"})
MOST_VALUES = 5_000
"""More than there are municipalities: none that has results is missing. A page shows fewer."""

DAYS = "days"
"""What the first and last day filter by, among the facets that are counted under each other."""


def filter_condition(facet: str) -> str:
    """SQL that holds where a record has one of the values in the parameter ``f_<facet>``.

    For :data:`DAYS`, where it was first published on one of them.
    """
    if facet == DAYS:
        return (
            "(first_published AT TIME ZONE %(zone)s)::date BETWEEN "
            "coalesce(%(since)s::date, '-infinity') AND coalesce(%(until)s::date, 'infinity')"
        )
    if facet in LISTS:
        return f"{facet}::text[] && %(f_{facet})s::text[]"
    return f"{facet}::text = ANY(%(f_{facet})s::text[])"


def filter_parameters(query: Query) -> dict[str, Any]:
    """The chosen values of each facet and the days as parameters of :func:`filter_condition`."""
    days = {"since": query.since, "until": query.until, "zone": timezone.get_current_timezone_name()}
    return days | {f"f_{facet}": list(query.filters[facet]) for facet in FACETS if query.filters.get(facet)}


def chosen_filters(query: Query) -> list[str]:
    """The facets that are filtered by, and :data:`DAYS` where the query names any."""
    chosen = [facet for facet in FACETS if query.filters.get(facet)]
    return [*chosen, DAYS] if query.since or query.until else chosen


def filter_flags(query: Query) -> dict[str, str]:
    """For each filter in use the name of a column that says whether a record keeps to it, and its SQL."""
    return {_flag(facet): filter_condition(facet) for facet in chosen_filters(query)}


def keep_all(query: Query, but: str = "") -> str:
    """SQL that holds for rows that keep to all filters, ``but`` one."""
    flags = [_flag(facet) for facet in chosen_filters(query) if facet != but]
    return " AND ".join(flags) or "TRUE"


def count_values(query: Query) -> list[str]:
    """SELECTs that count the rows of ``flagged``: ``total``, ``base``, ``without`` and each facet's values.

    A facet's values are counted under the other facets' filters, ``total`` under all of them and
    ``base`` under none; ``without`` under all but the one it names. Rows are (name, value, count).
    """
    counts = [f"SELECT 'total', '', count(*) FROM flagged WHERE {keep_all(query)}"]  # noqa: S608 - names from FACETS
    counts.append("SELECT 'base', '', count(*) FROM flagged")
    for facet in chosen_filters(query):
        others = keep_all(query, but=facet)
        counts.append(f"SELECT 'without', '{facet}', count(*) FROM flagged WHERE {others}")  # noqa: S608 - names
    for facet in FACETS:
        value = f"unnest({facet})" if facet in LISTS else facet
        counts.append(
            f"SELECT '{facet}', value, count(*) FROM "  # noqa: S608 - names from FACETS, values are parameters
            f"(SELECT {value}::text AS value FROM flagged WHERE {keep_all(query, but=facet)}) AS one "
            "WHERE value <> '' GROUP BY value"
        )
    return counts


@dataclass(frozen=True)
class Counts:
    """What :func:`count_values` has counted, as :class:`search.engines.base.Results` holds it."""

    total: int
    base: int
    without: Mapping[str, int]
    facets: Mapping[str, tuple[FacetValue, ...]]


def read_counts(rows: list[tuple[str, str, int]], query: Query) -> Counts:
    """The counts in the rows of :func:`count_values`."""
    named: dict[str, dict[str, int]] = {}
    for name, value, count in rows:
        named.setdefault(name, {})[value] = count
    facets = {facet: order_values(named.get(facet, {}), query.filters.get(facet, ())) for facet in FACETS}
    return Counts(named["total"][""], named["base"][""], named.get("without", {}), facets)


def order_values(counts: Mapping[str, int], chosen: Collection[str]) -> tuple[FacetValue, ...]:
    """Values of a facet: those chosen first, even without results, then those with the most."""
    ordered = sorted(counts)
    ordered.sort(key=counts.__getitem__, reverse=True)
    if chosen:
        first = sorted(set(chosen), key=lambda value: (-counts.get(value, 0), value))
        ordered = [*first, *(value for value in ordered if value not in chosen)]
    return tuple(FacetValue(value, counts.get(value, 0), value in chosen) for value in ordered[:MOST_VALUES])


def _flag(facet: str) -> str:
    return f"keeps_{facet}"
