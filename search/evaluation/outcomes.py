"""Running a judged set: each query against something that ranks, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from hub.documents import Viewer
from search.engines.base import Engine, Query
from search.evaluation.judged import JudgedQuery, JudgedSet
from search.evaluation.measures import Interval, bootstrap, ndcg, recall
from search.evaluation.sets import key_of

DEPTH = 10
"""How many results are looked at."""
ALL = "all"

Ranker = Callable[[str], Iterable[str]]
"""Takes the text of a query and gives the ids of what was found, the best first."""


@dataclass(frozen=True)
class Outcome:
    """What one query brought. ``found`` are names of the set, or keys of items it does not name."""

    query: JudgedQuery
    found: tuple[str, ...]

    @property
    def ndcg(self) -> float:
        """nDCG@10."""
        return ndcg(self.found, self.query.grades)

    @property
    def recall(self) -> float:
        """recall@5."""
        return recall(self.found, self.query.grades)


@dataclass(frozen=True)
class Line:
    """The figures of one stratum, or of :data:`ALL`. ``empty`` is the share of queries without results."""

    stratum: str
    queries: int
    ndcg: Interval
    recall: Interval
    empty: float


def rank_by(engine: Engine, viewer: Viewer) -> Ranker:
    """How an engine ranks for that viewer."""

    def rank(text: str) -> Iterable[str]:
        results = engine.search(Query(text=text, size=DEPTH, viewer=viewer))
        return [hit.object_id for hit in results.hits]

    return rank


def run(judged: JudgedSet, queries: Iterable[JudgedQuery], rank: Ranker) -> list[Outcome]:
    """Ask every query once."""
    names = judged.names()

    def find(text: str) -> tuple[str, ...]:
        keys = dict.fromkeys(map(key_of, rank(text)))
        return tuple(names.get(key, key) for key in keys)[:DEPTH]

    return [Outcome(query, find(query.text)) for query in queries]


def summarise(outcomes: Sequence[Outcome]) -> list[Line]:
    """The figures over all outcomes, then by stratum in the order of the set."""
    strata = dict.fromkeys(outcome.query.stratum for outcome in outcomes)
    by_stratum = {name: [each for each in outcomes if each.query.stratum == name] for name in strata}
    return [_line(name, of) for name, of in {ALL: list(outcomes), **by_stratum}.items()]


def _line(stratum: str, outcomes: Sequence[Outcome]) -> Line:
    return Line(
        stratum,
        len(outcomes),
        bootstrap([outcome.ndcg for outcome in outcomes]),
        bootstrap([outcome.recall for outcome in outcomes]),
        sum(not outcome.found for outcome in outcomes) / len(outcomes),
    )
