"""What is particular to Meilisearch; what it shares with PostgreSQL is in test_engine.py."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import OperationalError
from meilisearch import Client
from meilisearch.errors import MeilisearchApiError

from hub.catalogue.models import CatalogueEntry
from hub.documents import Audience, Viewer
from search.engines.base import EngineUnavailable, Query, Results, Sort
from search.engines.meili import engine as engine_module
from search.engines.meili.asking import MOST_CHOICES
from search.engines.meili.engine import MeiliEngine, NotForThisEngine, uid_of
from search.engines.meili.server import RejectedByServer, Server
from search.models import SearchIndex
from search.records import Record
from tests.search.catalogue import make_document, publish, store, withdraw

pytestmark = [pytest.mark.django_db, pytest.mark.meilisearch]

TODAY = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def titles(results: Results) -> list[str]:
    held = dict(CatalogueEntry.objects.values_list("object_id", "title"))
    return [held[hit.object_id] for hit in results.hits]


def topics(results: Results) -> dict[str, int]:
    return {value.value: value.count for value in results.facets["topics"]}


def record(number: int, **fields: Any) -> Record:
    values: dict[str, Any] = {"audience": "public", "kind": "case_report", "title": "Text", "changed": TODAY}
    return Record(object_id=f"https://mainz.example/id/{number}", **values, **fields)


def test_what_was_taken_back_counts_nowhere_before_the_index_follows(meilisearch: MeiliEngine) -> None:
    entry = publish(make_document("Abgelaufenes Verfahren", "Sensorik", topics=("ki",)))
    publish(make_document("Anderes Verfahren", "Sensorik", topics=("recht",)))
    assert topics(meilisearch.search(Query(text="Sensorik"))) == {"ki": 1, "recht": 1}
    withdraw(entry, follow=False)
    results = meilisearch.search(Query(text="Sensorik"))
    assert (results.total, results.base, topics(results)) == (1, 1, {"recht": 1})


def test_what_a_trigger_hides_counts_nowhere_before_anybody_follows(meilisearch: MeiliEngine) -> None:
    entry = publish(make_document("Verfahren", "Sensorik", topics=("ki",)))
    CatalogueEntry.objects.filter(pk=entry.pk).update(hidden=True)
    results = meilisearch.search(Query(text="Sensorik"))
    assert (results.total, topics(results)) == (0, {})


def test_what_becomes_restricted_is_gone_before_the_index_follows(meilisearch: MeiliEngine) -> None:
    document = make_document("Konzept", "Geheimsache", topics=("ki",))
    publish(document)
    store(document.model_copy(update={"audience": Audience.MEMBERS}))
    results = meilisearch.search(Query(text="Geheimsache"))
    assert (results.total, topics(results)) == (0, {})
    assert meilisearch.search(Query(text="Geheimsache", viewer=Viewer.member())).total == 1


def test_an_index_too_far_behind_does_not_answer(
    meilisearch: MeiliEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "MOST_GONE", 1)
    first, second = (publish(make_document(title, "Sensorik")) for title in ("Eins", "Zwei"))
    withdraw(first, follow=False)
    assert titles(meilisearch.search(Query(text="Sensorik"))) == ["Zwei"]
    withdraw(second, follow=False)
    with pytest.raises(NotForThisEngine, match="behind"):
        meilisearch.search(Query(text="Sensorik"))


def test_the_last_day_counts_as_shown_and_the_next_does_not(meilisearch: MeiliEngine) -> None:
    today = dt.date.today()  # noqa: DTZ011 - the day of this machine is that of the test's time zone
    meilisearch.index(
        [
            record(1, titles=("Sensorik",), expires=today),
            record(2, titles=("Sensorik",), expires=today - dt.timedelta(days=2)),
            record(3, titles=("Sensorik",)),
        ]
    )
    found = meilisearch.search(Query(text="Sensorik"))
    assert sorted(hit.object_id[-1] for hit in found.hits) == ["1", "3"]
    assert found.total == 2


def test_both_nearest_words_are_meant_by_a_typo(meilisearch: MeiliEngine) -> None:
    publish(make_document("Zeppelinfahne", "Flugzeug", topics=("ki",)))
    publish(make_document("Zeppelinfahrt", "Flugzeug", topics=("recht",)))
    results = meilisearch.search(
        Query(text="Zeppelinfahxe Flugzeug", filters={"topics": ("ki",)}, sort=Sort.NEWEST)
    )
    assert (results.did_you_mean, results.total) == ("Zeppelinfahne Flugzeug", 1)
    publish(make_document("Zeppelinfahre", "Flugzeug", topics=("recht",)))
    results = meilisearch.search(
        Query(text="Zeppelinfahxe Flugzeug", filters={"topics": ("ki",)}, sort=Sort.NEWEST)
    )
    assert (results.total, results.base) == (1, 2)
    assert topics(results) == {"ki": 1, "recht": 1}


def test_of_some_words_those_with_more_come_first_and_each_is_there_once(meilisearch: MeiliEngine) -> None:
    publish(make_document("Amsel", "Buchfink", topics=("ki",)))
    publish(make_document("Buchfink", "Text", topics=("ki",)))
    publish(make_document("Amsel Buchfink", "Dohle", topics=("recht",)))
    results = meilisearch.search(Query(text="Amsel Buchfink Dohle Elster"))
    assert results.relaxed
    assert titles(results) == ["Amsel Buchfink", "Amsel", "Buchfink"]
    assert (results.total, topics(results)) == (3, {"ki": 2, "recht": 1})
    narrowed = meilisearch.search(Query(text="Amsel Buchfink Dohle Elster", filters={"topics": ("recht",)}))
    assert (titles(narrowed), narrowed.base) == (["Amsel Buchfink"], 3)
    assert topics(narrowed) == {"ki": 2, "recht": 1}
    second = meilisearch.search(Query(text="Amsel Buchfink Dohle Elster", size=2, page=9))
    assert (titles(second), second.page, second.pages) == (["Buchfink"], 2, 2)


def test_what_some_words_ask_for_is_bounded(
    meilisearch: MeiliEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    birds = ["Amsel", "Buchfink", "Dohle", "Elster", "Fasan", "Gimpel", "Häher", "Ibis", "Kiebitz", "Lerche"]
    for bird in birds:
        publish(make_document(bird, "Text", topics=("ki",)))
    asked: list[int] = []
    search = meilisearch.server.multi_search

    def counted(queries: Any, *arguments: Any, **named: Any) -> Any:
        asked.append(len(queries))
        return search(queries, *arguments, **named)

    monkeypatch.setattr(meilisearch.server, "multi_search", counted)
    results = meilisearch.search(Query(text=" ".join(birds), filters={"topics": ("ki",)}))
    assert (results.total, results.base, results.whole) == (10, 10, 0)
    # All words; how many hold each; the hits; the topics; all without filters.
    assert asked == [3, 10, 1 + 10 + MOST_CHOICES, 10, 10]


def test_totals_are_exact_beyond_what_meilisearch_counts_by_itself(meilisearch: MeiliEngine) -> None:
    meilisearch.index([record(number, titles=("Sensorik",), topics=("ki",)) for number in range(1_200)])
    results = meilisearch.search(Query(text="Sensorik", page=10**18, size=50))
    assert (results.total, results.page, len(results.hits)) == (1_200, 24, 50)
    assert topics(results) == {"ki": 1_200}


def test_a_generation_is_built_aside_and_answers_when_it_is_swapped_in(meilisearch: MeiliEngine) -> None:
    meilisearch.index([record(1, titles=("Alt",))])
    aside = meilisearch.create(2)
    aside.index([record(2, titles=("Neu",))])
    assert meilisearch.search(Query(text="Alt")).total == 1
    assert meilisearch.search(Query(text="Neu")).total == 0
    meilisearch.swap(2)
    assert meilisearch.search(Query(text="Alt")).total == 0
    assert meilisearch.search(Query(text="Neu")).total == 1
    meilisearch.drop(1)
    meilisearch.drop(1)
    meilisearch.remove(["https://mainz.example/id/2", "https://mainz.example/id/99"])
    assert meilisearch.search(Query()).total == 0
    meilisearch.aside(2).index([record(3, titles=("Neu",))])
    assert meilisearch.create(2) is not None
    assert meilisearch.search(Query(text="Neu")).total == 0


def test_a_build_that_lacks_something_never_answers(meilisearch: MeiliEngine) -> None:
    aside = meilisearch.create(2)
    aside.index([record(1, titles=("Neu",))])
    meilisearch.server.queue_documents(uid_of(meilisearch.server, 2), [{"id": "no id"}])
    with pytest.raises(EngineUnavailable, match="not built"):
        meilisearch.swap(2)
    assert SearchIndex.objects.get(engine="meilisearch").generation == 1
    assert not meilisearch.holds(2)
    meilisearch.create(2).index([record(1, titles=("Neu",))])
    meilisearch.swap(2)
    assert meilisearch.search(Query(text="Neu")).total == 1


def test_a_build_takes_out_in_turn_and_waits_for_nothing(
    meilisearch: MeiliEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    aside = meilisearch.create(2)
    waits: list[int] = []
    end_of = Server._end_of
    monkeypatch.setattr(Server, "_end_of", lambda *given: waits.append(1) or end_of(*given))
    aside.index([record(1, titles=("Neu",)), record(2, titles=("Neu",))])
    aside.remove([record(1).object_id])
    aside.index([record(3, titles=("Neu",))])
    assert waits == []
    meilisearch.swap(2)
    assert meilisearch.search(Query(text="Neu")).total == 2


def test_a_build_waits_where_much_is_queued(
    meilisearch: MeiliEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.engines.meili.server.MOST_QUEUED", 1)
    aside = meilisearch.create(2)
    for number in range(4):
        aside.index([record(number, titles=("Neu",))])
    assert len(meilisearch.server._queued) == 1
    aside.remove(["https://mainz.example/id/0"])
    meilisearch.swap(2)
    assert meilisearch.search(Query(text="Neu")).total == 3


def test_searches_use_a_key_that_can_only_search_and_only_here(meilisearch: MeiliEngine) -> None:
    meilisearch.search(Query(text="Sensorik"))
    server = meilisearch.server
    assert server._search_key
    assert server._search_key != server.key
    client = Client(server.url, server._search_key)
    uid = uid_of(server, 1)
    assert client.index(uid).search("x")["hits"] == []
    with pytest.raises(MeilisearchApiError, match="invalid"):
        client.index(uid).delete_all_documents()
    Client(server.url, server.key).create_index("another_1")
    with pytest.raises(MeilisearchApiError, match="invalid"):
        client.index("another_1").search("x")


def test_a_search_key_that_was_deleted_is_made_again(meilisearch: MeiliEngine) -> None:
    meilisearch.search(Query(text="Sensorik"))
    server = meilisearch.server
    Client(server.url, server.key).delete_key(str(server._search_key))
    with pytest.raises(EngineUnavailable):
        meilisearch.search(Query(text="Sensorik"))
    assert meilisearch.search(Query(text="Sensorik")).total == 0


def test_a_wrong_key_is_said(meilisearch: MeiliEngine) -> None:
    wrong = MeiliEngine(Server(meilisearch.server.url, "wrong", meilisearch.server.prefix))
    for ask in (lambda: wrong.search(Query()), lambda: wrong.holds(1), lambda: wrong.index([record(1)])):
        with pytest.raises(EngineUnavailable, match="API key is invalid"):
            ask()


def test_a_document_that_is_refused_is_no_failure_of_the_server(meilisearch: MeiliEngine) -> None:
    with pytest.raises(RejectedByServer, match="identifier"):
        meilisearch.server.add_documents(uid_of(meilisearch.server, 1), [{"id": "no id"}])


def test_documents_for_an_index_that_is_gone_wait(meilisearch: MeiliEngine) -> None:
    meilisearch.drop(1)
    with pytest.raises(EngineUnavailable, match="gone"):
        meilisearch.remove(["https://mainz.example/id/1"])
    with pytest.raises(EngineUnavailable, match="gone"):
        meilisearch.index([record(1)])
    assert not meilisearch.holds(1)


def test_the_number_of_queries_and_requests_does_not_grow(
    meilisearch: MeiliEngine, django_assert_num_queries: Any
) -> None:
    for number in range(12):
        publish(make_document(f"Bericht {number}", "Sensorik", topics=("ki",)))
        if number in {0, 11}:
            # savepoint, timeout, index and cursor, taken back, vocabulary, timeout back, savepoint
            with django_assert_num_queries(7):
                assert meilisearch.search(Query(text="Sensorik", size=30)).total == number + 1


def test_words_that_take_too_long_in_the_database_say_nothing_of_the_server(
    meilisearch: MeiliEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_unused: object) -> None:
        raise OperationalError("canceling statement due to statement timeout")

    monkeypatch.setattr("search.engines.vocabulary.understand", slow)
    with pytest.raises(NotForThisEngine):
        meilisearch.search(Query("Sensorik"))
