"""Indexes built again: nobody sees half of one, a crash costs little, and what changes meanwhile is in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from django.db import connection

from hub.catalogue.consumers import lag, lock_cursor
from hub.catalogue.models import CatalogueEntry, Cursor
from search import consumers, rebuilding
from search.answers.models import Passage
from search.consumers import follow_again
from search.engines.base import Engine, Index, Query
from search.engines.meili.engine import MeiliEngine, uid_of
from search.engines.postgres import PostgresEngine
from search.models import SearchIndex, VocabularyWord
from search.rebuilding import Progress, is_due, rebuild
from search.records import Record
from search.targets import EngineTarget, PassageTarget
from tests.search.building import TOTAL, index_of, publish_reports, titles
from tests.search.catalogue import let_follow, make_document, publish, store, withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "BATCH", 2)


@pytest.fixture
def target(engine: Engine) -> EngineTarget:
    return publish_reports(engine)


def test_the_new_index_takes_the_place_of_the_old_one(target: EngineTarget) -> None:
    before = SearchIndex.objects.filter(pk=target.name).values_list("generation", flat=True).first() or 1
    said: list[int] = []
    done = rebuild(target, lambda progress: said.append(progress.done))
    assert (done.entries, said) == (TOTAL, [0, 2, 4, 5])
    index = index_of(target)
    assert (index.generation, index.building, index.error) == (before + 1, None, "")
    assert titles(target.engine, "Sensorik") == [f"Bericht {number}" for number in range(TOTAL)]
    assert not target.engine.holds(before) or target.name == "postgres"
    publish(make_document("Danach", "Sensorik"))
    assert len(titles(target.engine, "Sensorik")) == TOTAL + 1


def test_readers_see_the_old_index_whole_until_the_new_one_is(target: EngineTarget) -> None:
    seen: list[tuple[int, int]] = []

    def look(progress: Progress) -> None:
        results = target.engine.search(Query("Sensorik"))
        seen.append((results.total, sum(value.count for value in results.facets["kind"])))

    rebuild(target, look)
    assert seen == [(TOTAL, TOTAL)] * 4


def test_what_is_published_and_withdrawn_meanwhile_is_right_before_and_after(target: EngineTarget) -> None:
    first = CatalogueEntry.objects.order_by("position").first()
    assert first is not None

    def change(progress: Progress) -> None:
        if progress.done == 4:
            publish(make_document("Neu", "Sensorik"))
            withdraw(first)
            store(make_document("Noch nicht gelesen", "Sensorik"))

    rebuild(target, change)
    there = [*(f"Bericht {number}" for number in range(1, TOTAL)), "Neu", "Noch nicht gelesen"]
    assert titles(target.engine, "Sensorik") == there
    assert lag()[target.consumer] == 0
    let_follow()
    assert titles(target.engine, "Sensorik") == there


def test_a_crash_leaves_the_old_index_and_the_next_build_goes_on(target: EngineTarget) -> None:
    def crash(progress: Progress) -> None:
        if progress.done == 4:
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        rebuild(target, crash)
    index = index_of(target)
    assert (index.building, "power cut" in index.error, is_due(target)) == (index.generation + 1, True, True)
    assert len(titles(target.engine, "Sensorik")) == TOTAL
    said: list[int] = []
    rebuild(target, lambda progress: said.append(progress.done))
    assert said == [4, 5]
    assert len(titles(target.engine, "Sensorik")) == TOTAL
    assert (index_of(target).error, is_due(target)) == ("", False)


@pytest.mark.parametrize(
    "changes",
    [{"building_shape": 0}, {"building_language": 7}, {"started": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}],
)
def test_a_build_by_other_words_or_too_long_ago_starts_over(
    target: EngineTarget, changes: dict[str, Any]
) -> None:
    def crash(progress: Progress) -> None:
        if progress.done == 4:
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        rebuild(target, crash)
    SearchIndex.objects.filter(pk=target.name).update(**changes)
    said: list[int] = []
    rebuild(target, lambda progress: said.append(progress.done))
    assert said[0] == 0
    assert len(titles(target.engine, "Sensorik")) == TOTAL


def test_a_crash_between_swap_and_tidying_is_tidied_by_the_next_build(target: EngineTarget) -> None:
    rebuild(target)
    index = index_of(target)
    SearchIndex.objects.filter(pk=target.name).update(building=index.generation)
    assert is_due(target)
    rebuild(target)
    assert (index_of(target).building, len(titles(target.engine, "Sensorik"))) == (None, TOTAL)


def test_what_belongs_to_an_item_and_changes_meanwhile_is_in_both_indexes(target: EngineTarget) -> None:
    entry = CatalogueEntry.objects.order_by("position")[0]

    def change(progress: Progress) -> None:
        if progress.done == 4:
            CatalogueEntry.objects.filter(pk=entry.pk).update(body=entry.body.replace("Sensorik", "Drohnen"))
            follow_again([entry.object_id])
            assert titles(target.engine, "Drohnen") == ["Bericht 0"]

    rebuild(target, change)
    assert titles(target.engine, "Drohnen") == ["Bericht 0"]
    assert len(titles(target.engine, "Sensorik")) == TOTAL - 1


def test_the_engine_has_settled_before_the_consumer_must_wait(
    target: EngineTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    settle, swap = EngineTarget.settle, EngineTarget.swap

    def note_settle(self: EngineTarget, generation: int) -> Mapping[str, str]:
        if not done:
            for number in range(3):
                store(make_document(f"Meanwhile {number}", "Sensorik"))
        done.append("settle")
        return settle(self, generation)

    def note_prepare(self: EngineTarget, generation: int) -> None:
        done.append("prepare")

    def note_lock(name: str) -> Cursor:
        done.append("lock")
        return lock_cursor(name)

    def note_swap(self: EngineTarget, generation: int) -> None:
        done.append("swap")
        swap(self, generation)

    monkeypatch.setattr(EngineTarget, "settle", note_settle)
    monkeypatch.setattr(EngineTarget, "prepare", note_prepare)
    monkeypatch.setattr(rebuilding, "lock_cursor", note_lock)
    monkeypatch.setattr(EngineTarget, "swap", note_swap)
    rebuild(target)
    steps = ["settle", "prepare", "settle", "lock", "settle", "swap"]
    assert done == steps, "a whole batch came meanwhile"
    assert len(titles(target.engine, "Sensorik")) == TOTAL + 3


@pytest.mark.meilisearch
def test_indexes_of_older_layouts_and_broken_builds_are_deleted(meilisearch: MeiliEngine) -> None:
    server = meilisearch.server
    left = [f"{server.prefix}0_7", f"{server.prefix}1_3", uid_of(server, 5)]
    for uid in left:
        server.create_index(uid, {})
    rebuild(EngineTarget(meilisearch))
    assert [uid for uid in left if server.has_index(uid)] == []
    assert meilisearch.holds(2)


def test_long_texts_are_handed_over_in_parts_and_none_is_left_out(
    target: EngineTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(make_document("Lang", "Sensorik " * 100))
    publish(make_document("Zuletzt", "Sensorik"))
    monkeypatch.setattr(rebuilding, "BATCH", 100)
    monkeypatch.setattr(consumers, "MOST_CHARACTERS", 800)
    handed: list[int] = []
    kind = type(target.engine.aside(2))
    index = kind.index

    def note(self: Index, records: Iterable[Record]) -> None:
        some = list(records)
        handed.append(len(some))
        index(self, some)

    monkeypatch.setattr(kind, "index", note)
    rebuild(target)
    assert handed == [TOTAL + 1, 1]
    assert len(titles(target.engine, "Sensorik")) == TOTAL + 2


def test_before_the_index_in_postgresql_answers_the_planner_knows_its_size() -> None:
    rebuild(publish_reports(PostgresEngine()))
    tables = ["search_searchrecord", "search_vocabularyword"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples::int FROM pg_class WHERE relname = ANY(%s) ORDER BY relname", [tables]
        )
        (records,), (words,) = cursor.fetchall()
    assert records == 2 * TOTAL, "those of the index before are deleted afterwards"
    assert words == 2 * VocabularyWord.objects.count()


def test_passages_are_built_again_in_place() -> None:
    entry = publish(make_document("Eins", "Wellensittich"))
    Passage.objects.filter(object_id=entry.object_id).update(text="alt")
    orphan = Passage.objects.filter(object_id=entry.object_id).values().first()
    assert orphan is not None
    Passage.objects.create(**{**orphan, "id": None, "object_id": "https://gone.example/id/1"})
    assert is_due(PassageTarget())
    rebuild(PassageTarget())
    worded = Passage.objects.exclude(anchor__startswith="fakt-")
    assert list(worded.values_list("object_id", "text")) == [(entry.object_id, "Wellensittich")]
    assert not Passage.objects.exclude(object_id=entry.object_id).exists()
    assert not is_due(PassageTarget())
