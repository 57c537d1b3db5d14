"""One query for all facets of the PostgreSQL engine, counted disjunctively."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from search.engines.base import FACETS, FacetValue, Query

LISTS = frozenset({"topics", "publishers", "languages"})
MOST_VALUES = 60


def filter_condition(facet: str) -> str:
    """SQL that holds where a record has one of the values in the parameter ``f_<facet>``."""
    if facet in LISTS:
        return f"{facet}::text[] && %(f_{facet})s::text[]"
    return f"{facet}::text = ANY(%(f_{facet})s::text[])"


def filter_parameters(query: Query) -> dict[str, Any]:
    """The chosen values of each facet as parameters of :func:`filter_condition`."""
    return {f"f_{facet}": list(query.filters[facet]) for facet in chosen_facets(query)}


def chosen_facets(query: Query) -> list[str]:
    """The facets that are filtered by."""
    return [facet for facet in FACETS if query.filters.get(facet)]


def count_statement(matching: str, query: Query) -> str:
    """SQL that counts, over the rows of ``matching``, each facet's values, ``total`` and ``base``.

    A facet's values are counted under the other facets' filters, ``total`` under all of them and
    ``base`` under none. Rows are (name, value, count).
    """
    chosen = chosen_facets(query)
    flags = "".join(f", {filter_condition(facet)} AS keeps_{facet}" for facet in chosen)
    counts = [f"SELECT 'total', '', count(*) FROM flagged WHERE {_kept(chosen)}"]  # noqa: S608 - names from FACETS
    counts.append("SELECT 'base', '', count(*) FROM flagged")
    for facet in FACETS:
        others = _kept([other for other in chosen if other != facet])
        value = f"unnest({facet})" if facet in LISTS else facet
        counts.append(
            f"SELECT '{facet}', value, count(*) FROM "  # noqa: S608 - names from FACETS, values are parameters
            f"(SELECT {value}::text AS value FROM flagged WHERE {others}) AS one "
            "WHERE value <> '' GROUP BY value"
        )
    columns = ", ".join(FACETS)
    flagged = f"SELECT {columns}{flags} FROM ({matching}) AS matching"  # noqa: S608 - constants, see above
    return f"WITH flagged AS MATERIALIZED ({flagged}) " + " UNION ALL ".join(counts)


def read_counts(
    rows: list[tuple[str, str, int]], query: Query
) -> tuple[int, int, Mapping[str, tuple[FacetValue, ...]]]:
    """Total, base and facets of the rows; values that are chosen stay even without results."""
    single = {name: count for name, _, count in rows if name in {"total", "base"}}
    facets = {}
    for facet in FACETS:
        counts = {value: count for name, value, count in rows if name == facet}
        chosen = query.filters.get(facet, ())
        counts |= {value: 0 for value in chosen if value not in counts}
        ordered = sorted(counts.items(), key=lambda item: (item[0] not in chosen, -item[1], item[0]))[
            :MOST_VALUES
        ]
        facets[facet] = tuple(FacetValue(value, count, value in chosen) for value, count in ordered)
    return single.get("total", 0), single.get("base", 0), facets


def _kept(facets: list[str]) -> str:
    return " AND ".join(f"keeps_{facet}" for facet in facets) or "TRUE"
