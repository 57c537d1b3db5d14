"""Wagtail's own search over the same documents, as its database backend comes, with German stemming."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db import connection, models
from modelsearch.abstract_models import TextIDGenericRelation
from wagtail.search import index
from wagtail.search.backends import get_search_backend
from wagtail.search.models import IndexEntry

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import entries
from hub.documents import Document, Viewer
from search.engines.base import Query, Sort
from tests.load.search_asking import ROUNDS, milliseconds
from tests.load.search_queries import MIX

BATCH = 500
COUNTED = ("kind", "source", "maturity", "licence", "year")
"""What Wagtail can count beside the hits: single values alone."""


class StockDocument(index.Indexed, models.Model):
    """The wording of one entry and what it is filtered by, as a page would hold them."""

    title = models.CharField(max_length=300)
    summary = models.TextField()
    body = models.TextField()
    kind = models.CharField(max_length=40)
    source = models.CharField(max_length=40)
    maturity = models.CharField(max_length=20)
    licence = models.CharField(max_length=60)
    year = models.IntegerField(null=True)
    changed = models.DateTimeField(db_index=True)

    search_fields = [
        index.SearchField("title", boost=2),
        index.SearchField("summary"),
        index.SearchField("body"),
        index.FilterField("changed"),
        *(index.FilterField(name) for name in COUNTED),
    ]

    class Meta:
        app_label = "search"
        db_table = "bench_stock"

    def __str__(self) -> str:
        return self.title


def measure() -> dict[str, Any]:
    """Milliseconds of hits with their number, and with counts beside; seconds and bytes of the index."""
    # The model came after the apps, which would have done this.
    TextIDGenericRelation(IndexEntry).contribute_to_class(StockDocument, "index_entries")
    with connection.schema_editor() as editor:
        editor.create_model(StockDocument)
    _copy()
    began = time.perf_counter()
    backend = get_search_backend()
    written = backend.get_index_for_model(StockDocument)
    for start in range(0, StockDocument.objects.count(), BATCH):
        written.add_items(StockDocument, list(StockDocument.objects.order_by("pk")[start : start + BATCH]))
    built = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE wagtailsearch_indexentry")
        cursor.execute("VACUUM ANALYZE bench_stock")
        cursor.execute("SELECT pg_total_relation_size('wagtailsearch_indexentry')")
        size = int(cursor.fetchone()[0])
    times: dict[str, list[float]] = {"hits": [], "counts": []}
    for query in MIX:
        _find(query)
        for _ in range(ROUNDS):
            times["hits"].append(milliseconds(lambda query=query: _find(query)))
            times["counts"].append(milliseconds(lambda query=query: _find(query, counted=COUNTED)))
    return {"built": built, "size": size, **times}


def _find(query: Query, counted: tuple[str, ...] = ()) -> None:
    """The page of hits and their number, as a view with Wagtail's search reads them."""
    found = StockDocument.objects.all()
    for facet, values in query.filters.items():
        if facet in COUNTED:
            found = found.filter(**{f"{facet}__in": values})
    start = (query.page - 1) * query.size
    if not query.text:
        found = found.order_by("-changed")
        list(found[start : start + query.size])
        found.count()
        return
    if query.sort is Sort.NEWEST:
        found = found.order_by("-changed")
    results = get_search_backend().search(query.text, found, order_by_relevance=query.sort is Sort.RELEVANCE)
    list(results[start : start + query.size])
    results.count()
    for name in counted:
        results.facet(name)


def _copy() -> None:
    """What the public may read, with all wordings in one text."""
    rows = map(_row, entries(Viewer.anonymous()).order_by("pk").iterator(BATCH))
    while batch := list(islice(rows, BATCH)):
        StockDocument.objects.bulk_create(batch)


def _row(entry: CatalogueEntry) -> StockDocument:
    return StockDocument(
        title=entry.title,
        summary=entry.summary,
        body="\n".join(_wordings(entry.document)),
        kind=entry.kind,
        source=entry.source,
        maturity=entry.maturity,
        licence=entry.licence,
        year=entry.year,
        changed=entry.changed,
    )


def _wordings(document: Document) -> Iterator[str]:
    for text in document.texts.values():
        for section, block in text.blocks():
            yield section.heading
            yield block.text
