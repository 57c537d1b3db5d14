"""What Meilisearch is asked for a query, and what its answers say: hits, total, base and facets."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice, product
from typing import Any
from urllib.parse import unquote

from django.utils import timezone

from search.engines.base import FACETS, FacetValue, Query, Sort
from search.engines.facets import DAYS, chosen_filters, order_values
from search.engines.meili.documents import FIELDS, make_key, quote, read_key
from search.engines.meili.server import Server

MOST_WORDS = 10
"""Meilisearch reads no more words of a query."""

MOST_CHOICES = 32
"""Sets of words that one request asks for at most, beside the single words."""

WEIGHT = 4.0
"""What a further word, if as rare as the rarest, outweighs: scores lie between 0 and 1."""

WHOLE = 1e12
"""Weight of all words: nothing outweighs it."""

HEAVIEST = 8
"""Of so many groups, the rarest, sets are asked for."""

_NARROW = [name for name in FIELDS if name != "inside"]
_SORTS = {Sort.RELEVANCE: [], Sort.NEWEST: ["changed:desc"], Sort.TITLE: ["sort_title:asc"]}

Words = tuple[str, ...]
"""Tokens that must all be present."""


@dataclass(frozen=True)
class Choice:
    """Words that must all be present, and what a text that holds them counts.

    ``narrow`` are not looked for inside words that the lexicon does not know.
    """

    words: Words
    weight: float = 1.0
    narrow: bool = False


@dataclass(frozen=True)
class Options:
    """A group of a query: the words of each way to read it."""

    words: Sequence[Words]
    narrow: bool = False


@dataclass(frozen=True)
class Answer:
    """What was found: ``keys`` of one page, and counts of facet values as Meilisearch gives them."""

    total: int
    base: int
    without: Mapping[str, int]
    keys: tuple[str, ...]
    counts: Mapping[str, Mapping[str, int]]
    page: int


@dataclass(frozen=True)
class Asked:
    """A query over one index, for texts that hold all words of one of ``choices``.

    Where there are several, each has its weight, and a text is ranked by the best it fulfils.
    ``visible`` is the filter of what the viewer may read, which no search goes without.
    """

    index: str
    query: Query
    visible: str
    choices: Sequence[Choice]
    until: float
    """When nobody waits any longer, on the monotonic clock."""

    ranked: Sequence[Choice] = ()
    """What hits are ranked by, where that is more than ``choices``, which find and count the same."""


def visible_filter(audiences: Iterable[str], gone: Iterable[str]) -> str:
    """The filter of what may be read today; ``gone`` are ids that the index may still hold."""
    today = timezone.localdate().toordinal()
    conditions = [f"audience IN [{_listed(sorted(audiences))}]", f"expires >= {today}"]
    if keys := [f'"{make_key(object_id)}"' for object_id in gone]:
        conditions.append(f"id NOT IN [{', '.join(keys)}]")
    return " AND ".join(conditions)


def single(groups: Sequence[Options]) -> list[Choice]:
    """Each group by itself: together what holds at least one of them, whatever the number of groups."""
    return [Choice(words, 1.0, group.narrow) for group in groups for words in group.words]


def some_of(groups: Sequence[Options], rarity: Sequence[float]) -> list[Choice]:
    """Choices of groups, few, each with a weight by the rarity of its groups (1 that of the rarest).

    All groups but one and pairs come before the rest, and those of rare groups before others.
    """
    numbers = range(len(groups))
    sizes = sorted(range(2, len(groups) + 1), key=lambda size: (size not in (2, len(groups) - 1), -size))
    heavy = sorted(numbers, key=lambda number: -rarity[number])[:HEAVIEST]
    held = (subset for size in sizes for subset in combinations(heavy, size))
    chosen = [(number,) for number in numbers] + list(islice(held, MOST_CHOICES))
    found: dict[tuple[Words, bool], float] = {}
    for subset in chosen:
        weight = WEIGHT ** sum(rarity[number] for number in subset)
        narrow = all(groups[number].narrow for number in subset)
        for words in product(*(groups[number].words for number in subset)):
            tokens = tuple(dict.fromkeys(token for each in words for token in each))
            if len(tokens) <= MOST_WORDS and (len(subset) == 1 or len(found) < len(numbers) + MOST_CHOICES):
                found[tokens, narrow] = max(weight, found.get((tokens, narrow), 0.0))
    return [Choice(words, weight, narrow) for (words, narrow), weight in found.items()]


def rarity_of(server: Server, asked: Asked, groups: Sequence[Options]) -> list[float]:
    """How rare each group is beside the others, 1 for the rarest; one request."""
    choices = single(groups)
    queries = [_search(asked, each, _Part([], [])) | {"page": 1, "hitsPerPage": 0} for each in choices]
    results = server.multi_search(queries, until=asked.until)["results"]
    totals = iter([each["totalHits"] for each in results])
    held = [max(next(totals) for _ in group.words) for group in groups]
    weights = [math.log(1 + (sum(held) + 1) / (documents + 0.5)) for documents in held]
    return [weight / max(weights) for weight in weights]


def ask(server: Server, asked: Asked) -> Answer:
    """The answer of a server; past the last page, which it does not know, it is asked twice."""
    page = asked.query.page_asked
    answer = _ask(server, asked, page)
    last = asked.query.count_pages(answer.total)
    return answer if page <= last else _ask(server, asked, last)


def read_facets(counts: Mapping[str, Mapping[str, int]], query: Query) -> dict[str, tuple[FacetValue, ...]]:
    """Facets with their counts; values that are chosen come first and stay even without results."""
    facets = {}
    for facet in FACETS:
        held = {unquote(value): count for value, count in counts.get(facet, {}).items()}
        facets[facet] = order_values(held, query.filters.get(facet, ()))
    return facets


def read_keys(answer: Answer) -> tuple[str, ...]:
    """The object ids of the page."""
    return tuple(map(read_key, answer.keys))


def _ask(server: Server, asked: Asked, page: int) -> Answer:
    chosen = chosen_filters(asked.query)
    parts = [_Part([facet for facet in FACETS if facet not in chosen], chosen, page, asked.query.page_size)]
    for name in chosen:
        others = [other for other in chosen if other != name]
        parts.append(_Part([name] if name in FACETS else [], others))
    if chosen:
        parts.append(_Part([], []))
    search = _in_one_request if len(asked.choices) == 1 else _merged
    found = search(server, asked, parts)
    counts = {facet: values for result in found for facet, values in result.counts.items()}
    without = {name: result.total for name, result in zip(chosen, found[1:], strict=False)}
    return Answer(found[0].total, found[-1].total, without, found[0].keys, counts, page)


@dataclass(frozen=True)
class _Part:
    """One search: the facets it counts, the filters it keeps to, and its page of hits, if any."""

    facets: list[str]
    kept: list[str]
    page: int = 1
    size: int = 0


@dataclass(frozen=True)
class _Found:
    total: int
    keys: tuple[str, ...]
    counts: Mapping[str, Mapping[str, int]]


def _in_one_request(server: Server, asked: Asked, parts: Sequence[_Part]) -> list[_Found]:
    queries = [
        _search(asked, asked.choices[0], part)
        | {"page": part.page, "hitsPerPage": part.size, "facets": part.facets}
        for part in parts
    ]
    results = server.multi_search(queries, until=asked.until)["results"]
    return [_Found(each["totalHits"], _keys(each), each.get("facetDistribution") or {}) for each in results]


def _merged(server: Server, asked: Asked, parts: Sequence[_Part]) -> list[_Found]:
    """A request for each part: Meilisearch unites several searches over one index into one result."""
    found = []
    for part in parts:
        queries = [
            _search(asked, choice, part) | {"federationOptions": {"weight": choice.weight}}
            for choice in (part.size and asked.ranked) or asked.choices
        ]
        facets = {asked.index: part.facets}
        federation = {"page": part.page, "hitsPerPage": part.size, "facetsByIndex": facets}
        result = server.multi_search(queries, federation, until=asked.until)
        counts = (result.get("facetsByIndex") or {}).get(asked.index, {}).get("distribution") or {}
        found.append(_Found(result["totalHits"], _keys(result), counts))
    return found


def _search(asked: Asked, choice: Choice, part: _Part) -> dict[str, Any]:
    conditions = [asked.visible, *(_condition(name, asked.query) for name in part.kept)]
    values: dict[str, Any] = {
        "indexUid": asked.index,
        "q": " ".join(f'"{word}"' for word in choice.words),
        "filter": " AND ".join(conditions),
        "matchingStrategy": "all",
        "attributesToRetrieve": ["id"],
        "locales": ["eng"],
    }
    if choice.narrow:
        values["attributesToSearchOn"] = _NARROW
    if sort := _SORTS[asked.query.sort]:
        values["sort"] = sort
    return values


def _condition(name: str, query: Query) -> str:
    if name != DAYS:
        return f"{name} IN [{_listed(query.filters[name])}]"
    since, until = query.since or dt.date.min, query.until or dt.date.max
    return f"day >= {since.toordinal()} AND day <= {until.toordinal()}"


def _listed(values: Iterable[str]) -> str:
    return ", ".join(f'"{quote(value)}"' for value in values)


def _keys(result: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(hit["id"] for hit in result["hits"])
