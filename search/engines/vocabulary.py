"""The words of the corpus: what they teach about compounds, and which one was meant.

Counts are kept per audience, and every look-up names the audiences it may draw from: a word that
stands only in what the viewer may not read is neither matched nor suggested. The counts follow the
index, which does not know what expired or was hidden a moment ago, so a correction is offered only
if a record holds it that the catalogue lets the viewer read now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection

from hub.catalogue.queries import entries
from hub.documents import Viewer
from search.analysis import Token, analyse, fold, stem
from search.compounds import Lexicon, split
from search.engines.generations import LIVE
from search.engines.tsearch import quote
from search.expansion import Alternative, Group, read_query
from search.inside import words_inside
from search.language import current

SHORTEST_WORD = 4
SHORTEST_CORRECTED = 5
LONGEST_WORD = 100
MOST_COMPOUNDS = 24
MOST_CORRECTIONS = 2

_LOOK_UP = f"""
WITH asked AS (
  SELECT * FROM unnest(%(number)s::int[], %(folded)s::text[], %(term)s::text[])
    AS asked (number, folded, term))
SELECT number, 'known', held.word, held.folded, held.term, held.documents FROM asked
  CROSS JOIN LATERAL (SELECT word, folded, term, documents FROM search_vocabularyword
    WHERE term = asked.term AND generation = {LIVE} AND audience = ANY(%(audiences)s) LIMIT 1) AS held
UNION ALL
SELECT part.number, 'part', held.word, held.folded, held.term, held.documents
  FROM unnest(%(part_number)s::int[], %(part)s::text[]) AS part (number, term)
  CROSS JOIN LATERAL (SELECT word, folded, term, documents FROM search_vocabularyword
    WHERE term = part.term AND generation = {LIVE} AND audience = ANY(%(audiences)s) LIMIT 1) AS held
UNION ALL
SELECT number, 'inside', held.word, held.folded, held.term, held.documents FROM asked
  CROSS JOIN LATERAL (SELECT word, folded, term, documents FROM search_vocabularyword
    WHERE inside @> ARRAY[asked.term] AND generation = {LIVE} AND audience = ANY(%(audiences)s)
    ORDER BY documents DESC, folded LIMIT {MOST_COMPOUNDS}) AS held
UNION ALL
SELECT number, 'similar', held.word, held.folded, held.term, held.documents FROM asked
  CROSS JOIN LATERAL (SELECT word, folded, term, documents FROM search_vocabularyword
    WHERE length(asked.folded) >= %(shortest)s AND folded %% asked.folded
      AND generation = {LIVE} AND audience = ANY(%(audiences)s)
      AND NOT EXISTS (SELECT FROM search_vocabularyword AS known
        WHERE known.term = asked.term AND known.generation = {LIVE} AND known.audience = ANY(%(audiences)s))
    ORDER BY similarity(folded, asked.folded) DESC, documents DESC, folded LIMIT 12) AS held
"""  # noqa: S608 - LIVE is a constant

_STANDING = """
SELECT asked.folded FROM unnest(%s::text[], %s::text[]) AS asked (folded, term)
WHERE EXISTS (SELECT FROM search_searchrecord AS record
  WHERE record.generation = {live} AND record.audience = ANY(%s) AND record.terms @@ asked.term::tsquery
    AND asked.folded = ANY(record.words) AND record.object_id IN ({readable}))
"""


@dataclass(frozen=True)
class Word:
    """A word of the vocabulary. ``inside`` are the stems of the words that it may begin or end with."""

    word: str
    folded: str
    term: str
    documents: int = 1
    inside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Understood:
    """A query's groups with what the corpus adds, and the corrections made, typed word to meant word.

    ``meant`` has all words that each of those typed may mean, the correction among them.
    """

    groups: tuple[Group, ...]
    corrections: Mapping[str, str]
    meant: Mapping[str, tuple[str, ...]]


def words_of(texts: Iterable[tuple[str, Iterable[Token]]]) -> dict[str, Word]:
    """The vocabulary words of analysed texts, by folded spelling, with the known pieces of compounds."""
    found: dict[str, Word] = {}
    pieces: dict[str, Word] = {}
    seen: set[str] = set()
    for text, tokens in texts:
        for token in tokens:
            if token.word in seen or not _counts(token):
                continue
            seen.add(token.word)
            key = fold(token.word)
            if key not in found and len(key) <= LONGEST_WORD:
                found[key] = Word(_spelling_of(token, text), key, token.term, inside=words_inside(token))
                pieces |= _pieces(key, current().lexicon)
    return pieces | found


def _spelling_of(token: Token, text: str) -> str:
    spelling = text[token.start : token.end]
    if not spelling.isprintable():
        spelling = "".join(filter(str.isprintable, spelling))
    return spelling[:LONGEST_WORD]


@lru_cache(maxsize=50_000)
def _pieces(folded: str, lexicon: Lexicon) -> Mapping[str, Word]:
    """The words of the lexicon that a compound is made of: who mistypes one of them means it."""
    spellings = lexicon.spellings
    return {
        piece: Word(spellings[piece], piece, stem(piece))
        for piece in split(folded, lexicon)
        if piece in spellings and len(piece) >= SHORTEST_WORD
    }


def understand(groups: Sequence[Group], viewer: Viewer) -> Understood:
    """Add to each group the compounds of the corpus that hold its word, or else correct its spelling.

    One query, whatever the number of words, and a second one if there are corrections to be checked.
    Only words the corpus does not know are corrected, and only long ones: short ones are
    abbreviations, which synonyms carry.
    """
    rows = _look_up(groups, viewer.audiences)
    result = []
    similar: dict[int, list[Word]] = {}
    for number, group in enumerate(groups):
        compounds = dict.fromkeys(word.term for word in rows.get((number, "inside"), ()))
        result.append(group.widened(Alternative((term,)) for term in compounds))
        parts = {word.term for word in rows.get((number, "part"), ())}
        if not compounds and (number, "known") not in rows and _may_be_misspelt(group, parts):
            similar[number] = _near(fold(group.word), rows.get((number, "similar"), ()))
    standing = standing_words([word for words in similar.values() for word in words], viewer)
    meanings: dict[str, tuple[str, ...]] = {}
    for number, words in similar.items():
        group = groups[number]
        meant = _nearest(fold(group.word), [word for word in words if word.folded in standing])
        if meant:
            meanings[group.word] = tuple(word.word for word in meant)
            result[number] = group.widened(option for word in meant for option in _alternatives(word))
    corrections = {typed: words[0] for typed, words in meanings.items()}
    return Understood(tuple(result), corrections, meanings)


def correct(text: str, corrections: Mapping[str, str]) -> str:
    """``text`` with the corrected words in place of the typed ones; empty if nothing was corrected."""
    if not corrections:
        return ""
    pieces, end = [], 0
    for token in analyse(text):
        if token.word in corrections:
            pieces += [text[end : token.start], corrections[token.word]]
            end = token.end
    return "".join(pieces) + text[end:]


def _look_up(groups: Sequence[Group], audiences: Iterable[str]) -> dict[tuple[int, str], list[Word]]:
    asked = [
        (number, group) for number, group in enumerate(groups) if not group.exact and " " not in group.term
    ]
    if not asked:
        return {}
    folded = [fold(group.word)[:LONGEST_WORD] for _, group in asked]
    values: dict[str, Any] = {
        "number": [number for number, _ in asked],
        "folded": folded,
        "term": [group.term for _, group in asked],
        "part_number": [number for number, group in asked for _ in group.parts],
        "part": [part for _, group in asked for part in group.parts],
        "audiences": sorted(audiences),
        "shortest": SHORTEST_CORRECTED,
    }
    found: dict[tuple[int, str], list[Word]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_LOOK_UP, values)
        for number, relation, *word in cursor.fetchall():
            found.setdefault((number, relation), []).append(Word(*word))
    return found


def standing_words(words: Sequence[Word], viewer: Viewer) -> set[str]:
    """The folded spellings that stand in something the viewer may read now."""
    if not words:
        return set()
    readable, values = entries(viewer).values("object_id").query.sql_with_params()
    asked = [[word.folded for word in words], [quote(word.term) for word in words]]
    with connection.cursor() as cursor:
        statement = _STANDING.format(readable=readable, live=LIVE)
        cursor.execute(statement, [*asked, sorted(viewer.audiences), *values])
        return {folded for (folded,) in cursor.fetchall()}


def _counts(token: Token) -> bool:
    return bool(token.term) and not token.exact and SHORTEST_WORD <= len(token.word) <= LONGEST_WORD


def _may_be_misspelt(group: Group, used: Collection[str]) -> bool:
    """A noun, and neither of the lexicon nor made of its and the corpus' words, which is right though unused.

    ``used`` are those parts of the group that the corpus has.
    """
    known = current().lexicon.bases
    made_of_known = len(group.parts) > 1 and all(part in known or part in used for part in group.parts)
    return group.noun and group.term not in known and not made_of_known


def _alternatives(word: Word) -> list[Alternative]:
    return [option for group in read_query(word.word) for option in group.alternatives]


def _near(typed: str, words: Sequence[Word]) -> list[Word]:
    """The words near enough: one mistake in a short word, two from eight letters on."""
    allowed = _allowed(typed)
    return [word for word in words if distance(typed, word.folded, allowed) <= allowed]


def _nearest(typed: str, words: Sequence[Word]) -> list[Word]:
    """Of words near enough those at the smallest distance, the most frequent first."""
    allowed = _allowed(typed)
    far = {word.folded: distance(typed, word.folded, allowed) for word in words}
    unique: dict[str, Word] = {}
    for word in sorted(words, key=lambda word: (far[word.folded], -word.documents, word.folded)):
        if far[word.folded] == min(far.values()):
            unique.setdefault(word.term, word)
    return list(unique.values())[:MOST_CORRECTIONS]


def _allowed(typed: str) -> int:
    return 1 if len(typed) < 8 else 2


def distance(first: str, second: str, allowed: int) -> int:
    """Edits between two words, swapped neighbours counting once; ``allowed + 1`` for anything more."""
    if abs(len(first) - len(second)) > allowed:
        return allowed + 1
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        before, last, row = row, before, [i]
        for j, b in enumerate(second, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == second[j - 2] and first[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return min(row[-1], allowed + 1)
