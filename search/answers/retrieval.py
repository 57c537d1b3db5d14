"""Finding passages in PostgreSQL: by words, by letters and by vector, only what the viewer may read now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from search.answers.alike import find_alike
from search.answers.lightwords import is_content
from search.answers.measuring import Found, measure
from search.answers.models import Passage
from search.answers.questions import Question
from search.answers.rarity import count_terms
from search.answers.scope import EVERYTHING, readable_passages
from search.answers.sieve import MOST_LOOKED_AT, Clue, any_of, sieve
from search.answers.vectors import nearest
from search.engines.tsearch import match_group, quote, rank_by
from theme.wordings import SIMPLE, is_simple

CANDIDATES = 40
SPARE = 2
"""How many times as many are looked up in the catalogue, in case some are not read any more."""

SHARE_ALIKE, SHARE_NEARLY = 0.8, 0.4
"""What a word counts that is written like one of the question, or nearly."""

FREQUENT = 2_000
"""Passages from which on a word is spelled as everybody does."""

MOST_ALIKE = 3
"""Words of a question, the rarest, for which others like them are looked for."""

_PLACES = "'{0.5, 1.0, 0.8, 0.6}'"
"""What a term counts by its place, D to A: of those that hold the same the ones that say more come first."""


def find_by_words(question: Question, limit: int = CANDIDATES) -> list[Found]:
    """Passages with any of the question's words, best first: BM25 with a weight for the place."""
    clues = [
        Clue(match_group(group), f"({rank_by([group], relaxed=True)})", weight, held)
        for group, weight, held in zip(question.groups, question.rarity, question.held, strict=True)
    ]
    scored = [measure(question, passage) for passage in _holding_most(question, clues, limit)]
    return sorted(scored, key=lambda one: (-one.score, is_simple(one.passage.language), one.passage.pk))


def find_by_letters(question: Question, limit: int = CANDIDATES) -> list[Found]:
    """Passages with words written like those of the question, best first; all of one score."""
    content = [n for n, group in enumerate(question.groups) if is_content(group)]
    rare = sorted((n for n in content if question.held[n] <= FREQUENT), key=lambda n: -question.rarity[n])
    alike = find_alike({n: question.groups[n] for n in rare[:MOST_ALIKE]}, question.viewer)
    held = count_terms((term for tiers in alike.values() for tier in tiers for term in tier), question.viewer)
    clues = []
    for number, tiers in alike.items():
        for tier, share in zip(tiers, (SHARE_ALIKE, SHARE_NEARLY), strict=True):
            query = f"({' | '.join(map(quote, tier))})"
            if most := max((held[term] for term in tier), default=0):
                clues.append(Clue(query, query, question.rarity[number] * share, most))
    return [Found(passage, 0.0) for passage in _holding_most(question, clues, limit)]


def find_by_vector(question: Question, limit: int = CANDIDATES) -> list[Found]:
    """Passages nearest to the question by cosine; the score is the similarity, 1 for the same."""
    near = nearest(question.whole_text, readable_passages(question.viewer, question.scope), limit)
    return [Found(passage, similarity) for passage, similarity in near]


def _holding_most(question: Question, clues: Sequence[Clue], limit: int) -> list[Passage]:
    """The passages of the scope that hold most of these, the heaviest counting most."""
    found: list[Passage] = []
    # The second is needed where most of what the first finds is outside the scope.
    for queries in dict.fromkeys((sieve(clues, question.total, limit), (any_of(clues),))):
        if len(found) < limit and any(queries):
            found = _look_through(question, clues, queries, limit)
    return found


def _look_through(
    question: Question, clues: Sequence[Clue], queries: Sequence[str], limit: int
) -> list[Passage]:
    """The best of the first :data:`MOST_LOOKED_AT` passages that match each ``tsquery``."""
    readable = readable_passages(question.viewer, question.scope)
    # The catalogue is asked of few, unless it says what is in the scope.
    among = Passage.objects.filter(audience__in=sorted(question.viewer.audiences))
    among = among if question.scope == EVERYTHING else readable
    parts, values = [], list[Any]()
    for query in queries:
        matching = among.filter(RawSQL("terms @@ %s::tsquery", [query], output_field=BooleanField()))
        try:
            part, more = matching.values("id", "language", "terms")[:MOST_LOOKED_AT].query.sql_with_params()
        except EmptyResultSet:  # whoever may read nothing, or a scope that cannot exist
            return []
        parts.append(f"({part})")
        values += more
    held = " + ".join(["%s * (terms @@ %s::tsquery)::int"] * len(clues))
    statement = (
        f"SELECT id FROM ({' UNION ALL '.join(parts)}) AS looked ORDER BY {held} DESC, "  # noqa: S608 - Django's own SQL and constants
        f"language LIKE %s, ts_rank({_PLACES}, terms, %s::tsquery) DESC, id LIMIT %s"
    )
    values += [value for clue in clues for value in (clue.weight, clue.query)]
    # Of wordings that hold the same words the simple one comes last: it says nothing more.
    values += [f"%{SIMPLE}", any_of(clues), limit * SPARE]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        keys = list(dict.fromkeys(key for (key,) in cursor.fetchall()))
    passages = {passage.pk: passage for passage in readable.filter(pk__in=keys).defer("terms")}
    return [passages[key] for key in keys if key in passages][:limit]
