"""What our engines are compared with: Wagtail's own search and Meilisearch, both as they come.

They hold the same texts in the same fields. Neither knows an audience; the judged set of the demo searches
on behalf of members, who may read everything in it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

import meilisearch
from django.db import connection, models
from wagtail.search import index
from wagtail.search.backends import get_search_backend
from wagtail.search.models import IndexEntry

from hub.catalogue.models import CatalogueEntry
from search.consumers import feed
from search.evaluation.outcomes import DEPTH, Ranker
from search.records import Record

FIELDS = ("titles", "leads", "bodies", "extras", "files")
DEFAULT_INDEX = "bench_relevance"


class Collected:
    """An index that only remembers the records it is given."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    def index(self, records: Iterable[Record]) -> None:
        self.records += records

    def remove(self, object_ids: Iterable[str]) -> None:
        """There is nothing of them."""


def collect_records() -> list[Record]:
    """What the engines are given of the whole catalogue."""
    collected = Collected()
    feed(collected, list(CatalogueEntry.objects.order_by("pk")))
    return collected.records


def _texts(record: Record) -> dict[str, str]:
    return {name: "\n".join(getattr(record, name)) for name in FIELDS}


class StockRecord(index.Indexed, models.Model):
    """The texts of one record as a page would hold them; the title counts twice, as that of pages does."""

    object_id = models.TextField()
    title = models.TextField()
    leads = models.TextField()
    bodies = models.TextField()
    extras = models.TextField()
    files = models.TextField()

    search_fields = [
        index.SearchField("title", boost=2),
        *(index.SearchField(name) for name in FIELDS[1:]),
    ]

    class Meta:
        app_label = "search"
        db_table = "bench_relevance_stock"

    def __str__(self) -> str:
        return self.title


def open_stock(records: Sequence[Record]) -> Ranker:
    """Wagtail's search of the configured backend, PostgreSQL with German stemming."""
    IndexEntry.add_generic_relations()  # the model came after the apps
    with connection.schema_editor() as editor:
        editor.create_model(StockRecord)
    for record in records:
        texts = _texts(record)
        StockRecord.objects.create(object_id=record.object_id, title=texts.pop("titles"), **texts)
    backend = get_search_backend()
    backend.get_index_for_model(StockRecord).add_items(StockRecord, list(StockRecord.objects.all()))

    def rank(text: str) -> Iterable[str]:
        return [found.object_id for found in backend.search(text, StockRecord)[:DEPTH]]

    return rank


def open_default(records: Sequence[Record]) -> Ranker:
    """Meilisearch with the settings of a new index."""
    client = meilisearch.Client(os.environ["MEILI_URL"], os.environ["MEILI_KEY"])
    held = client.index(DEFAULT_INDEX)
    documents = [
        {"id": n, "object_id": record.object_id, **_texts(record)} for n, record in enumerate(records)
    ]
    task = held.add_documents(documents, primary_key="id")
    done = client.wait_for_task(task.task_uid, timeout_in_ms=60_000)
    if done.status != "succeeded":
        raise RuntimeError(f"Meilisearch did not index: {done.error}")

    def rank(text: str) -> Iterable[str]:
        return [hit["object_id"] for hit in held.search(text, {"limit": DEPTH})["hits"]]

    return rank
