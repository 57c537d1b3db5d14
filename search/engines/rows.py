"""Writing the rows of the PostgreSQL engine: records with their terms, and the words they teach."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.db import connection

from search.analysis import Token, analyse
from search.engines import vocabulary
from search.engines.facets import LISTS
from search.engines.tsearch import write_tokens
from search.models import SearchRecord
from search.records import Record
from search.spelling import fold

COLUMNS = ("audience", "kind", "source", "maturity", "licence", "costs", "year", "changed")
_LISTS = sorted(LISTS)
_NAMES = ("generation", "object_id", *COLUMNS, *_LISTS, "sort_title", "words", "terms")
_ADD = """
INSERT INTO search_vocabularyword (generation, audience, folded, word, term, documents, inside)
SELECT %s, audience, folded, word, term, documents, string_to_array(inside, ' ')
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::int[], %s::text[])
  AS added (audience, folded, word, term, documents, inside)
ON CONFLICT (generation, audience, folded) DO UPDATE
SET documents = search_vocabularyword.documents + excluded.documents
"""
_TAKE = """
UPDATE search_vocabularyword AS held SET documents = greatest(held.documents - gone.documents, 0)
FROM unnest(%s::text[], %s::text[], %s::int[]) AS gone (audience, folded, documents)
WHERE held.generation = %s AND held.audience = gone.audience AND held.folded = gone.folded
"""
_SWEEP = """
DELETE FROM search_vocabularyword AS held USING unnest(%s::text[], %s::text[]) AS gone (audience, folded)
WHERE held.generation = %s AND held.audience = gone.audience AND held.folded = gone.folded
  AND held.documents = 0
"""
_REMOVE = "DELETE FROM search_searchrecord WHERE generation = %s AND object_id = ANY(%s)"
_WRITE = (
    f"INSERT INTO search_searchrecord ({', '.join(_NAMES)}) "  # noqa: S608 - names of columns
    f"VALUES ({', '.join(['%s'] * (len(_NAMES) - 1))}, %s::tsvector) "
    "ON CONFLICT (generation, object_id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _NAMES[2:])
)


class _Analysed(NamedTuple):
    """A wording with its tokens, which are needed twice, and the weights of its words and of their parts."""

    text: str
    tokens: Sequence[Token]
    words: str
    parts: str


def write_records(generation: int, records: Sequence[Record]) -> None:
    """Add or replace records, each once and in order of their ids, in the caller's transaction."""
    held = _held_words(generation, [record.object_id for record in records])
    taken: list[tuple[str, str]] = []
    added: list[tuple[str, vocabulary.Word]] = []
    rows = []
    for record in records:
        texts = [_Analysed(text, tuple(analyse(text)), *weights) for text, *weights in _fields(record)]
        words = vocabulary.words_of((each.text, each.tokens) for each in texts)
        before = held.get(record.object_id, set())
        after = {(record.audience, key): word for key, word in words.items()}
        taken += sorted(before - after.keys())
        added += [(key[0], word) for key, word in after.items() if key not in before]
        vector = write_tokens((each.tokens, each.words, each.parts) for each in texts)
        rows.append([*_columns(generation, record), sorted(words), vector])
    _change_counts(generation, taken, added)
    with connection.cursor() as cursor:
        cursor.executemany(_WRITE, rows)


def remove_records(generation: int, object_ids: Sequence[str]) -> None:
    """Take records out, with the words they added to the vocabulary."""
    held = _held_words(generation, object_ids)
    _change_counts(generation, [word for words in held.values() for word in sorted(words)], [])
    with connection.cursor() as cursor:
        cursor.execute(_REMOVE, [generation, sorted(held)])


def _change_counts(
    generation: int, taken: Sequence[tuple[str, str]], added: Sequence[tuple[str, vocabulary.Word]]
) -> None:
    """Take back and add words, each with its audience; ``taken`` are (audience, folded spelling).

    Rows are touched in one order, so that two writers never wait for each other.
    """
    with connection.cursor() as cursor:
        if taken:
            rows = sorted(Counter(taken).items())
            audiences, spellings = [key[0] for key, _ in rows], [key[1] for key, _ in rows]
            cursor.execute(_TAKE, [audiences, spellings, [count for _, count in rows], generation])
            cursor.execute(_SWEEP, [audiences, spellings, generation])
        if added:
            count = Counter((audience, word.folded) for audience, word in added)
            words = sorted({(audience, word.folded): word for audience, word in added}.items())
            audiences, spellings = [key[0] for key, _ in words], [key[1] for key, _ in words]
            shown, terms = (
                [word.word for _, word in words],
                [word.term[: vocabulary.LONGEST_WORD] for _, word in words],
            )
            numbers, inside = [count[key] for key, _ in words], [" ".join(word.inside) for _, word in words]
            cursor.execute(_ADD, [generation, audiences, spellings, shown, terms, numbers, inside])


def _held_words(generation: int, object_ids: Sequence[str]) -> dict[str, set[tuple[str, str]]]:
    """What each of them has in the vocabulary, as (audience, folded spelling); their rows are locked."""
    found = SearchRecord.objects.select_for_update().filter(generation=generation, object_id__in=object_ids)
    rows = found.order_by("object_id").values_list("object_id", "audience", "words")
    return {object_id: {(audience, word) for word in words} for object_id, audience, words in rows}


def _columns(generation: int, record: Record) -> list[Any]:
    columns = [getattr(record, name) for name in COLUMNS]
    lists = [list(getattr(record, name)) for name in _LISTS]
    return [generation, record.object_id, *columns, *lists, fold(record.title)[:300]]


def _fields(record: Record) -> Iterator[tuple[str, str, str]]:
    """The wordings with the weights of their words and of parts of these.

    Files weigh as little as extras and stand last: where a text is too long for the index, they give way.
    """
    yield from ((text, "A", "A") for text in record.titles)
    yield from ((text, "B", "D") for text in record.leads)
    yield from ((text, "C", "D") for text in record.bodies)
    yield from ((text, "D", "D") for text in (*record.extras, *record.files))
