"""How rare the words of a question are among the passages that its viewer may read.

How many passages hold a term is kept per audience (:class:`search.answers.models.PassageTerm`), so what
stands only in what the viewer may not read counts as unknown. What several terms stand for together is
counted where few passages can hold it, and else estimated from some of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Sum

from hub.documents import Viewer
from search.answers.models import PassageTerm
from search.engines.tsearch import match_all, match_group, quote
from search.expansion import Alternative, Group

EXACT = 1_000
"""Passages that are looked at to count a group; of more, some are."""

SOME = 400

_COUNT = (
    "(SELECT ARRAY[count(*), count(*)] FROM search_passage WHERE audience = ANY(%s) AND terms @@ %s::tsquery)"
)
_SAMPLE = (
    "(SELECT ARRAY[count(*), count(*) FILTER (WHERE terms @@ %s::tsquery)] FROM "  # noqa: S608 - constants
    "(SELECT terms FROM search_passage WHERE audience = ANY(%s) AND terms @@ %s::tsquery "
    f"LIMIT {SOME}) AS seen)"
)


@dataclass(frozen=True)
class Counts:
    """``total`` passages, and about how many of them hold each group of a question."""

    total: int
    groups: tuple[int, ...]

    @property
    def rarity(self) -> tuple[float, ...]:
        """BM25's inverse document frequency of each group: what nobody wrote weighs most."""
        return tuple(math.log(1 + (self.total - count + 0.5) / (count + 0.5)) for count in self.groups)


def count_passages(groups: Sequence[Group], viewer: Viewer) -> Counts:
    """In how many passages of the viewer's audiences each group occurs. Two queries at most."""
    terms = (term for group in groups for option in group.alternatives for term in option.terms)
    held = count_terms(["", *terms], viewer)
    total = held[""]
    asked = [(n, option) for n, group in enumerate(groups) for option in _to_count(group, held)]
    counts = [_most_frequent(group, held) for group in groups]
    for (number, option), (seen, hits) in zip(asked, _look(groups, asked, viewer), strict=True):
        if option is None:
            counts[number] = hits
        else:
            counts[number] += round(hits / (seen or 1) * _together(option, held, total, seen))
    return Counts(total, tuple(min(total, count) for count in counts))


def count_terms(terms: Iterable[str], viewer: Viewer) -> dict[str, int]:
    """How many passages of the viewer's audiences hold each term; the empty one counts all. One query."""
    held = dict.fromkeys(terms, 0)
    rows = PassageTerm.objects.filter(audience__in=sorted(viewer.audiences), term__in=list(held))
    return held | {row["term"]: row["sum"] for row in rows.values("term").annotate(sum=Sum("passages"))}


def _to_count(group: Group, held: Mapping[str, int]) -> list[Alternative | None]:
    """What of a group is looked for: the whole (None) where that is little, else what needs several terms."""
    possible = [(option, min(held[term] for term in option.terms)) for option in group.alternatives]
    most = sum(number for _, number in possible)
    if most <= EXACT:
        return [None] if most else []
    return [option for option, number in possible if number and len(option.terms) > 1]


def _most_frequent(group: Group, held: Mapping[str, int]) -> int:
    return max((held[each.terms[0]] for each in group.alternatives if len(each.terms) == 1), default=0)


def _together(option: Alternative, held: Mapping[str, int], total: int, seen: int) -> float:
    """How many passages hold all terms of an alternative: those seen, or if there are more, as by chance."""
    if seen < SOME:
        return seen
    return max(seen, total * math.prod(held[term] / total for term in option.terms))


def _look(
    groups: Sequence[Group], asked: Sequence[tuple[int, Alternative | None]], viewer: Viewer
) -> list[tuple[int, int]]:
    """Passages seen and those that hold what is asked; one query."""
    if not asked:
        return []
    audiences = sorted(viewer.audiences)
    columns, parameters = [], list[Any]()
    for number, option in asked:
        if option is None:
            columns.append(_COUNT)
            parameters += [audiences, match_group(groups[number])]
        else:
            near = match_all([Group("", "", (option,))])
            columns.append(_SAMPLE)
            parameters += [near, audiences, " & ".join(map(quote, option.terms))]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)}", parameters)
        return [(seen, hits) for seen, hits in cursor.fetchone()]
