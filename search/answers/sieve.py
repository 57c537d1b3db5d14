"""Which passages are worth looking at for a question, so that frequent words cost little.

After H. Turtle and J. Flood, Query evaluation: strategies and optimizations (1995), „MaxScore“: where enough
passages hold a heavy word, those that hold light ones alone cannot be among the best. Of words that are
frequent all the same, several must be held at once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

MOST_LOOKED_AT = 2_000
"""Passages of which all is compared with the question."""

MOST_FREQUENT = 6
"""Frequent words of which several must be held at once."""


@dataclass(frozen=True)
class Clue:
    """What a passage may hold: a ``tsquery``, what it counts, and about how many passages hold it.

    ``loose`` is one that an index answers sooner, for at least the same.
    """

    query: str
    loose: str
    weight: float
    held: int


def sieve(clues: Sequence[Clue], total: int, limit: int) -> tuple[str, ...]:
    """The ``tsquery`` of what may hold all, then that of whatever may be among the ``limit`` best.

    ``total`` is the number of all passages.
    """
    known = sorted((clue for clue in clues if clue.held), key=lambda clue: -clue.weight)
    needed = _needed(known.copy(), limit)
    few: list[Clue] = []
    for clue in sorted(needed, key=lambda clue: clue.held):
        if sum(one.held for one in few) + clue.held <= MOST_LOOKED_AT:
            few.append(clue)
    many = [clue for clue in needed if clue not in few]
    if not many:
        return (any_of(few),) if few else ()
    frequent = many[:MOST_FREQUENT]
    together = combinations(frequent, _least_together(frequent, total))
    return _all_of(known), " | ".join([*(clue.loose for clue in few), *map(_all_of, together)])


def any_of(clues: Sequence[Clue]) -> str:
    """A ``tsquery`` for what may hold at least one."""
    return " | ".join(sorted({clue.loose for clue in clues if clue.held}))


def _all_of(clues: Sequence[Clue]) -> str:
    return f"({' & '.join(clue.loose for clue in clues)})"


def _needed(clues: list[Clue], limit: int) -> list[Clue]:
    """Without the lightest, whose passages hold less than enough others do."""
    enough = max((clue.weight for clue in clues if clue.held >= limit), default=0.0)
    rest = 0.0
    while clues and rest + clues[-1].weight < enough:
        rest += clues.pop().weight
    return clues


def _least_together(many: Sequence[Clue], total: int) -> int:
    """How many of them must be held at once for few passages to do so, if they stood by chance."""
    for size in range(1, len(many)):
        by_chance = (
            total * math.prod(clue.held / total for clue in some) for some in combinations(many, size)
        )
        if sum(by_chance) <= MOST_LOOKED_AT:
            return size
    return max(1, len(many))
