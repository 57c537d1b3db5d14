"""The bodies like one of them, with what they run: what the address asks for, and what is found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.translation import gettext

from hub.catalogue.models import CatalogueEntry
from hub.documents import Viewer
from hub.municipalities.bands import band_of
from hub.municipalities.names import normalise_name
from hub.municipalities.similarity import Similarity, similarity
from hub.site.similar.directory import Item, Known, Town
from hub.site.similar.running import Run, Subject, read_runs
from hub.site.similar.wording import Reason, explain, in_short, say_missing
from theme.facets import Facet, Option, active_options, build_facet
from theme.topics import Vocabulary

PER_PAGE = 10
SHOWN = 3
"""What a body runs, as far as the list shows it."""
LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Match:
    """A body with how alike it is, how far away in kilometres, and what it runs."""

    town: Town
    similarity: Similarity
    distance: float | None
    items: tuple[Item, ...]

    @property
    def rank(self) -> tuple[bool, int, float, str, str]:
        """The most alike first, then the nearest, then by name; those without a score last."""
        score = self.similarity.score
        far = float("inf") if self.distance is None else self.distance
        return (score is None, -(score or 0), far, self.town.name, self.town.key)


@dataclass(frozen=True)
class Shown:
    """A body as the page shows it: ``short`` are the reasons in a line, ``reasons`` the whole
    account, ``missing`` the facts without which there is no score."""

    match: Match
    short: str
    missing: str
    reasons: list[Reason]
    runs: list[Run]

    @property
    def score(self) -> int | None:
        """How alike, of 100; None where too little is known."""
        return self.match.similarity.score

    @property
    def more(self) -> int:
        """How much else it runs."""
        return len(self.match.items) - len(self.runs)


def rank_towns(known: Known, town: Town, found: Iterable[tuple[Town, tuple[Item, ...]]]) -> list[Match]:
    """These bodies with what was found of each, the most alike to ``town`` first."""
    own = known.profile(town)
    matches = (
        Match(other, similarity(own, known.profile(other)), town.distance_to(other), items)
        for other, items in found
        if other.key != town.key and not other.dissolved
    )
    return sorted(matches, key=lambda match: match.rank)


def show_matches(
    known: Known, town: Town, matches: Iterable[Match], viewer: Viewer, subject: Subject | None = None
) -> list[Shown]:
    """What the page says of these bodies; one query if they run anything."""
    shown = list(matches)
    runs = read_runs(known, {match.town: match.items[:SHOWN] for match in shown}, viewer, subject)
    return [
        Shown(
            match,
            in_short(match.similarity, known, match.town),
            say_missing(match.similarity, town, match.town),
            explain(match.similarity, known, town, match.town),
            runs.get(match.town.key, []),
        )
        for match in shown
    ]


def read_text(params: QueryDict) -> str:
    """The words searched for, made fit to be searched."""
    return " ".join(params.get("q", "").replace("\x00", " ").split())[:LONGEST_SEARCH]


class SimilarListing:
    """One request for the bodies like ``town``.

    ``subject`` is the document that is asked for, if one is. Costs one query beside what is ``known``, which
    holds summaries if a word is searched for.
    """

    def __init__(
        self,
        town: Town,
        params: QueryDict,
        known: Known,
        viewer: Viewer,
        subject: CatalogueEntry | None,
        topics: Vocabulary,
    ) -> None:
        self.town = town
        self.params = params
        self.known = known
        self.viewer = viewer
        self.subject = Subject.of(subject) if subject else None
        self.text = read_text(params)
        self.vocabulary = topics
        self.topics = set(topics.current([value for value in params.getlist("thema") if value]))

    @property
    def is_narrowed(self) -> bool:
        """Whether less than everything is asked for."""
        return bool(self.text or self.topics or self.subject)

    @property
    def shows_all(self) -> bool:
        """Whether bodies that run nothing here are listed too."""
        return self.params.get("alle") == "1" and not self.is_narrowed

    @cached_property
    def matches(self) -> list[Match]:
        """All bodies found, the most alike first."""
        found = (
            (other, tuple(item for item in self.known.by_town.get(key, ()) if self._fits(item)))
            for key, other in self.known.towns.items()
        )
        return rank_towns(self.known, self.town, [each for each in found if each[1] or self.shows_all])

    @cached_property
    def page(self) -> Page[Match]:
        """The page of bodies asked for, the nearest one if there is no such page."""
        return Paginator(self.matches, PER_PAGE).get_page(self.params.get("seite"))

    @cached_property
    def shown(self) -> list[Shown]:
        """The bodies of the page; one query."""
        return show_matches(self.known, self.town, self.page.object_list, self.viewer, self.subject)

    @property
    def lacks_own_size(self) -> bool:
        """Whether others were found, though none of the size class of ``town``."""
        own = band_of(self.town.population)
        found = (band_of(match.town.population) for match in self.matches)
        return bool(own and self.matches) and own not in found

    @cached_property
    def own(self) -> list[Run]:
        """What the town itself runs of the document asked for; one query if it does."""
        if self.subject is None:
            return []
        items = [item for item in self.known.by_town.get(self.town.key, ()) if self._fits(item)]
        return read_runs(self.known, {self.town: tuple(items[:SHOWN])}, self.viewer, self.subject).get(
            self.town.key, []
        )

    @cached_property
    def facets(self) -> list[Facet]:
        """Topics to filter by, with how many bodies run something on each."""
        counts: dict[str, int] = {}
        for key, items in self.known.by_town.items():
            town = self.known.towns.get(key)
            if key == self.town.key or town is None or town.dissolved:
                continue
            fitting = (item for item in items if self._fits(item, any_topic=True))
            codes = {code for item in fitting for code in self._codes_of(item)}
            for topic in {self.vocabulary.merges.get(code, code) for code in codes}:
                counts[topic] = counts.get(topic, 0) + 1
        return [build_facet("thema", gettext("Topic"), counts, self.vocabulary.names, self.params)]

    @property
    def active(self) -> list[tuple[Facet, Option]]:
        """The topics now chosen."""
        return active_options(self.facets)

    @property
    def reset(self) -> str:
        """The same without any topic."""
        return self.address(thema="")

    def address(self, **values: str) -> str:
        """The query of this list with other values; an empty one takes its parameter out."""
        params = self.params.copy()
        params.pop("seite", None)
        for name, value in values.items():
            params.pop(name, None)
            if value:
                params[name] = value
        return "?" + params.urlencode()

    @property
    def all_address(self) -> str:
        """The same with the bodies that run nothing here, or without them."""
        return self.address(alle="" if self.shows_all else "1")

    @property
    def wider(self) -> str:
        """The same without search word."""
        return self.address(q="")

    @cached_property
    def _words(self) -> list[str]:
        return normalise_name(self.text).split()

    def _fits(self, item: Item, *, any_topic: bool = False) -> bool:
        if self.subject and self.subject.way_of(item, self.known.today) is None:
            return False
        if self.topics and not any_topic and not self.topics.intersection(self._topics_of(item)):
            return False
        return not self.text or self._is_said(item)

    def _topics_of(self, item: Item) -> set[str]:
        merges = self.vocabulary.merges
        return {merges.get(code, code) for code in self._codes_of(item)}

    def _codes_of(self, item: Item) -> list[str]:
        about = self.known.titles.get(item.about) if item.about else None
        return [*item.topics, *about.topics] if about else item.topics

    def _is_said(self, item: Item) -> bool:
        words = self.known.words[item.pk]
        return bool(self._words) and all(word in words for word in self._words)
