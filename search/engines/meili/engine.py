"""Site search in Meilisearch, beside PostgreSQL, which holds the catalogue, the words and the last word.

Nobody reads a half index: each generation is an index of its own, and the row of
:class:`search.models.SearchIndex` names the one that answers. Filters of audience and expiry are built here;
what the catalogue has taken back since the index last followed is left out of every count.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain, islice, product

from django.db import OperationalError, connection

from hub.catalogue.queries import entries
from hub.documents import Viewer
from search.engines import vocabulary
from search.engines.base import EngineUnavailable, Hit, Query, Results, Sort, is_too_strict
from search.engines.meili.asking import (
    MOST_WORDS,
    WHOLE,
    Answer,
    Asked,
    Choice,
    Options,
    ask,
    rarity_of,
    read_facets,
    read_keys,
    single,
    some_of,
    visible_filter,
)
from search.engines.meili.documents import LAYOUT, SETTINGS, make_document, make_key
from search.engines.meili.server import SEARCH_SECONDS, RejectedByServer, Server
from search.engines.meili.tokens import ask_for, encode
from search.engines.postgres import TIMEOUT_MS, time_limit
from search.expansion import LONGEST_QUERY, Group, loosened, read_query
from search.language import current
from search.models import SearchIndex
from search.records import Record

NAME = "meilisearch"
CONSUMER = "search.meilisearch"
MOST_GONE = 500
"""Taken back and not yet followed; where it is more, the index is too old to answer."""

MOST_READINGS = 4
"""How many ways to correct a query are searched for."""

_STANDING = """
SELECT generation, language, coalesce((SELECT position FROM catalogue_cursor WHERE consumer = %s), 0)
FROM search_searchindex WHERE engine = %s AND generation > 0
"""
_TAKEN_BACK = """
SELECT object_id FROM catalogue_catalogueentry AS suspect
WHERE (position > %s OR (hidden AND source = '' AND state = 'live'))
  AND NOT EXISTS (SELECT FROM ({readable}) AS entry WHERE entry.object_id = suspect.object_id) LIMIT %s
"""
"""What the viewer may not read though the index may say so: changed since, or hidden by a trigger.

Asked by itself: only where the position is known, the database knows how little there is to look at.
"""


class NotForThisEngine(EngineUnavailable):
    """Meilisearch cannot answer this query, or not yet, though nothing is wrong: PostgreSQL does."""


class MeiliIndex:
    """One generation; None is the one that answers."""

    def __init__(self, server: Server, generation: int | None = None) -> None:
        self.server = server
        self._generation = generation

    def index(self, records: Iterable[Record]) -> None:
        """Add or replace records; in the index that answers they are found from then on.

        Before the first build nothing is held.
        """
        documents = {record.object_id: make_document(record) for record in records}
        if documents and (uid := self._uid()):
            add = self.server.queue_documents if self._generation else self.server.add_documents
            add(uid, list(documents.values()))

    def remove(self, object_ids: Iterable[str]) -> None:
        """Take records out; from the index that answers they are gone from then on."""
        keys = sorted({make_key(object_id) for object_id in object_ids})
        if keys and (uid := self._uid()):
            delete = self.server.queue_deletion if self._generation else self.server.delete_documents
            delete(uid, keys)

    def _uid(self) -> str:
        generation = self._generation or _live_generation()
        return uid_of(self.server, generation) if generation else ""


class MeiliEngine(MeiliIndex):
    """The engine over a server."""

    name = NAME

    def create(self, generation: int) -> MeiliIndex:
        """An empty index aside."""
        self.drop(generation)
        self.server.create_index(uid_of(self.server, generation), SETTINGS)
        return self.aside(generation)

    def aside(self, generation: int) -> MeiliIndex:
        """The index of that generation as it stands."""
        return MeiliIndex(self.server, generation)

    def holds(self, generation: int) -> bool:
        """Whether it is there, and laid out as this version of the program reads it."""
        return self.server.has_index(uid_of(self.server, generation))

    def swap(self, generation: int) -> None:
        """Let that generation answer as soon as the caller's transaction commits.

        Raises :class:`EngineUnavailable` where not all of it is there; it is then dropped, to be built anew.
        """
        try:
            self.server.settle(uid_of(self.server, generation))
        except RejectedByServer as error:
            self.drop(generation)
            raise EngineUnavailable(f"The index was not built: {error}") from error
        SearchIndex.objects.update_or_create(engine=self.name, defaults={"generation": generation})

    def drop(self, generation: int) -> None:
        """Delete a generation."""
        self.server.delete_index(uid_of(self.server, generation))

    def search(self, query: Query) -> Results:
        """Answer a query as PostgreSQL does: all words first, then, where those are few, some words.

        Where it is PostgreSQL that takes too long, looking up the words, nothing is wrong with Meilisearch.
        """
        try:
            with time_limit(TIMEOUT_MS):
                return _search(self.server, query)
        except OperationalError as error:
            raise NotForThisEngine(str(error)) from error


def uid_of(server: Server, generation: int) -> str:
    """The name of the index of a generation."""
    return f"{server.prefix}{LAYOUT}_{generation}"


def _search(server: Server, query: Query) -> Results:
    groups = read_query(query.text)
    if query.text.strip() and not groups:
        return Results(engine=NAME)
    until = time.monotonic() + SEARCH_SECONDS
    index, visible = _standing(server, query.viewer)
    understood = vocabulary.understand(groups, query.viewer)
    options = [_options_of(group, understood) for group in groups]
    strict = _readings(options)
    if any(len(choice.words) > MOST_WORDS for choice in strict):
        raise NotForThisEngine(f"More than {MOST_WORDS} words")
    asked = Asked(index, query, visible, strict, until)
    answer = ask(server, asked)
    whole = answer.total
    some = loosened(understood.groups)
    if len(some) > 1 and is_too_strict(query, groups, answer.base):
        parts = [Options([(encode(group.term),)], narrow=True) for group in some[len(groups) :]]
        answer = _relax(server, asked, [*options, *parts])
        understood = replace(understood, groups=some)
    return _results(query, understood, answer, whole)


def _relax(server: Server, strict: Asked, groups: Sequence[Options]) -> Answer:
    """What holds some of the words, behind what holds all. Its size is counted by single words alone."""
    counted = replace(strict, choices=single(groups))
    if strict.query.sort is not Sort.RELEVANCE:
        return ask(server, counted)
    rarity = rarity_of(server, strict, groups)
    whole = [replace(choice, weight=WHOLE) for choice in strict.choices]
    return ask(server, replace(counted, ranked=[*whole, *some_of(groups, rarity)]))


def _options_of(group: Group, understood: vocabulary.Understood) -> Options:
    """The tokens of a group, once for every way its word may be corrected."""
    return Options([ask_for(word) for word in understood.meant.get(group.word, (group.word,))])


def _readings(groups: Sequence[Options]) -> list[Choice]:
    """All groups together, once for every way to read them."""
    readings = islice(product(*(group.words for group in groups)), MOST_READINGS)
    return [Choice(tuple(dict.fromkeys(chain.from_iterable(reading)))) for reading in readings]


def _results(query: Query, understood: vocabulary.Understood, answer: Answer, whole: int) -> Results:
    corrections = understood.corrections
    return Results(
        total=answer.total,
        hits=tuple(Hit(object_id) for object_id in read_keys(answer)),
        facets=read_facets(answer.counts, query),
        page=answer.page,
        pages=query.count_pages(answer.total),
        did_you_mean=vocabulary.correct(query.text[:LONGEST_QUERY], corrections) if answer.total else "",
        relaxed=answer.total > whole,
        groups=understood.groups,
        base=answer.base,
        without=answer.without,
        engine=NAME,
        whole=whole,
    )


def _live_generation() -> int:
    found = SearchIndex.objects.filter(engine=NAME).values_list("generation", flat=True)
    return found.first() or 0


def _standing(server: Server, viewer: Viewer) -> tuple[str, str]:
    """The index that answers, and the filter of what the viewer may read of it; two queries."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [CONSUMER, NAME])
        row = cursor.fetchone()
        if row is None:
            raise NotForThisEngine("There is no index yet")
        generation, version, position = row
        if version != current().version:
            raise NotForThisEngine("The words of the search have changed since the index was built")
        readable, values = entries(viewer).values("object_id").query.sql_with_params()
        cursor.execute(_TAKEN_BACK.format(readable=readable), [position, *values, MOST_GONE + 1])
        gone = [object_id for (object_id,) in cursor.fetchall()]
    if len(gone) > MOST_GONE:
        raise NotForThisEngine("The index is too far behind the catalogue")
    return uid_of(server, generation), visible_filter(viewer.audiences, gone)
