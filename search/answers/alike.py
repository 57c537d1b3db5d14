"""Words of the corpus that are written like those of a question: they share most of their letters in a row.

Stems and compound parts miss what no rule foresees: Sensorik and Sensoren, Digitalisierer and
Digitalisierung, names, slips in short words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from django.db import connection

from hub.documents import Viewer
from search.analysis import fold
from search.answers.letters import letters_in_a_row
from search.engines.generations import LIVE
from search.engines.vocabulary import LONGEST_WORD
from search.expansion import Group

SHORTEST = 5
ALIKE, NEARLY = 0.5, 0.35
"""Shares of letters in a row that two words have in common, from which they are alike, or nearly."""

MOST_WORDS = 24
"""Words that are compared with each of a question."""

_THRESHOLD = "SELECT set_config('pg_trgm.similarity_threshold', %s, true)"
_LOOKED_AT, _USUAL = "0.4", "0.3"
"""From which share of common trigrams the index names a word: by more it takes a quarter of the time."""

_LOOK_UP = f"""
SELECT asked.number, held.folded, held.term
FROM unnest(%s::int[], %s::text[]) AS asked (number, folded)
CROSS JOIN LATERAL (
  SELECT folded, min(term) AS term FROM search_vocabularyword
  WHERE folded %% asked.folded AND generation = {LIVE} AND audience = ANY(%s)
  GROUP BY folded ORDER BY similarity(folded, asked.folded) DESC, folded LIMIT {MOST_WORDS}) AS held
"""  # noqa: S608 - LIVE is a constant


def find_alike(groups: Mapping[int, Group], viewer: Viewer) -> dict[int, tuple[list[str], list[str]]]:
    """For the groups by their numbers the terms of words alike and of those nearly alike. Three queries."""
    asked = {
        number: fold(group.word)[:LONGEST_WORD]
        for number, group in groups.items()
        if not group.exact and group.word.isalpha() and len(group.word) >= SHORTEST
    }
    if not asked:
        return {}
    found: dict[int, tuple[list[str], list[str]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_THRESHOLD, [_LOOKED_AT])
        cursor.execute(_LOOK_UP, [list(asked), list(asked.values()), sorted(viewer.audiences)])
        rows = cursor.fetchall()
        cursor.execute(_THRESHOLD, [_USUAL])
        for number, folded, term in rows:
            share = alikeness(asked[number], folded)
            if share >= NEARLY:
                tiers = found.setdefault(number, ([], []))
                tiers[share < ALIKE].append(term)
    return {number: (_unique(alike), _unique(nearly, alike)) for number, (alike, nearly) in found.items()}


def alikeness(first: str, second: str) -> float:
    """The share of letters in a row that two folded words have in common, from 0 to 1 (Dice)."""
    ours, theirs = _grams(first), _grams(second)
    return 2 * len(ours & theirs) / (len(ours) + len(theirs))


@lru_cache(maxsize=20_000)
def _grams(folded: str) -> frozenset[str]:
    return frozenset(letters_in_a_row(folded))


def _unique(terms: Sequence[str], others: Sequence[str] = ()) -> list[str]:
    return list(dict.fromkeys(term for term in terms if term not in others))
