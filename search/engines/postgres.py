"""Site search in PostgreSQL: nothing to install, and the engine of last resort.

Every statement joins the catalogue as the viewer may read it now, so hits, totals, counts and
corrections hold nothing that was withdrawn, hidden or restricted, even before the index follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction

from hub.catalogue.queries import entries
from hub.documents import Viewer
from search.analysis import fold
from search.engines import vocabulary
from search.engines.base import LARGEST_PAGE, EngineUnavailable, Hit, Query, Results, Sort
from search.engines.facets import (
    chosen_facets,
    count_statement,
    filter_condition,
    filter_parameters,
    read_counts,
)
from search.engines.tsearch import match_all, match_any, match_group, write_vector
from search.expansion import Group, read_query
from search.models import SearchRecord, VocabularyWord
from search.records import Record

TIMEOUT_MS = 2_000
RANK = "ts_rank_cd('{0.1, 0.3, 0.6, 1.0}', terms, %(match)s::tsquery, 1)"
TITLE_BOOST = 0.5
GROUP_BOOST = 2.0
"""Where not all words are found, each further one outweighs any density of the others."""

_ORDERS = {
    Sort.RELEVANCE: "score DESC, changed DESC, object_id",
    Sort.NEWEST: "changed DESC, object_id",
    Sort.TITLE: "sort_title, object_id",
}
_COLUMNS = ("audience", "kind", "source", "topics", "publishers", "languages", "maturity", "year")


class PostgresEngine:
    """The engine over :class:`search.models.SearchRecord`. Each statement may take ``timeout_ms``."""

    def __init__(self, timeout_ms: int = TIMEOUT_MS) -> None:
        self.timeout_ms = timeout_ms

    def index(self, records: Iterable[Record]) -> None:
        """Add or replace records, in the caller's transaction if there is one."""
        with transaction.atomic():
            for record in sorted(records, key=lambda record: record.object_id):
                _index_one(record)

    def remove(self, object_ids: Iterable[str]) -> None:
        """Take records out, with the words they added to the vocabulary."""
        with transaction.atomic():
            held = SearchRecord.objects.select_for_update().filter(object_id__in=sorted(set(object_ids)))
            rows = list(held.order_by("object_id"))
            vocabulary.change_counts([(row.audience, word) for row in rows for word in row.words], [])
            SearchRecord.objects.filter(pk__in=[row.pk for row in rows]).delete()

    def clear(self) -> None:
        """Take everything out."""
        with transaction.atomic():
            SearchRecord.objects.all().delete()
            VocabularyWord.objects.all().delete()

    def search(self, query: Query) -> Results:
        """Answer a query: all words first; where nothing holds them all, those with most of them."""
        try:
            with time_limit(self.timeout_ms):
                return _search(query)
        except OperationalError as error:
            raise EngineUnavailable(str(error)) from error


@contextmanager
def time_limit(milliseconds: int) -> Iterator[None]:
    """Let each statement inside take this long at most; a longer one raises ``OperationalError``."""
    nested = connection.in_atomic_block
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(milliseconds)])
        yield
        if nested:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout TO DEFAULT")


def _index_one(record: Record) -> None:
    wordings = (*record.titles, *record.leads, *record.bodies, *record.extras)
    words = vocabulary.words_of(wordings)
    held = SearchRecord.objects.select_for_update().filter(object_id=record.object_id).first()
    before = {(held.audience, word) for word in held.words} if held else set()
    after = {(record.audience, key): word for key, word in words.items()}
    added = [(key[0], word) for key, word in after.items() if key not in before]
    vocabulary.change_counts(sorted(before - after.keys()), added)
    values = {name: getattr(record, name) for name in _COLUMNS}
    values |= {name: list(values[name]) for name in ("topics", "publishers", "languages")}
    values |= {"changed": record.changed, "sort_title": fold(record.title)[:300], "words": sorted(words)}
    row, _ = SearchRecord.objects.update_or_create(
        object_id=record.object_id,
        defaults=values,
        create_defaults=values | {"object_id": record.object_id, "terms": ""},
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE search_searchrecord SET terms = %s::tsvector WHERE id = %s", [_vector(record), row.pk]
        )


def _vector(record: Record) -> str:
    fields = [(text, "A", "A") for text in record.titles]
    fields += [(text, "B", "D") for text in record.leads]
    fields += [(text, "C", "D") for text in record.bodies]
    fields += [(text, "D", "D") for text in record.extras]
    return write_vector(fields)


def _search(query: Query) -> Results:
    groups = read_query(query.text)
    if query.text.strip() and not groups:
        return Results()
    understood = vocabulary.understand(groups, query.viewer)
    results = _run(query, understood.groups, relaxed=False)
    if results.total == 0 and len(groups) > 1 and not _matches_unfiltered(query, results):
        results = _run(query, understood.groups, relaxed=True)
    suggestion = vocabulary.correct(query.text[:200], understood.corrections) if results.total else ""
    return Results(**{**results.__dict__, "did_you_mean": suggestion})


def _matches_unfiltered(query: Query, results: Results) -> bool:
    """Whether only the filters leave nothing: then the words stay as strict as they are."""
    return bool(query.filters) and results.base > 0


def _run(query: Query, groups: Sequence[Group], *, relaxed: bool) -> Results:
    matching, parameters = _matching(query.viewer, searching=bool(groups))
    parameters |= _parameters(query, groups, relaxed=relaxed)
    with connection.cursor() as cursor:
        cursor.execute(count_statement(matching, query), parameters)
        total, base, facets = read_counts(cursor.fetchall(), query)
        size = max(1, min(query.size, LARGEST_PAGE))
        pages = max(1, -(-total // size))
        page = max(1, min(query.page, pages))
        hits: tuple[Hit, ...] = ()
        if total:
            parameters |= {"size": size, "offset": (page - 1) * size}
            cursor.execute(_hits_statement(matching, query, _score(groups, relaxed=relaxed)), parameters)
            hits = tuple(Hit(object_id, float(score)) for object_id, score in cursor.fetchall())
    return Results(
        total, hits, facets, page, pages, relaxed=relaxed and total > 0, groups=tuple(groups), base=base
    )


def _hits_statement(matching: str, query: Query, score: str) -> str:
    conditions = " AND ".join(filter_condition(facet) for facet in chosen_facets(query)) or "TRUE"
    return (
        f"SELECT object_id, {score} AS score FROM ({matching}) AS matching "  # noqa: S608 - constants, values are parameters
        f"WHERE {conditions} ORDER BY {_ORDERS[query.sort]} LIMIT %(size)s OFFSET %(offset)s"
    )


def _score(groups: Sequence[Group], *, relaxed: bool) -> str:
    if not groups:
        return "0.0"
    in_title = " + ".join(f"(terms @@ %(title{n})s::tsquery)::int" for n in range(len(groups)))
    score = f"{RANK} + {TITLE_BOOST} * ({in_title}) / {len(groups)}.0"
    if relaxed:
        found = " + ".join(f"(terms @@ %(group{n})s::tsquery)::int" for n in range(len(groups)))
        score += f" + {GROUP_BOOST} * ({found})"
    return score


def _parameters(query: Query, groups: Sequence[Group], *, relaxed: bool) -> dict[str, Any]:
    parameters = filter_parameters(query)
    parameters["match"] = match_any(groups) if relaxed else match_all(groups)
    for number, group in enumerate(groups):
        parameters[f"title{number}"] = match_group(group, "A")
        parameters[f"group{number}"] = match_group(group)
    return parameters


def _matching(viewer: Viewer, *, searching: bool) -> tuple[str, dict[str, Any]]:
    """SELECT of the records that match and that the catalogue lets the viewer read, with its parameters."""
    readable, values = entries(viewer).values("object_id").query.sql_with_params()
    parameters: dict[str, Any] = {f"c{number}": value for number, value in enumerate(values)}
    readable = readable % tuple(f"%({name})s" for name in parameters)
    parameters["audiences"] = sorted(viewer.audiences)
    searched = "AND record.terms @@ %(match)s::tsquery" if searching else ""
    statement = (
        "SELECT record.* FROM search_searchrecord AS record "  # noqa: S608 - Django's own SQL and constants
        f"JOIN ({readable}) AS entry ON entry.object_id = record.object_id "
        f"WHERE record.audience = ANY(%(audiences)s) {searched}"
    )
    return statement, parameters
