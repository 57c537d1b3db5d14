"""The feed of a search: its newest results, the same for everybody, so only what is public."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import structlog
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from hub.catalogue.models import CatalogueEntry, Cursor
from hub.catalogue.queries import by_ids, cards, newest_position
from hub.documents import Viewer
from hub.env import env
from hub.site.feeds.reading import PER_FEED, Feed, language_of, read_items
from hub.site.feeds.views import FORM, send_feed
from hub.site.listing.filters import LANGUAGE
from hub.site.searches.wording import Words, clean_query, results_address
from search.consumers import SEARCH
from search.engines.base import EngineUnavailable, Query, Sort
from search.engines.choosing import search
from search.language import refresh
from search.models import SearchIndex
from theme.topics import read_vocabulary

logger = structlog.get_logger("hub.search")

RETRY_SECONDS = 60


@dataclass(frozen=True)
class SearchFeed(Feed):
    """A feed of results. It has one page: what is older stands on the page of the search."""

    @property
    def page(self) -> str:
        """The same results, for people."""
        return results_address(self.query)

    def address(self, form: str, query: str | None = None) -> str:
        """Where this feed stands in a form."""
        asked = self.query if query is None else query
        return f"{env.origin}/suche/feed.{form}{'?' if asked else ''}{asked}"


@require_safe
def search_feed(request: HttpRequest, form: str) -> HttpResponse:
    """The newest results of the search in the address. A reader that has them costs four queries."""
    try:
        return send_feed(request, form, _etag(request, form), read_search_feed)
    except EngineUnavailable as error:
        logger.warning("search unavailable", reason=str(error)[:300])
        response = HttpResponse("", status=503, content_type="text/plain; charset=utf-8")
        response["Retry-After"] = str(RETRY_SECONDS)
        return response


def read_search_feed(params: QueryDict) -> Feed:
    """The newest results that hold all words and filters. Raises :class:`EngineUnavailable`."""
    with translation.override(language_of(params)):
        vocabulary = read_vocabulary()
        query = clean_query(params, vocabulary)
        words = Words(query, vocabulary=vocabulary)
        asked = words.searches[query]
        return SearchFeed(
            title=f"Wissenshub {env.name}: {words.of(query)}" if query else f"Wissenshub {env.name}",
            language=language_of(params),
            query=query,
            this=query,
            after="",
            items=tuple(
                read_items(_find(asked.query), LANGUAGE.clean(params.getlist(LANGUAGE.name)), vocabulary)
            ),
        )


def _find(query: Query) -> list[CatalogueEntry]:
    """The newest results, each looked up in the catalogue once more."""
    everybody = Viewer.anonymous()
    results = search(replace(query, viewer=everybody, sort=Sort.NEWEST, page=1, size=PER_FEED))
    if results.relaxed:
        return []
    held = by_ids(cards(everybody), (hit.object_id for hit in results.hits))
    return [held[hit.object_id] for hit in results.hits if hit.object_id in held]


def _etag(request: HttpRequest, form: str) -> str:
    """Weak, from what the feed is made of: the catalogue, how far and by which words it is indexed, the day,
    the address."""
    read = Cursor.objects.filter(consumer__startswith=SEARCH).order_by("consumer")
    indexes = SearchIndex.objects.order_by("engine").values_list("engine", "generation", "language")
    parts = (
        FORM,
        form,
        newest_position(),
        list(read.values_list("consumer", "position")),
        list(indexes),
        refresh().version,
        timezone.localdate(),
        request.META.get("QUERY_STRING", ""),
    )
    return f'W/"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'
