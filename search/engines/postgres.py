"""Site search in PostgreSQL: nothing to install, and the engine of last resort.

Every statement joins the catalogue as the viewer may read it now, so hits, totals, counts and
corrections hold nothing that was withdrawn, hidden or restricted, even before the index follows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from django.db import OperationalError, connection, transaction

from search.budget import within_budget
from search.engines import vocabulary
from search.engines.base import EngineUnavailable, Hit, Query, Results, is_too_strict
from search.engines.facets import read_counts
from search.engines.generations import POSTGRES, live_generation
from search.engines.rows import remove_records, write_records
from search.engines.statements import HIT, Asked, among_statement, search_statement
from search.expansion import LONGEST_QUERY, loosened, read_query
from search.models import SearchIndex
from search.records import Record

TIMEOUT_MS = 2_000
PLANNING = {"enable_seqscan": "off", "work_mem": "64MB"}
"""Long texts lie outside their rows, which the planner does not reckon with: to read them all to see what
matches takes ten times as long as the index does. What facets are counted from is kept in memory."""


class PostgresIndex:
    """One generation in the table; None is the one that answers."""

    def __init__(self, generation: int | None = None) -> None:
        self._generation = generation

    @property
    def generation(self) -> int:
        """Its number now."""
        return self._generation or live_generation()

    def index(self, records: Iterable[Record]) -> None:
        """Add or replace records, in the caller's transaction if there is one."""
        rows = {record.object_id: record for record in records}
        if rows:
            with transaction.atomic():
                write_records(self.generation, [rows[object_id] for object_id in sorted(rows)])

    def remove(self, object_ids: Iterable[str]) -> None:
        """Take records out, with the words they added to the vocabulary."""
        wanted = sorted(set(object_ids))
        if wanted:
            with transaction.atomic():
                remove_records(self.generation, wanted)


class PostgresEngine(PostgresIndex):
    """The engine over :class:`search.models.SearchRecord`. Each statement may take ``timeout_ms``."""

    name = POSTGRES

    def __init__(self, timeout_ms: int = TIMEOUT_MS) -> None:
        super().__init__()
        self.timeout_ms = timeout_ms

    def create(self, generation: int) -> PostgresIndex:
        """An empty index aside."""
        self.drop(generation)
        return self.aside(generation)

    def aside(self, generation: int) -> PostgresIndex:
        """The index of that generation as it stands."""
        return PostgresIndex(generation)

    def holds(self, generation: int) -> bool:
        """Always: rows are lost with the catalogue only."""
        return True

    def swap(self, generation: int) -> None:
        """Let that generation answer, for each statement from the commit on."""
        SearchIndex.objects.update_or_create(engine=self.name, defaults={"generation": generation})

    def drop(self, generation: int) -> None:
        """Delete the rows of a generation, without reading them."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_searchrecord WHERE generation = %s", [generation])
            cursor.execute("DELETE FROM search_vocabularyword WHERE generation = %s", [generation])

    def search(self, query: Query) -> Results:
        """Answer a query: all words first; where few hold them all, those with most of them follow."""
        try:
            with time_limit(self.timeout_ms, **PLANNING):
                return _search(query)
        except OperationalError as error:
            raise EngineUnavailable(str(error)) from error

    def find_among(self, query: Query, object_ids: Collection[str]) -> list[str]:
        """Which of these items hold all words and filters of a query, the newest first. No page, no facet.

        For who asks what is new of a search. Raises :class:`EngineUnavailable`.
        """
        groups = read_query(query.text)
        if not object_ids or (query.text.strip() and not groups):
            return []
        try:
            with time_limit(self.timeout_ms, **PLANNING), connection.cursor() as cursor:
                understood = vocabulary.understand(groups, query.viewer)
                cursor.execute(*among_statement(Asked(query, understood.groups), object_ids))
                return [object_id for (object_id,) in cursor.fetchall()]
        except OperationalError as error:
            raise EngineUnavailable(str(error)) from error


@contextmanager
def time_limit(milliseconds: int, **settings: str) -> Iterator[None]:
    """Let each statement inside take this long at most, or what is left of :func:`search.budget.budget`.

    A longer one raises ``OperationalError``. Further ``settings`` of the server hold as long.
    """
    nested = connection.in_atomic_block
    with transaction.atomic():
        with connection.cursor() as cursor:
            wanted = {"statement_timeout": str(within_budget(milliseconds)), **settings}
            columns = ", ".join(["set_config(%s, %s, true)"] * len(wanted))
            cursor.execute(f"SELECT {columns}", [each for setting in wanted.items() for each in setting])
        yield
        if nested:
            with connection.cursor() as cursor:
                cursor.execute("; ".join(f"SET LOCAL {name} TO DEFAULT" for name in wanted))


def _search(query: Query) -> Results:
    groups = read_query(query.text)
    if query.text.strip() and not groups:
        return Results(engine=POSTGRES)
    understood = vocabulary.understand(groups, query.viewer)
    strict = Asked(query, understood.groups)
    results = _ask(strict)
    some = loosened(understood.groups)
    if len(some) > 1 and is_too_strict(query, understood.groups, results.base):
        results = _relax(replace(strict, some=some), results)
    corrected = vocabulary.correct(query.text[:LONGEST_QUERY], understood.corrections)
    return replace(results, did_you_mean=corrected if results.total else "")


def _relax(asked: Asked, strict: Results) -> Results:
    """What holds some of the words, behind what holds all; the latter alone where it takes too long."""
    try:
        with transaction.atomic():
            found = _ask(asked)
    except OperationalError:
        if not strict.base:
            raise
        return strict
    return replace(found, whole=strict.total, relaxed=found.total > strict.total)


def _ask(asked: Asked) -> Results:
    """The answer to a query; past the last page, which nobody knows before, it is asked twice."""
    results = _ask_page(asked, asked.query.page_asked)
    if results.hits or not results.total:
        return results
    return _ask_page(asked, results.pages)


def _ask_page(asked: Asked, page: int) -> Results:
    statement, parameters = search_statement(asked, page)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows = cursor.fetchall()
    counts = read_counts([row for row in rows if row[0] != HIT], asked.query)
    places = sorted((place, object_id) for name, object_id, place in rows if name == HIT)
    pages = asked.query.count_pages(counts.total)
    return Results(
        total=counts.total,
        hits=tuple(Hit(object_id) for _place, object_id in places),
        facets=counts.facets,
        page=min(page, pages),
        pages=pages,
        groups=tuple(asked.some or asked.groups),
        base=counts.base,
        without=counts.without,
        engine=POSTGRES,
        whole=counts.total,
    )
