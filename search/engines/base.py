"""The seam between site search and its engines.

An engine indexes records and answers queries on behalf of a viewer. It never shows, counts or
suggests what the viewer may not read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from hub.documents import Viewer
from hub.errors import Unavailable
from search.expansion import Group
from search.records import Record

FACETS = (
    "topics",
    "kind",
    "districts",
    "sizes",
    "publishers",
    "source",
    "maturity",
    "costs",
    "licence",
    "year",
    "languages",
)
"""Facets in their order on the page; each is a column of the record."""

LARGEST_PAGE = 50
LAST_PAGE = 1_000_000
FEW = 3
"""Where fewer hits than these hold all words of a query, those with some of them follow."""


class EngineUnavailable(Unavailable):
    """The search engine did not answer in time: try again, or search for fewer and rarer words."""


class Sort(StrEnum):
    """Orders of results."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    TITLE = "title"


@dataclass(frozen=True)
class Query:
    """What is searched for. ``filters`` maps a facet to the chosen values, of which one must hold.

    ``since`` and ``until`` are the first and the last day of first publication, here in local time. ``page``
    counts from 1; past the last page the last one is given.
    """

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    since: dt.date | None = None
    until: dt.date | None = None
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    size: int = 20
    viewer: Viewer = field(default_factory=Viewer)

    @property
    def page_size(self) -> int:
        """Hits of a page, within what an engine gives."""
        return max(1, min(self.size, LARGEST_PAGE))

    @property
    def page_asked(self) -> int:
        """The page that is tried first, which may be past the last one."""
        return max(1, min(self.page, LAST_PAGE))

    def count_pages(self, total: int) -> int:
        """The pages of so many hits; one where there are none."""
        return max(1, -(-total // self.page_size))


@dataclass(frozen=True)
class Hit:
    """One result: the id of its catalogue entry."""

    object_id: str


@dataclass(frozen=True)
class FacetValue:
    """A value of a facet with the number of results it has or would have when chosen."""

    value: str
    count: int
    chosen: bool = False


@dataclass(frozen=True)
class Results:
    """The answer of an engine. ``total`` counts all hits, ``hits`` is one page of them.

    Counts of a facet follow the other facets' filters but not its own, so each count says how
    many results its value brings. ``did_you_mean`` is the query with its misspelt words replaced
    by words of the corpus, or empty; the results include those words already. ``whole`` of the hits
    hold all words and come first; ``relaxed`` says that others follow, with some of the words. ``groups``
    is the query as it was understood, for highlighting, with the parts of compounds that find others.
    ``base`` is the number of hits without filters (facets and days). ``without`` has, for each facet that is
    filtered by, the number of hits under all other filters; days are named
    :data:`search.engines.facets.DAYS`. ``engine`` is the name of the one that answered.
    """

    total: int = 0
    hits: tuple[Hit, ...] = ()
    facets: Mapping[str, tuple[FacetValue, ...]] = field(default_factory=dict)
    page: int = 1
    pages: int = 1
    did_you_mean: str = ""
    relaxed: bool = False
    groups: tuple[Group, ...] = ()
    base: int = 0
    without: Mapping[str, int] = field(default_factory=dict)
    engine: str = ""
    whole: int = 0


def is_too_strict(query: Query, groups: Sequence[Group], base: int) -> bool:
    """Whether what holds some words is to follow the ``base`` hits that hold all, counted without filters.

    By date or title nothing is mixed into hits that hold all words, and one word that is there is not taken
    apart. Identifiers mean themselves alone.
    """
    few = FEW if query.sort is Sort.RELEVANCE and len(groups) > 1 else 1
    return base < few and any(not group.exact for group in groups)


class Index(Protocol):
    """One generation of an engine's index: the one that answers, or one that is built aside."""

    def index(self, records: Iterable[Record]) -> None:
        """Add or replace records by their object id. Raises :class:`EngineUnavailable`."""

    def remove(self, object_ids: Iterable[str]) -> None:
        """Take records out; unknown ids are passed over. Raises :class:`EngineUnavailable`."""


class Engine(Index, Protocol):
    """What every engine offers. As an :class:`Index` it is the generation that answers."""

    name: str
    """Names its row in :class:`search.models.SearchIndex` and its consumer."""

    def search(self, query: Query) -> Results:
        """Answer a query. Raises :class:`EngineUnavailable` when it cannot be answered in time."""

    def create(self, generation: int) -> Index:
        """An empty index aside; what an earlier attempt left under that number is gone."""

    def aside(self, generation: int) -> Index:
        """The index of that generation as it stands, to go on building it."""

    def holds(self, generation: int) -> bool:
        """Whether that generation is there: a disk may be lost. Raises :class:`EngineUnavailable`."""

    def swap(self, generation: int) -> None:
        """Let that generation answer from now on, in the caller's transaction if the engine knows those."""

    def drop(self, generation: int) -> None:
        """Delete a generation that does not answer; unknown ones are passed over."""
