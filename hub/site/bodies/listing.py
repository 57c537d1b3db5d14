"""The directory as a list: what the address asks for, and the bodies found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hub.documents import Viewer
from hub.municipalities.bands import BANDS, band_of
from hub.municipalities.models import Body
from hub.municipalities.queries import search_bodies
from hub.site.bodies.dots import DotMap, draw_map
from hub.site.bodies.rows import Directory, KindCount, Row, list_kinds
from hub.site.listing import Relaxation
from theme.facets import Facet, build_facet
from theme.labels import Labels

PER_PAGE = 25
LONGEST_SEARCH = 100
SIZES: Labels = {band.code: band.label for band in BANDS}
PUBLISHED: dict[str, str | Promise] = {"1": _("Has published"), "0": _("Nothing published yet")}
SIZE = "groesse"
ORDERS: dict[str, str | Promise] = {
    "treffer": _("Best match first"),
    "beitraege": _("Most contributions first"),
    "name": _("By name"),
    "einwohner": _("By inhabitants"),
}


@dataclass(frozen=True)
class Filter:
    """A parameter of the address, its heading, and the value that a body has for it."""

    name: str
    title: str | Promise
    value_of: Callable[[Row, Directory], str]


@dataclass(frozen=True)
class Item:
    """A body of the list with what it has published, by kind."""

    body: Body
    kinds: list[KindCount]


@dataclass(frozen=True)
class Former:
    """A dissolved body that a search found, with the one that now stands for it."""

    name: str
    key: str
    successor: Row | None


FILTERS = (
    Filter("veroeffentlicht", _("Contributions"), lambda row, known: "1" if known.total(row.key) else "0"),
    Filter("art", _("Kind"), lambda row, known: row.kind),
    Filter(SIZE, _("Inhabitants"), lambda row, known: band_of(row.population)),
    Filter("kreis", _("District"), lambda row, known: row.region),
)


class BodyListing:
    """One request to the directory. Values of one filter are alternatives, filters narrow each other.

    Costs three queries: all bodies, what they published, the page; one more for a search.
    """

    def __init__(self, params: QueryDict, viewer: Viewer) -> None:
        self.params = _without_unknown_sizes(params)
        self.text = " ".join(params.get("q", "").replace("\x00", " ").split())[:LONGEST_SEARCH]
        self.default_order = "treffer" if self.text else "beitraege"
        self.order = self._read_order()
        self.directory = Directory.load(viewer)
        self.chosen = {each.name: {v for v in self.params.getlist(each.name) if v} for each in FILTERS}

    @cached_property
    def hits(self) -> list[str]:
        """Keys that the search finds, the best first; one query."""
        if not self.text:
            return []
        return list(search_bodies(self.text, Body.objects.all()).values_list("key", flat=True))

    @cached_property
    def candidates(self) -> list[Row]:
        """Current bodies that the search finds, or all."""
        rows = self.directory.rows
        if self.text:
            return [rows[key] for key in self.hits if key in rows and not rows[key].dissolved]
        return self.directory.current

    @cached_property
    def former(self) -> list[Former]:
        """Dissolved bodies that the search finds."""
        rows = self.directory.rows
        gone = [rows[key] for key in self.hits if key in rows and rows[key].dissolved]
        heirs = self.directory.successors
        return [Former(row.name, row.key, rows.get(heirs.get(row.key, ""))) for row in gone]

    @cached_property
    def found(self) -> list[Row]:
        """The bodies that pass all filters, in the order asked for."""
        found = [row for row, failed in self._checked if not failed]
        if self.order == "einwohner":
            found.sort(key=lambda row: -(row.population or 0))
        elif self.order == "name":
            found.sort(key=lambda row: self._alphabet[row.key])
        elif self.order == "beitraege":
            found.sort(key=lambda row: -self.directory.total(row.key))
        return found

    @cached_property
    def page(self) -> Page[Row]:
        """The page of bodies asked for, the nearest one if there is no such page."""
        return Paginator(self.found, PER_PAGE).get_page(self.params.get("seite"))

    @cached_property
    def items(self) -> list[Item]:
        """The bodies of the page; one query."""
        bodies = Body.objects.select_related("district", "association")
        held = bodies.in_bulk([row.key for row in self.page.object_list])
        return [
            Item(held[row.key], list_kinds(self.directory.counts.get(row.key, {}), self._keys(row.key)))
            for row in self.page.object_list
            if row.key in held
        ]

    @cached_property
    def facets(self) -> list[Facet]:
        """What can be filtered by. A facet counts under all other filters, not under its own."""
        counts: dict[str, Counter[str]] = {each.name: Counter() for each in FILTERS}
        for row, failed in self._checked:
            for each in FILTERS:
                if failed <= {each.name} and (value := each.value_of(row, self.directory)):
                    counts[each.name][value] += 1
        rows = self.directory.rows
        labels: dict[str, Labels] = {
            "veroeffentlicht": PUBLISHED,
            "art": dict(Body.Kind.choices),
            SIZE: SIZES,
            "kreis": {key: row.name for key, row in rows.items() if row.kind == Body.Kind.DISTRICT},
        }
        return [
            build_facet(
                each.name,
                str(each.title),
                counts[each.name],
                labels[each.name],
                self.params,
                keep_order=each.name != "art",
            )
            for each in FILTERS
        ]

    @property
    def relaxations(self) -> list[Relaxation]:
        """Ways out of an empty list, the richest first."""
        ways = []
        for facet in self.facets:
            if facet.active:
                label = f"{facet.title}: " + ", ".join(option.label for option in facet.active)
                count = sum(1 for _row, failed in self._checked if failed <= {facet.name})
                ways.append(Relaxation(label, count, self._address(without=facet.name)))
        if self.text and any(self.chosen.values()):
            current = self.directory.current
            count = sum(1 for row in current if not self._failed(row))
            label = gettext("Search word: %(text)s") % {"text": self.text}
            ways.append(Relaxation(label, count, self._address(without="q")))
        return sorted((way for way in ways if way.count), key=lambda way: -way.count)

    @property
    def orders(self) -> list[dict[str, Any]]:
        """The ways to sort, each with its address."""
        return [
            {"label": label, "query": self._address(sortierung=key), "here": key == self.order}
            for key, label in ORDERS.items()
            if self.text or key != "treffer"
        ]

    @cached_property
    def map(self) -> DotMap:
        """The bodies found on the map, over all others."""
        found = {row.key for row in self.found}
        others = [row for row in self.directory.current if row.key not in found]
        return draw_map(self.directory.marks(self.found), self.directory.marks(others))

    @cached_property
    def _alphabet(self) -> dict[str, int]:
        return {key: position for position, key in enumerate(self.directory.rows)}

    @cached_property
    def _checked(self) -> list[tuple[Row, set[str]]]:
        """The candidates, each with the filters it does not pass."""
        return [(row, self._failed(row)) for row in self.candidates]

    def _read_order(self) -> str:
        wanted = self.params.get("sortierung", "")
        possible = wanted in ORDERS and (self.text or wanted != "treffer")
        return wanted if possible else self.default_order

    def _failed(self, row: Row) -> set[str]:
        return {
            each.name
            for each in FILTERS
            if (chosen := self.chosen[each.name]) and each.value_of(row, self.directory) not in chosen
        }

    def _keys(self, key: str) -> list[str]:
        return [key, *self.directory.predecessors(key)]

    def _address(self, without: str = "", **values: str) -> str:
        params = self.params.copy()
        for name in ("seite", without):
            params.pop(name, None)
        for name, value in values.items():
            params[name] = value
        return "?" + params.urlencode()


def _without_unknown_sizes(params: QueryDict) -> QueryDict:
    """The address as it can be meant: classes of inhabitants have changed before, and may again."""
    kept = params.copy()
    kept.setlist(SIZE, [code for code in params.getlist(SIZE) if code in SIZES])
    return kept
