"""Items that cannot be indexed: all others are, and what went wrong is seen."""

from __future__ import annotations

from typing import Any

import pytest

from hub.catalogue.consumers import retry_setbacks
from hub.catalogue.models import CatalogueEntry, Setback
from search import rebuilding
from search.engines.base import Engine, EngineUnavailable
from search.engines.meili import engine as engine_module
from search.engines.meili.engine import MeiliEngine, uid_of
from search.engines.meili.server import Server
from search.rebuilding import Progress, is_due, rebuild
from search.records import Record
from search.targets import EngineTarget
from tests.search.building import TOTAL, index_of, publish_reports, titles
from tests.search.catalogue import make_document, store

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "BATCH", 2)


@pytest.fixture
def target(engine: Engine) -> EngineTarget:
    return publish_reports(engine)


def test_an_entry_that_cannot_be_indexed_does_not_stop_the_others(
    target: EngineTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisoned = CatalogueEntry.objects.order_by("position")[1]
    feed = EngineTarget.feed

    def refuse(self: EngineTarget, generation: int, batch: Any) -> None:
        if poisoned in batch:
            raise ValueError("poison")
        feed(self, generation, batch)

    monkeypatch.setattr(EngineTarget, "feed", refuse)
    rebuild(target)
    assert len(titles(target.engine, "Sensorik")) == TOTAL - 1
    setback = Setback.objects.get()
    assert (setback.consumer, setback.object_id) == (target.consumer, poisoned.object_id)


@pytest.mark.meilisearch
@pytest.mark.parametrize("read_last", [False, True])
def test_what_the_server_refuses_of_many_does_not_stop_the_others(
    meilisearch: MeiliEngine, monkeypatch: pytest.MonkeyPatch, read_last: bool
) -> None:
    """It is refused some time after it was handed over, and all that was handed over with it."""
    target = publish_reports(meilisearch)
    poison = make_document("Verdorben", "Sensorik")

    def write(record: Record) -> dict[str, Any]:
        return make(record) | ({"_vectors": 1} if record.object_id == poison.id else {})

    def add_last(progress: Progress) -> None:
        if progress.done == TOTAL:
            store(poison)
            store(make_document("Daneben", "Sensorik"))

    if not read_last:
        store(poison)
        store(make_document("Daneben", "Sensorik"))
    make = engine_module.make_document
    with monkeypatch.context() as patched:
        patched.setattr(engine_module, "make_document", write)
        rebuild(target, add_last if read_last else lambda progress: None)
    good = [*(f"Bericht {number}" for number in range(TOTAL)), "Daneben"]
    assert titles(meilisearch, "Sensorik") == good
    setback = Setback.objects.get(consumer=target.consumer)
    assert (setback.object_id, "expected a map" in setback.error) == (poison.id, True)
    assert (index_of(target).error, is_due(target)) == ("", False)
    assert retry_setbacks() == 1
    assert titles(meilisearch, "Sensorik") == [*good, "Verdorben"]


@pytest.mark.meilisearch
def test_what_another_process_was_refused_is_not_known_and_has_the_build_start_over(
    meilisearch: MeiliEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = publish_reports(meilisearch)
    uid = uid_of(meilisearch.server, 2)

    def write_beside(progress: Progress) -> None:
        if progress.done == 4:
            other = Server(meilisearch.server.url, meilisearch.server.key, meilisearch.server.prefix)
            other.queue_documents(uid, [{"id": "a", "_vectors": 1}])

    with pytest.raises(EngineUnavailable, match="expected a map"):
        rebuild(target, write_beside)
    assert not meilisearch.holds(2)
    rebuild(target)
    assert len(titles(meilisearch, "Sensorik")) == TOTAL
