"""One request to the list of contributions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F, OrderBy, Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.publishing import published_by, published_by_any
from hub.documents import Viewer
from hub.site.counting import Tally, tally
from hub.site.listing.bodies import Bodies, find_named
from hub.site.listing.filters import (
    BODY,
    FILTERS,
    LISTS,
    REGION,
    SIZE,
    TOPIC,
    YEAR,
    Filter,
    groups_for,
    name_values,
)
from hub.site.queries import contributions
from theme.facets import Facet, build_facet
from theme.labels import Labels
from theme.topics import Vocabulary

PER_PAGE = 20
PLACE = "ort"
"""The parameter with part of a municipality's name."""
LONGEST_PLACE = 60
NEWEST = "neu"
ORDERS: dict[str, tuple[str | Promise, tuple[str | OrderBy, ...]]] = {
    NEWEST: (_("Newest first"), ("-changed", "pk")),
    "titel": (_("By title"), ("title", "pk")),
    "kosten": (_("Lowest costs first"), (F("first_year_eur").asc(nulls_last=True), "pk")),
}


@dataclass(frozen=True)
class Relaxation:
    """A filter that could be dropped: what it asks for, how much is found without it, and the address."""

    label: str
    count: int
    query: str


class Listing:
    """One request to the list. Values of one filter are alternatives, filters narrow each other.

    ``params`` are those of the address that can be meant, in one order: equal states have equal
    addresses. ``ignored`` says that others were left out. Three queries: bodies, counts, page; a
    fourth where part of a name is asked for.
    """

    def __init__(self, params: QueryDict, viewer: Viewer, vocabulary: Vocabulary) -> None:
        self.viewer = viewer
        self.vocabulary = vocabulary
        self.values = {each: each.clean(params.getlist(each.name)) for each in FILTERS}
        self.place = " ".join(params.get(PLACE, "").replace("\x00", "").split())[:LONGEST_PLACE]
        self.order = asked if (asked := params.get("sortierung", NEWEST)) in ORDERS else NEWEST
        self.asked_page = params.get("seite", "")
        self.ignored = any(
            value and value not in values
            for each, values in self.values.items()
            for value in params.getlist(each.name)
        )
        self.params = self._clean_params()

    @cached_property
    def bodies(self) -> Bodies:
        """All bodies; one query."""
        return Bodies()

    @cached_property
    def conditions(self) -> dict[str, Q]:
        """What each filter in use asks for, by its parameter."""
        chosen = {each.name: self._condition(each) for each in FILTERS if self.values[each]}
        if self.place:
            chosen[PLACE] = published_by_any(find_named(self.place), self.viewer)
        return chosen

    @cached_property
    def counts(self) -> Tally:
        """All counts; one query."""
        return tally(contributions(self.viewer), groups_for(self.viewer), self.conditions, name_values)

    @cached_property
    def page(self) -> Page[CatalogueEntry]:
        """The page of results asked for, the nearest one if there is no such page."""
        found = contributions(self.viewer).filter(*self.conditions.values()).order_by(*ORDERS[self.order][1])
        return CountedPaginator(found, PER_PAGE, self.counts.total).get_page(self.asked_page)

    @cached_property
    def facets(self) -> list[Facet]:
        """What can be filtered by. A facet counts under all other filters, not under its own."""
        return [self._facet(each) for each in FILTERS]

    @property
    def relaxations(self) -> list[Relaxation]:
        """Ways out of an empty list, the richest first."""
        chosen = {facet.name: facet for facet in self.facets if facet.active}
        ways = [
            self._relaxation(
                each.name, f"{each.title}: " + ", ".join(option.label for option in facet.active)
            )
            for each in FILTERS
            if (facet := chosen.get(each.name))
        ]
        if self.place:
            ways.append(self._relaxation(PLACE, f"{BODY.title}: {self.place}"))
        return sorted((way for way in ways if way.count), key=lambda way: -way.count)

    @property
    def orders(self) -> list[dict[str, Any]]:
        """The ways to sort, each with its address."""
        return [
            {"label": label, "query": self.address(sortierung=key), "here": key == self.order}
            for key, (label, _columns) in ORDERS.items()
        ]

    @property
    def canonical(self) -> str:
        """The query string of this state, with its question mark; empty for the whole list."""
        params = self.params.copy()
        if self.page.number > 1:
            params["seite"] = str(self.page.number)
        return "?" + params.urlencode() if params else ""

    @property
    def without_place(self) -> str:
        """The address without the part of a name."""
        return self.address(**{PLACE: ""})

    def address(self, **changes: str) -> str:
        """The query string of this list with changes, from the first page; empty values take away."""
        params = self.params.copy()
        for name, value in changes.items():
            params.setlist(name, [value] if value else [])
        return "?" + params.urlencode()

    def _condition(self, each: Filter) -> Q:
        values = self.values[each]
        if each is REGION:
            return published_by_any(self.bodies.in_regions(values), self.viewer)
        if each is SIZE:
            return published_by_any(self.bodies.of_sizes(values), self.viewer)
        if each is BODY:
            return published_by(values, self.viewer)
        return each.condition(self.vocabulary.current(values) if each is TOPIC else values)

    def _facet(self, each: Filter) -> Facet:
        return build_facet(
            each.name,
            str(each.title),
            self._counts_of(each),
            self._labels_of(each),
            self.params,
            keep_order=each.in_order,
            folded=each.folded,
        )

    def _counts_of(self, each: Filter) -> Mapping[str, int]:
        if each is REGION:
            return self.bodies.count_regions(self.counts.of("publishers", each.name))
        if each is SIZE:
            return self.bodies.count_sizes(self.counts.of("publishers", each.name))
        if each.column in LISTS:
            return self.counts.of_elements(each.column, each.name)
        return self.counts.of_texts(each.column, each.name)

    def _labels_of(self, each: Filter) -> Labels:
        if each in (REGION, BODY):
            return self.bodies.names
        if each is YEAR:
            years = {*self.counts.of_texts("year", each.name), *self.values[each]}
            return {year: year for year in sorted(years, reverse=True)}
        return self.vocabulary.names if each is TOPIC else each.labels

    def _relaxation(self, name: str, label: str) -> Relaxation:
        return Relaxation(label, self.counts.without(name), self.address(**{name: ""}))

    def _clean_params(self) -> QueryDict:
        params = QueryDict(mutable=True)
        for each, values in self.values.items():
            if values:
                params.setlist(each.name, values)
        if self.place:
            params[PLACE] = self.place
        if self.order != NEWEST:
            params["sortierung"] = self.order
        return params


class CountedPaginator(Paginator[CatalogueEntry]):
    """Pages of a list whose length has been counted already."""

    def __init__(self, found: QuerySet[CatalogueEntry], per_page: int, total: int) -> None:
        super().__init__(found, per_page)
        self._total = total

    @property
    def count(self) -> int:
        """The number of entries."""
        return self._total
