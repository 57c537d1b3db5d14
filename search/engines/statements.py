"""The statements of the PostgreSQL engine: hits, total and facets of a query in one pass over what matches.

What matches is found by the index of terms alone. Hits are put in order by their titles and summaries, which
stand in the row itself; the first of them, and in most searches all, then by everything in them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from hub.catalogue.queries import entries
from hub.documents import Viewer
from search.engines.base import FACETS, Query, Sort
from search.engines.facets import (
    chosen_filters,
    count_values,
    filter_condition,
    filter_flags,
    filter_parameters,
    keep_all,
)
from search.engines.generations import LIVE
from search.engines.tsearch import match_all, match_group, rank_by
from search.expansion import Group

HIT = "hit"
MOST_RANKED = 1_000
"""Of more hits, all the words of so many decide: those with the best titles and summaries."""

TITLE_BOOST = 0.5
GROUP_BOOST = 2.0
"""Where not all words are found, the rarest outweighs any density of the others."""

_RANK = "ts_rank_cd('{{0.1, 0.3, 0.6, 1.0}}', {}, {}::tsquery, 1)"
_ORDERS = {
    Sort.RELEVANCE: "score DESC, changed DESC, object_id",
    Sort.NEWEST: "changed DESC, object_id",
    Sort.TITLE: "sort_title, object_id",
}


@dataclass(frozen=True)
class Asked:
    """A query for texts that hold all ``groups``, or, where ``some`` are given, at least one of these.

    The groups are the first of ``some``.
    """

    query: Query
    groups: Sequence[Group]
    some: Sequence[Group] = ()

    @property
    def is_ranked(self) -> bool:
        """Whether hits are in the order of what they hold of the query."""
        return bool(self.groups) and self.query.sort is Sort.RELEVANCE


def search_statement(asked: Asked, page: int) -> tuple[str, dict[str, Any]]:
    """SQL and parameters of a search. Rows are (name, value, number).

    Those named :data:`HIT` are the hits of a page with their places, the others what
    :func:`search.engines.facets.read_counts` reads.
    """
    readable, parameters = _readable(asked.query.viewer)
    flagged = _flagged_some(asked, readable) if asked.some else _flagged_all(asked, readable)
    parts = [*count_values(asked.query), _hits(asked, page)]
    parameters |= filter_parameters(asked.query) | _group_parameters(asked)
    parameters |= {"size": asked.query.page_size, "offset": (page - 1) * asked.query.page_size}
    return f"WITH {flagged} " + " UNION ALL ".join(parts), parameters


def among_statement(asked: Asked, object_ids: Collection[str]) -> tuple[str, dict[str, Any]]:
    """SQL and parameters of which of these items match a query with its filters, the newest first."""
    readable, parameters = _readable(asked.query.viewer)
    parameters |= filter_parameters(asked.query) | _group_parameters(asked)
    parameters["among"] = sorted(object_ids)
    conditions = [filter_condition(each) for each in chosen_filters(asked.query)]
    conditions.append("object_id = ANY(%(among)s)")
    statement = (
        f"SELECT object_id FROM ({_matching(asked, readable)}) AS matching "  # noqa: S608 - constants, values are parameters
        f"WHERE {' AND '.join(conditions)} ORDER BY {_ORDERS[Sort.NEWEST]}"
    )
    return statement, parameters


def _flagged_all(asked: Asked, readable: str) -> str:
    """What holds all groups, with the score of titles and summaries."""
    score = f"{_RANK.format('heads', '%(any)s')} + {_titles(asked)}" if asked.is_ranked else "0.0"
    return (
        f"flagged AS MATERIALIZED (SELECT {_columns(asked.query)}, {score} AS score, 1 AS held "  # noqa: S608 - constants
        f"FROM ({_matching(asked, readable)}) AS matching)"
    )


def _flagged_some(asked: Asked, readable: str) -> str:
    """What holds some groups, with a bit in ``held`` for each; first by these, the rarer, the heavier.

    Rarity is counted among what was found, so that it says nothing of what the viewer may not read.
    """
    numbers = range(len(asked.some))
    each = " UNION ALL ".join(
        f"SELECT id, {1 << number} AS bit FROM search_searchrecord "  # noqa: S608 - constants
        f"WHERE generation = {LIVE} AND terms @@ %(group{number})s::tsquery"
        for number in numbers
    )
    counts = [f"sum(held >> {number} & 1)" for number in numbers]
    weights = ", ".join(
        f"ln(1 + ({' + '.join(counts)} + 1) / ({count} + 0.5)) AS weight{number}"
        for number, count in enumerate(counts)
    )
    held = " + ".join(
        f"weight{n} * ({GROUP_BOOST} * (held >> {n} & 1) + {TITLE_BOOST} * ({_in_title(n)})::int)"
        for n in numbers
    )
    heaviest = f"greatest({', '.join(f'weight{number}' for number in numbers)})"
    return (
        f"held AS (SELECT id, bit_or(bit) AS held FROM ({each}) AS each GROUP BY id), "  # noqa: S608 - constants
        f"found AS MATERIALIZED (SELECT {_columns(asked.query)}, heads, held "
        f"FROM ({_matching(asked, readable)}) AS matching JOIN held USING (id)), "
        f"weights AS MATERIALIZED (SELECT {weights} FROM found), "
        f"flagged AS MATERIALIZED (SELECT found.*, ({held}) / {heaviest} AS score "
        "FROM found CROSS JOIN weights)"
    )


def _columns(query: Query) -> str:
    flags = [f"{condition} AS {name}" for name, condition in filter_flags(query).items()]
    return ", ".join(["id", "object_id", "changed", "sort_title", *FACETS, *flags])


def _hits(asked: Asked, page: int) -> str:
    """One page of hits with their places: those that hold all groups, then others."""
    whole = (1 << len(asked.groups)) - 1
    order = (f"held & {whole} = {whole} DESC, " if asked.some else "") + _ORDERS[asked.query.sort]
    hits = f"SELECT * FROM flagged WHERE {keep_all(asked.query)}"  # noqa: S608 - constants
    size = asked.query.page_size
    ranked = MOST_RANKED // size * size  # whole pages: none has hits of both kinds
    if asked.is_ranked and page * size <= ranked:
        rank = _RANK.format("record.terms", "%(rank)s")
        others = "best.score" if asked.some else _titles(asked)
        hits = (
            f"SELECT best.object_id, best.changed, best.held, {rank} + {others} AS score "  # noqa: S608 - constants
            f"FROM ({hits} ORDER BY {order} LIMIT {ranked}) AS best "
            "JOIN search_searchrecord AS record USING (id)"
        )
    return (
        f"(SELECT '{HIT}', object_id, row_number() OVER (ORDER BY {order}) FROM ({hits}) AS hits "  # noqa: S608 - constants
        f"ORDER BY {order} LIMIT %(size)s OFFSET %(offset)s)"
    )


def _titles(asked: Asked) -> str:
    """What each group in the title adds where all are held."""
    titles = " + ".join(f"({_in_title(number)})::int" for number in range(len(asked.groups)))
    return f"{TITLE_BOOST} * ({titles}) / {len(asked.groups)}.0"


def _in_title(number: int) -> str:
    return f"heads @@ %(title{number})s::tsquery"


def _group_parameters(asked: Asked) -> dict[str, Any]:
    groups = asked.some or asked.groups
    parameters: dict[str, Any] = {
        "all": match_all(groups),
        "rank": rank_by(groups, relaxed=bool(asked.some)),
        "any": rank_by(groups, relaxed=True),
    }
    for number, group in enumerate(groups):
        parameters[f"title{number}"] = match_group(group, "A")
        parameters[f"group{number}"] = match_group(group)
    return parameters


def _matching(asked: Asked, readable: str) -> str:
    """SELECT of the records that hold all groups, if any, and that the catalogue lets the viewer read."""
    searched = "AND record.terms @@ %(all)s::tsquery" if asked.groups and not asked.some else ""
    return (
        "SELECT record.*, entry.first_published FROM search_searchrecord AS record "  # noqa: S608 - Django's own SQL and constants
        f"JOIN ({readable}) AS entry ON entry.object_id = record.object_id "
        f"WHERE record.generation = {LIVE} AND record.audience = ANY(%(audiences)s) {searched}"
    )


def _readable(viewer: Viewer) -> tuple[str, dict[str, Any]]:
    """SELECT of the entries that the viewer may read now, with its parameters and the audiences."""
    readable, values = entries(viewer).values("object_id", "first_published").query.sql_with_params()
    parameters: dict[str, Any] = {f"c{number}": value for number, value in enumerate(values)}
    named = readable % tuple(f"%({name})s" for name in parameters)
    return named, parameters | {"audiences": sorted(viewer.audiences)}
