"""The list of all contributions: what is asked for in the address, and what is found."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hub.catalogue.models import CatalogueEntry
from hub.documents import Viewer
from hub.municipalities.models import Body
from hub.site.queries import contributions, count_facets
from theme.facets import Facet, build_facet
from theme.labels import KINDS_PLURAL, MATURITIES, TOPICS

PER_PAGE = 20
ORDERS: dict[str, tuple[str | Promise, tuple[str, ...]]] = {
    "neu": (_("Newest first"), ("-changed", "pk")),
    "titel": (_("By title"), ("title", "pk")),
}


@dataclass(frozen=True)
class Filter:
    """A parameter of the address, the column it filters, and its heading."""

    name: str
    column: str
    title: str | Promise
    lookup: str


@dataclass(frozen=True)
class Relaxation:
    """A filter that could be dropped: what it asks for, how much is found without it, and the address."""

    label: str
    count: int
    query: str


FILTERS = (
    Filter("thema", "topics", _("Topic"), "topics__overlap"),
    Filter("art", "kind", _("Kind"), "kind__in"),
    Filter("kommune", "publishers", _("Municipality"), "publishers__overlap"),
    Filter("reife", "maturity", _("Maturity"), "maturity__in"),
)
LABELS = {"thema": TOPICS, "art": KINDS_PLURAL, "reife": MATURITIES}


class Listing:
    """One request to the list. Values of one filter are alternatives, filters narrow each other.

    Costs four queries: the number of results, the page, the counts, the names of bodies.
    """

    def __init__(self, params: QueryDict, viewer: Viewer) -> None:
        self.params = params
        self.viewer = viewer
        self.order = params.get("sortierung") if params.get("sortierung") in ORDERS else "neu"

    @cached_property
    def page(self) -> Page[CatalogueEntry]:
        """The page of results asked for, the nearest one if there is no such page."""
        found = self._filtered().order_by(*ORDERS[str(self.order)][1])
        return Paginator(found, PER_PAGE).get_page(self.params.get("seite"))

    @cached_property
    def facets(self) -> list[Facet]:
        """What can be filtered by. A facet counts under all other filters, not under its own."""
        counts = count_facets({each.column: self._filtered(without=each) for each in FILTERS})
        keys = {*counts["publishers"], *self._values(FILTERS[2])}
        names = dict(Body.objects.filter(pk__in=keys).values_list("key", "name"))
        return [
            build_facet(
                each.name,
                str(each.title),
                counts[each.column],
                names if each.name == "kommune" else LABELS[each.name],
                self.params,
                keep_order=each.name == "reife",
            )
            for each in FILTERS
        ]

    @property
    def relaxations(self) -> list[Relaxation]:
        """Ways out of an empty list, the richest first; one query for each filter that is used."""
        chosen = {facet.name: facet.active for facet in self.facets if facet.active}
        ways = []
        for each in FILTERS:
            if each.name not in chosen:
                continue
            params = self.params.copy()
            params.pop("seite", None)
            params.pop(each.name)
            label = f"{each.title}: " + ", ".join(option.label for option in chosen[each.name])
            count = self._filtered(without=each).count()
            ways.append(Relaxation(label, count, "?" + params.urlencode()))
        return sorted((way for way in ways if way.count), key=lambda way: -way.count)

    @property
    def orders(self) -> list[dict[str, Any]]:
        """The ways to sort, each with its address."""
        result = []
        for key, (label, _columns) in ORDERS.items():
            params = self.params.copy()
            params.pop("seite", None)
            params["sortierung"] = key
            result.append({"label": label, "query": "?" + params.urlencode(), "here": key == self.order})
        return result

    def _filtered(self, without: Filter | None = None) -> QuerySet[CatalogueEntry]:
        condition = Q()
        for each in FILTERS:
            values = self._values(each)
            if values and each is not without:
                condition &= Q(**{each.lookup: values})
        return contributions(self.viewer).filter(condition)

    def _values(self, wanted: Filter) -> list[str]:
        """What is asked for; PostgreSQL takes no text with NUL in it."""
        return [value for value in self.params.getlist(wanted.name) if value and "\x00" not in value]
