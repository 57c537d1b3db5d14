"""One request to site search: what the address asks for, and what the page shows of the results."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import find_entries
from hub.catalogue.sources import name_sources
from hub.documents import DEFAULT_LANGUAGE, Viewer
from hub.env import env
from search.engines.base import Query, Results
from search.engines.choosing import engines, search
from search.engines.facets import DAYS
from search.expansion import LONGEST_QUERY
from search.explaining import explain
from search.file_texts import FoundInFile, find_in_files
from search.highlighting import find_snippet, mark_words
from search.parameters import (
    BODY,
    PAGE,
    PARAMETERS,
    REGION,
    SINCE,
    SORTING,
    SORTS,
    SOURCE,
    TEXT,
    TOPIC,
    UNTIL,
    YEAR,
    Period,
    clean,
    read_page,
)
from search.records import LOCAL
from search.showing import RegionChoice, ShownHit, WayOut
from theme.bodies import BodyDirectory
from theme.facets import MOST, Facet, Option, active_options, build_facet
from theme.labels import Labels
from theme.parameters import Parameter
from theme.topics import Vocabulary

PER_PAGE = 20


class SiteSearch:
    """A search as the address describes it, on behalf of ``viewer``.

    Whatever the address holds, it is cut to what the engine takes; unknown values find nothing or, where
    all values are known, are left out, which ``ignored`` tells. ``params`` are those that can be meant, in
    one order: equal searches have equal addresses. ``home`` is the viewer's region, if known. Reading
    ``results`` may raise :class:`search.engines.base.EngineUnavailable`.
    """

    def __init__(
        self,
        params: QueryDict,
        viewer: Viewer,
        vocabulary: Vocabulary,
        bodies: BodyDirectory | None = None,
        home: str = "",
    ) -> None:
        self.viewer = viewer
        self.home = home
        self.vocabulary = vocabulary
        self.bodies = bodies or BodyDirectory()
        self.text = clean(params.get(TEXT, ""))[:LONGEST_QUERY].strip()
        self.values = {each: each.clean(params.getlist(each.name)) for each in PARAMETERS}
        self.values[TOPIC] = vocabulary.current(self.values[TOPIC])
        self.period = Period.read(params.get(SINCE, ""), params.get(UNTIL, ""))
        asked = params.get(SORTING, "")
        self.sorting = asked if asked in SORTS else self.usual_sorting
        self.asked_page = read_page(params.get(PAGE, ""))
        self.ignored = self._is_ignored(params)
        self.params = self._clean_params()

    @property
    def usual_sorting(self) -> str:
        """The order where none is asked for: without words nothing matches better than another."""
        return "relevanz" if self.text else "neu"

    @cached_property
    def query(self) -> Query:
        """What the engine is asked."""
        return Query(
            text=self.text,
            filters={each.column: tuple(values) for each, values in self.values.items() if values},
            since=self.period.since,
            until=self.period.until,
            sort=SORTS[self.sorting][1],
            page=self.asked_page,
            size=PER_PAGE,
            viewer=self.viewer,
        )

    @cached_property
    def results(self) -> Results:
        """The engine's answer."""
        return search(self.query)

    @property
    def by_fallback(self) -> bool:
        """Whether another engine than the configured one has answered."""
        return bool(self.results.engine) and self.results.engine != engines()[-1].name

    @cached_property
    def hits(self) -> list[ShownHit]:
        """The page's hits; each is looked up in the catalogue once more before it is shown."""
        held = find_entries((hit.object_id for hit in self.results.hits), self.viewer)
        files = find_in_files(held.values(), self.results.groups) if self.results.groups else {}
        return [
            self._show(held[hit.object_id], files.get(hit.object_id))
            for hit in self.results.hits
            if hit.object_id in held
        ]

    @cached_property
    def page(self) -> Page[int]:
        """The page among all pages, for the pagination."""
        return Paginator(range(self.results.total), PER_PAGE).get_page(self.results.page)

    @cached_property
    def facets(self) -> list[Facet]:
        """What can be filtered by, with counts and names. A facet counts under all filters but its own."""
        counts = {each: self._shown_of(each) for each in PARAMETERS}
        publishers = {key for hit in self.hits for key in hit.entry.publishers}
        self.bodies.know({*counts[REGION], *counts[BODY], *publishers})
        names = name_sources(counts[SOURCE].keys() - {LOCAL})
        names[LOCAL] = _("%(name)s (this instance)") % {"name": env.name}
        return [self._facet(each, values, names) for each, values in counts.items()]

    @property
    def active(self) -> list[tuple[Facet, Option]]:
        """All that is filtered by, the period last, for the row of removable filters."""
        chosen = active_options(self.facets)
        if self.period:
            period = Option("", self.period.label, 0, selected=True, remove=self.without_days)
            chosen.append((Facet(SINCE, _("Published"), (period,)), period))
        return chosen

    @property
    def sorts(self) -> list[dict[str, Any]]:
        """The ways to sort, each with its address."""
        return [
            {"label": label, "query": self.address(**{SORTING: key}), "here": key == self.sorting}
            for key, (label, _sort) in SORTS.items()
            if self.text or key != "relevanz"
        ]

    @cached_property
    def unsaying(self) -> tuple[str, ...]:
        """The words typed, where none says anything and so nothing was looked for."""
        if not self.text or self.results.groups:
            return ()
        return explain(self.text).passed_over

    @property
    def did_you_mean(self) -> dict[str, str] | None:
        """The corrected query with its address, if something was corrected."""
        text = self.results.did_you_mean
        return {"text": text, "query": self.address(q=text)} if text else None

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is filtered by."""
        return bool(self.query.filters or self.period)

    @property
    def reset(self) -> str:
        """The query string of this search without filters."""
        params = QueryDict(mutable=True)
        params[TEXT] = self.text
        return "?" + params.urlencode()

    @property
    def without_days(self) -> str:
        """The query string of this search at any time."""
        return self.address(**{SINCE: "", UNTIL: ""})

    @property
    def ways_out(self) -> list[WayOut]:
        """Where only the filters leave nothing: what is found without one of them, the most first."""
        if self.results.total or not self.results.base:
            return []
        ways = [self._way_out(each) for each in PARAMETERS if self.values[each]]
        if self.period:
            label = _("Published: %(period)s") % {"period": self.period.label}
            ways.append(WayOut(label, self.results.without.get(DAYS, 0), self.without_days))
        return sorted((way for way in ways if way.count), key=lambda way: -way.count)

    def address(self, **changes: str) -> str:
        """The query string of this search with changes, from the first page; empty values take away."""
        params = self.params.copy()
        for name, value in changes.items():
            params.setlist(name, [value] if value else [])
        return "?" + params.urlencode()

    def in_region(self, key: str) -> RegionChoice:
        """This search within one region."""
        self.bodies.know([key])
        count = self._counts_of(REGION).get(key, 0)
        address = self.address(**{REGION.name: key})
        return RegionChoice(self.bodies.name(key), count, address, key in self.values[REGION])

    def _show(self, entry: CatalogueEntry, file: FoundInFile | None) -> ShownHit:
        groups = self.results.groups
        if not groups:
            return ShownHit(entry)
        text = entry.document.text(get_language() or DEFAULT_LANGUAGE)
        return ShownHit(entry, find_snippet(text, groups).html, mark_words(entry.title, groups), file)

    def _counts_of(self, each: Parameter) -> dict[str, int]:
        return {value.value: value.count for value in self.results.facets.get(each.column, ())}

    def _shown_of(self, each: Parameter) -> dict[str, int]:
        """The values with the most results, besides those chosen and the viewer's own region."""
        values = self.results.facets.get(each.column, ())
        kept = {value.value for value in values if value.chosen} | ({self.home} if each is REGION else set())
        return {v.value: v.count for place, v in enumerate(values) if place < MOST or v.value in kept}

    def _facet(self, each: Parameter, counts: Mapping[str, int], sources: Labels) -> Facet:
        return build_facet(
            each.name,
            str(each.title),
            counts,
            self._labels_of(each, counts, sources),
            self.params,
            keep_order=each.in_order,
            folded=each.folded,
            left_out=len(self.results.facets.get(each.column, ())) - len(counts),
        )

    def _labels_of(self, each: Parameter, counts: Mapping[str, int], sources: Labels) -> Labels:
        if each in (REGION, BODY):
            return {key: self.bodies.name(key) for key in counts}
        if each is YEAR:
            return {year: year for year in sorted({*counts, *self.values[each]}, reverse=True)}
        if each is TOPIC:
            return self.vocabulary.names
        return sources if each is SOURCE else each.labels

    def _way_out(self, each: Parameter) -> WayOut:
        count = self.results.without.get(each.column, 0)
        facet = next(facet for facet in self.facets if facet.name == each.name)
        label = f"{each.title}: " + ", ".join(option.label for option in facet.active)
        return WayOut(label, count, self.address(**{each.name: ""}))

    def _is_ignored(self, params: QueryDict) -> bool:
        lost = (
            value and not each.is_possible(value)
            for each in PARAMETERS
            for value in params.getlist(each.name)
        )
        return any(lost) or self.period.unread

    def _clean_params(self) -> QueryDict:
        params = QueryDict(mutable=True)
        if self.text:
            params[TEXT] = self.text
        for each, values in self.values.items():
            if values:
                params.setlist(each.name, values)
        params.update(self.period.params)
        if self.sorting != self.usual_sorting:
            params[SORTING] = self.sorting
        return params
