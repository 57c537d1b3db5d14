"""Asking an engine in tests, and reading its answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hub.catalogue.models import CatalogueEntry
from search.engines.base import Engine, Query, Results

Search = Callable[..., Results]


def asking(engine: Engine) -> Search:
    """``search(text, **fields of the query)`` by one engine, which must say that it was it."""

    def search(text: str = "", **fields: Any) -> Results:
        results = engine.search(Query(text=text, **fields))
        assert results.engine == engine.name
        return results

    return search


def titles(results: Results) -> list[str]:
    """The titles of the page of hits, in their order."""
    held = dict(CatalogueEntry.objects.values_list("object_id", "title"))
    return [held[hit.object_id] for hit in results.hits]


def counts(results: Results, facet: str) -> dict[str, int]:
    """The values of a facet with their numbers."""
    return {value.value: value.count for value in results.facets[facet]}
