"""The seam between site search and its engines.

An engine indexes records and answers queries on behalf of a viewer. It never shows, counts or
suggests what the viewer may not read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from hub.documents import Viewer
from hub.errors import HubError
from search.expansion import Group
from search.records import Record

FACETS = ("kind", "topics", "publishers", "maturity", "year", "languages", "source")
"""Facets in their order on the page; each is a column of the record."""

LARGEST_PAGE = 50


class EngineUnavailable(HubError):
    """The search engine did not answer in time: try again, or search for fewer and rarer words."""


class Sort(StrEnum):
    """Orders of results."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    TITLE = "title"


@dataclass(frozen=True)
class Query:
    """What is searched for. ``filters`` maps a facet to the chosen values, of which one must hold.

    ``page`` counts from 1; past the last page the last one is given.
    """

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    size: int = 20
    viewer: Viewer = field(default_factory=Viewer)


@dataclass(frozen=True)
class Hit:
    """One result: the id of its catalogue entry and its score, higher is better."""

    object_id: str
    score: float = 0.0


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
    by words of the corpus, or empty; the results include those words already. ``relaxed`` says
    that nothing held all words, and that results with some of them are shown. ``groups`` is the
    query as it was understood, for highlighting, and ``base`` the number of hits without filters.
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


class Engine(Protocol):
    """What every engine offers."""

    def index(self, records: Iterable[Record]) -> None:
        """Add or replace records by their object id."""

    def remove(self, object_ids: Iterable[str]) -> None:
        """Take records out; unknown ids are passed over."""

    def clear(self) -> None:
        """Take all records out."""

    def search(self, query: Query) -> Results:
        """Answer a query. Raises :class:`EngineUnavailable` when it cannot be answered in time."""
