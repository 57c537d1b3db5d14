"""One request to site search: what the address asks for, and what the page shows of the results."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import find_entries
from hub.documents import DEFAULT_LANGUAGE, Viewer
from hub.municipalities.models import Body
from search.engines import current_engine
from search.engines.base import Query, Results, Sort
from search.expansion import LONGEST_QUERY
from search.highlighting import find_snippet
from theme.facets import Facet, build_facet
from theme.labels import KINDS_PLURAL, MATURITIES, Labels
from theme.topics import Vocabulary

PER_PAGE = 20
MOST_VALUES = 30
LONGEST_VALUE = 60
SORTS: dict[str, tuple[str | Promise, Sort]] = {
    "relevanz": (_("Best match first"), Sort.RELEVANCE),
    "neu": (_("Newest first"), Sort.NEWEST),
    "titel": (_("By title"), Sort.TITLE),
}


@dataclass(frozen=True)
class Parameter:
    """A parameter of the address, the facet it filters by, and its heading."""

    name: str
    facet: str
    title: str | Promise


PARAMETERS = (
    Parameter("thema", "topics", _("Topic")),
    Parameter("art", "kind", _("Kind")),
    Parameter("kommune", "publishers", _("Municipality")),
    Parameter("reife", "maturity", _("Maturity")),
    Parameter("jahr", "year", _("Year")),
)
LABELS: dict[str, Labels] = {"art": KINDS_PLURAL, "reife": MATURITIES}


@dataclass(frozen=True)
class ShownHit:
    """A result on the page: its entry, and its wording around the found words (None: the summary)."""

    entry: CatalogueEntry
    excerpt: SafeString | None = None


class SiteSearch:
    """A search as the address describes it, on behalf of ``viewer``.

    Whatever the address holds, it is cut to what the engine takes; unknown values find nothing.
    Reading ``results`` may raise :class:`search.engines.base.EngineUnavailable`.
    """

    def __init__(self, params: QueryDict, viewer: Viewer, vocabulary: Vocabulary) -> None:
        self.params = params
        self.viewer = viewer
        self.vocabulary = vocabulary
        self.text = clean(params.get("q", ""))[:LONGEST_QUERY].strip()
        asked = params.get("sortierung", "")
        self.sorting = asked if asked in SORTS else ("relevanz" if self.text else "neu")

    @cached_property
    def results(self) -> Results:
        """The engine's answer."""
        filters = {each.facet: self._values(each.name) for each in PARAMETERS}
        query = Query(
            text=self.text,
            filters={facet: values for facet, values in filters.items() if values},
            sort=SORTS[self.sorting][1],
            page=_page_number(self.params.get("seite", "")),
            size=PER_PAGE,
            viewer=self.viewer,
        )
        return current_engine().search(query)

    @cached_property
    def hits(self) -> list[ShownHit]:
        """The page's hits; each is looked up in the catalogue once more before it is shown."""
        held = find_entries((hit.object_id for hit in self.results.hits), self.viewer)
        return [self._show(held[hit.object_id]) for hit in self.results.hits if hit.object_id in held]

    @property
    def page(self) -> Page[int]:
        """The page among all pages, for the pagination."""
        return Paginator(range(self.results.total), PER_PAGE).get_page(self.results.page)

    @cached_property
    def facets(self) -> list[Facet]:
        """What can be filtered by, with counts and names."""
        counts = {
            each: {value.value: value.count for value in self.results.facets.get(each.facet, ())}
            for each in PARAMETERS
        }
        bodies = {key for each, values in counts.items() if each.facet == "publishers" for key in values}
        names = dict(Body.objects.filter(pk__in=bodies).values_list("key", "name"))
        return [self._facet(each, values, names) for each, values in counts.items()]

    @property
    def sorts(self) -> list[dict[str, Any]]:
        """The ways to sort, each with its address."""
        return [
            {"label": label, "query": self.address(sortierung=key), "here": key == self.sorting}
            for key, (label, _sort) in SORTS.items()
            if self.text or key != "relevanz"
        ]

    @property
    def did_you_mean(self) -> dict[str, str] | None:
        """The corrected query with its address, if something was corrected."""
        text = self.results.did_you_mean
        return {"text": text, "query": self.address(q=text)} if text else None

    @property
    def reset(self) -> str:
        """The query string of this search without filters."""
        params = QueryDict(mutable=True)
        params["q"] = self.text
        return "?" + params.urlencode()

    def address(self, **changes: str) -> str:
        """The query string of this search with changes, from the first page."""
        params = self.params.copy()
        params.pop("seite", None)
        for name, value in changes.items():
            params[name] = value
        return "?" + params.urlencode()

    def _show(self, entry: CatalogueEntry) -> ShownHit:
        groups = self.results.groups
        if not groups:
            return ShownHit(entry)
        text = entry.document.text(get_language() or DEFAULT_LANGUAGE)
        return ShownHit(entry, find_snippet(text, groups).html)

    def _facet(self, each: Parameter, counts: dict[str, int], names: Labels) -> Facet:
        labels = {"kommune": names, "thema": self.vocabulary.names, **LABELS}.get(each.name, {})
        return build_facet(
            each.name, str(each.title), counts, labels, self._clean_params(), keep_order=each.name == "reife"
        )

    def _values(self, name: str) -> tuple[str, ...]:
        values = _cut(self.params.getlist(name))
        return tuple(dict.fromkeys(self.vocabulary.current(values) if name == "thema" else values))

    def _clean_params(self) -> QueryDict:
        params = self.params.copy()
        for each in PARAMETERS:
            params.setlist(each.name, list(self._values(each.name)))
        return params


def clean(text: str) -> str:
    """``text`` without what PostgreSQL cannot store: NUL and lone surrogates."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


def _cut(values: Iterable[str]) -> list[str]:
    return [clean(value)[:LONGEST_VALUE] for value in values if clean(value)][:MOST_VALUES]


def _page_number(text: str) -> int:
    return int(text[:18]) if text.isascii() and text.isdigit() else 1
