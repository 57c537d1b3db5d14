"""What helps where a search has found nothing: other spellings, and topics to go on from."""

from __future__ import annotations

from dataclasses import dataclass, field

import structlog

from search.analysis import terms_of
from search.engines.base import EngineUnavailable, Query
from search.engines.choosing import search as ask
from search.site_search import SiteSearch
from search.suggesting import similar_words

logger = structlog.get_logger("hub.search")

MOST_TOPICS = 8


@dataclass(frozen=True)
class Topic:
    """A topic with the number of items on it that the viewer may read."""

    code: str
    label: str
    count: int


@dataclass(frozen=True)
class Help:
    """Words of the corpus spelt like those typed, and topics: first those named by the same words."""

    words: list[str] = field(default_factory=list)
    topics: list[Topic] = field(default_factory=list)


def find_help(search: SiteSearch) -> Help:
    """Help for a search whose words nothing holds. A search for everything, and what similar words cost.

    What takes too long is left out.
    """
    words = similar_words(search.text, search.viewer) if search.text else []
    return Help(words, _topics(search))


def _topics(search: SiteSearch) -> list[Topic]:
    try:
        counts = ask(Query(size=1, viewer=search.viewer)).facets.get("topics", ())
    except EngineUnavailable as error:
        logger.warning("no topics to go on from", reason=str(error)[:300])
        return []
    typed = terms_of(search.text)
    topics = [Topic(each.value, search.vocabulary.name(each.value), each.count) for each in counts]
    return sorted(topics, key=lambda topic: typed.isdisjoint(terms_of(topic.label)))[:MOST_TOPICS]
