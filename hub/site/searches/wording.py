"""The query string of a search in one order, and what it asks for in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.http import QueryDict
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hub.catalogue.sources import name_sources
from hub.documents import Viewer
from hub.env import env
from search.parameters import BODY, PAGE, REGION, SORTING, SOURCE, TOPIC
from search.records import LOCAL
from search.site_search import SiteSearch
from theme.bodies import BodyDirectory
from theme.labels import label
from theme.parameters import Parameter
from theme.topics import Vocabulary, read_vocabulary

LONGEST = 4_000
"""Characters of a query string that is kept."""
LONGEST_NAME = 80


def clean_query(params: QueryDict, vocabulary: Vocabulary) -> str:
    """The query string of a search without what cannot be meant, without its page and its order.

    Equal searches have equal query strings; empty where nothing is asked for.
    """
    meant = SiteSearch(params, Viewer.anonymous(), vocabulary).params
    kept = QueryDict(mutable=True)
    for name in meant:
        if name not in (PAGE, SORTING):
            kept.setlist(name, sorted(meant.getlist(name)))
    return kept.urlencode()


def results_address(query: str) -> str:
    """The whole address of the results of a search, the newest first."""
    asked = f"{query}&" if query else ""
    return f"{env.origin}/suche/?{asked}{SORTING}=neu"


@dataclass(frozen=True)
class Wording:
    """A search in words: what was typed, and each filter with its values."""

    text: str
    filters: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        said = [pgettext("search", "“%(text)s”") % {"text": self.text}] if self.text else []
        return ", ".join([*said, *(f"{name}: {values}" for name, values in self.filters)])

    @property
    def short(self) -> str:
        """A name for it."""
        name = self.text or ", ".join(values for _name, values in self.filters)
        return Truncator(name).chars(LONGEST_NAME)


class Words:
    """Puts searches in words, in the active language; three queries at most, whatever their number."""

    def __init__(self, *queries: str, vocabulary: Vocabulary | None = None) -> None:
        self.vocabulary = vocabulary or read_vocabulary()
        self._bodies = BodyDirectory()
        self.searches = {query: self._read(query) for query in queries}
        self._bodies.know({*self._values(REGION), *self._values(BODY)})

    def of(self, query: str) -> Wording:
        """One of the searches this was made for."""
        search = self.searches[query]
        found = [
            (str(each.title), ", ".join(self._name(each, value) for value in values))
            for each, values in search.values.items()
            if values
        ]
        if search.period:
            found.append((_("Period"), search.period.label))
        return Wording(search.text, tuple(found))

    def _read(self, query: str) -> SiteSearch:
        return SiteSearch(QueryDict(query), Viewer.anonymous(), self.vocabulary, self._bodies)

    @cached_property
    def _sources(self) -> dict[str, str]:
        return {LOCAL: env.name, **name_sources(self._values(SOURCE) - {LOCAL})}

    def _values(self, each: Parameter) -> set[str]:
        return {value for search in self.searches.values() for value in search.values[each]}

    def _name(self, each: Parameter, value: str) -> str:
        if each is TOPIC:
            return self.vocabulary.name(value)
        if each in (REGION, BODY):
            return self._bodies.name(value)
        return label(self._sources if each is SOURCE else each.labels, value)
