"""What only the engine in PostgreSQL promises."""

from __future__ import annotations

import datetime as dt
from typing import Any

import psycopg
import pytest
from django.db import connection

from hub.documents import Audience, Viewer
from search.engines import postgres, statements
from search.engines.base import EngineUnavailable, Query, Results
from search.engines.postgres import PostgresEngine
from search.engines.statements import Asked
from search.models import SearchRecord, VocabularyWord
from tests.search.asking import titles
from tests.search.catalogue import make_document, publish, withdraw

pytestmark = pytest.mark.django_db


def search(text: str = "", **fields: Any) -> Results:
    return PostgresEngine().search(Query(text=text, **fields))


def test_withdrawn_is_gone_before_the_index_follows_and_purged_after() -> None:
    entry = publish(make_document("Abgelaufenes Verfahren", "Sensorik", topics=("ki",)))
    assert search("Sensorik").total == 1
    withdraw(entry, follow=False)
    assert search("Sensorik").total == 0
    assert search().facets["topics"] == ()
    withdraw(entry)
    assert not SearchRecord.objects.filter(object_id=entry.object_id).exists()
    assert not VocabularyWord.objects.filter(folded="sensorik").exists()


@pytest.mark.parametrize("columns", [{"hidden": True}, {"expires": dt.date(2020, 1, 1)}])
def test_hidden_and_expired_are_gone_though_they_are_indexed(columns: dict[str, Any]) -> None:
    entry = publish(make_document("Verfahren", "Sensorik"))
    type(entry).objects.filter(pk=entry.pk).update(**columns)
    assert search("Sensorik").total == 0


def test_words_follow_the_audience_of_their_document() -> None:
    document = make_document("Konzept", "Geheimsache")
    publish(document)
    publish(document.model_copy(update={"audience": Audience.MEMBERS}))
    assert set(VocabularyWord.objects.values_list("audience", flat=True)) == {"members"}
    assert search("Geheimsahce", viewer=Viewer.member()).did_you_mean == "Geheimsache"


def test_a_record_handed_over_twice_at_once_is_there_once() -> None:
    publish(make_document("Eins", "Wort"))
    row = SearchRecord.objects.get()
    assert (row.generation, VocabularyWord.objects.get(folded="wort").documents) == (1, 1)


def test_the_vocabulary_counts_documents() -> None:
    first = publish(make_document("Eins", "Wellensittich Wellensittich"))
    publish(make_document("Zwei", "Wellensittich"))
    assert VocabularyWord.objects.get(folded="wellensittich").documents == 2
    withdraw(first)
    assert VocabularyWord.objects.get(folded="wellensittich").documents == 1


def test_a_statement_that_takes_too_long_ends_as_a_clear_error() -> None:
    parameters = connection.get_connection_params()
    other = psycopg.connect(
        **{name: parameters[name] for name in ("dbname", "user", "host") if name in parameters}
    )
    with other, other.transaction():
        other.execute("LOCK TABLE search_searchrecord IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(EngineUnavailable, match="statement timeout"):
            PostgresEngine(timeout_ms=50).search(Query(text="Sensorik"))
    assert search("Sensorik").total == 0
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)


def test_the_number_of_queries_does_not_grow(django_assert_num_queries: Any) -> None:
    for number in range(30):
        publish(make_document(f"Bericht {number}", "Sensorik", topics=("ki",)))
        if number in {0, 29}:
            # savepoint, timeout, vocabulary, hits with counts, timeout back, savepoint
            with django_assert_num_queries(6):
                assert search("Sensorik", size=30).total == number + 1


def test_where_some_words_take_too_long_those_with_all_are_the_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publish(make_document("Amsel und Drossel", "Text"))
    publish(make_document("Amsel", "Text"))
    statement = postgres.search_statement

    def slow(asked: Asked, page: int) -> tuple[str, dict[str, Any]]:
        return ("SELECT pg_sleep(5)", {}) if asked.some else statement(asked, page)

    monkeypatch.setattr(postgres, "search_statement", slow)
    results = PostgresEngine(timeout_ms=300).search(Query("Amsel Drossel"))
    assert (results.total, results.whole, results.relaxed) == (1, 1, False)
    with pytest.raises(EngineUnavailable):
        PostgresEngine(timeout_ms=300).search(Query("Amsel Zeisig"))


@pytest.mark.parametrize("size", [2, 3])
def test_the_best_of_more_hits_than_are_ranked_whole_come_first(
    monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """Titles and summaries choose those that are ranked by all their words; pages go on behind them."""
    monkeypatch.setattr(statements, "MOST_RANKED", 4)
    publish(make_document("Sensorik", "Text"))
    for number in range(5):
        publish(make_document(f"Bericht {number}", "Sensorik " * (5 - number)))
    found = [
        title
        for page in range(1, 6 // size + 1)
        for title in titles(PostgresEngine().search(Query("Sensorik", page=page, size=size)))
    ]
    assert found[0] == "Sensorik"
    assert sorted(found) == ["Bericht 0", "Bericht 1", "Bericht 2", "Bericht 3", "Bericht 4", "Sensorik"]
    last = PostgresEngine().search(Query("Sensorik", page=99, size=size))
    assert (last.page, titles(last)) == (6 // size, found[-size:])
