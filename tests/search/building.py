"""What tests of indexes that are built again share."""

from __future__ import annotations

from hub.catalogue.models import CatalogueEntry
from search.engines.base import Engine, Query
from search.models import SearchIndex
from search.targets import EngineTarget
from tests.search.catalogue import make_document, publish

TOTAL = 5


def publish_reports(engine: Engine) -> EngineTarget:
    """Publish :data:`TOTAL` reports, „Bericht 0“ and so on, for an engine that is built again then."""
    for number in range(TOTAL):
        publish(make_document(f"Bericht {number}", "Sensorik"))
    return EngineTarget(engine)


def titles(engine: Engine, text: str) -> list[str]:
    """The titles of what an engine finds, in their order."""
    held = dict(CatalogueEntry.objects.values_list("object_id", "title"))
    return sorted(held[hit.object_id] for hit in engine.search(Query(text)).hits)


def index_of(target: EngineTarget) -> SearchIndex:
    """How the index of a target stands."""
    return SearchIndex.objects.get(pk=target.name)
