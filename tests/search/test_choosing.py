"""Who answers: Meilisearch, and PostgreSQL while that does not."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
import structlog

from hub.env import env, read_env
from hub.errors import ConfigurationError
from search.engines import choosing
from search.engines.base import EngineUnavailable, Query
from search.engines.meili.client import RejectedByServer
from search.engines.meili.engine import MeiliEngine, NotForThisEngine
from search.engines.meili.server import Server
from search.models import LanguageVersion, SearchIndex
from tests.search.catalogue import make_document, publish

TEN_WORDS = "Amsel Buchfink Dohle Elster Falke Goldammer Habicht Kiebitz Lerche Mauersegler"


class Clock:
    """A clock that stands until it is set."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_after_a_failure_nobody_asks_for_a_while_and_then_one() -> None:
    clock = Clock()
    breaker = choosing.Breaker(pause=10, clock=clock)
    assert [breaker.allows(), breaker.allows()] == [True, True]
    breaker.note_failure()
    clock.now += 9
    assert not breaker.allows()
    clock.now += 1
    assert [breaker.allows(), breaker.allows()] == [True, False]
    breaker.note_failure()
    clock.now += 9
    assert not breaker.allows()
    clock.now += 1
    assert breaker.allows()
    breaker.note_answer()
    assert [breaker.allows(), breaker.allows()] == [True, True]


def test_one_query_that_takes_too_long_stops_nobody_and_several_in_a_row_do() -> None:
    clock = Clock()
    breaker = choosing.Breaker(pause=10, clock=clock)
    for _again in range(choosing.MOST_SLOW):
        breaker.note_slow("teuer")
    assert breaker.allows()
    breaker.note_slow("teurer")
    breaker.note_answer()
    breaker.note_slow("am teuersten")
    assert breaker.allows(), "it answered in between"
    breaker.note_slow("teuer")
    breaker.note_slow("teurer")
    assert not breaker.allows()
    clock.now += 10
    assert [breaker.allows(), breaker.allows()] == [True, False]
    breaker.note_slow("teuer")
    clock.now += 9
    assert not breaker.allows(), "the one that tried was not answered either"


def test_without_a_server_there_is_one_engine() -> None:
    assert [engine.name for engine in choosing.engines()] == ["postgres"]
    assert choosing.meilisearch() is None


def test_the_environment_names_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        choosing, "env", replace(env, meili_url="http://127.0.0.1:7700", meili_key="secret", slug="trier")
    )
    assert [engine.name for engine in choosing.engines()] == ["postgres", "meilisearch"]
    engine = choosing.meilisearch()
    assert engine is not None
    assert (engine.server.url, engine.server.prefix) == ("http://127.0.0.1:7700", "trier_")
    again = choosing.meilisearch()
    assert again is not None
    assert again.server is engine.server


@pytest.mark.parametrize("value", ["127.0.0.1:7700", "ftp://host", "http://host/?key=1"])
def test_a_malformed_address_ends_the_start(value: str) -> None:
    good = {
        "HUB_ORIGIN": "https://mainz.example",
        "HUB_SLUG": "mainz",
        "HUB_NAME": "Mainz",
        "SECRET_KEY": "x" * 40,
        "DATABASE_URL": "postgres://hub@/hub",
        "HUB_DATA_DIR": "/tmp",
    }
    assert read_env(good | {"MEILI_URL": "http://127.0.0.1:7700/"}).meili_url == "http://127.0.0.1:7700"
    with pytest.raises(ConfigurationError, match="MEILI_URL"):
        read_env(good | {"MEILI_URL": value})


@pytest.fixture
def silent_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server that takes connections and never answers."""
    monkeypatch.setattr("search.engines.meili.engine.SEARCH_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        held: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    held.append(listener.accept()[0])
                except OSError:
                    return

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
        for each in held:
            each.close()


def use(monkeypatch: pytest.MonkeyPatch, server: Server) -> choosing.Breaker:
    """Let this server be the one that is asked first."""
    breaker = choosing.Breaker(clock=Clock())
    monkeypatch.setattr(choosing, "meilisearch", lambda: MeiliEngine(server))
    monkeypatch.setattr(choosing, "_breaker", breaker)
    SearchIndex.objects.create(engine="meilisearch", generation=1)
    return breaker


@pytest.mark.django_db
def test_postgres_answers_where_the_server_is_too_slow(
    monkeypatch: pytest.MonkeyPatch, silent_server: str
) -> None:
    breaker = use(monkeypatch, Server(silent_server))
    publish(make_document("Sensorik", "Text"))
    with structlog.testing.capture_logs() as logs:
        results = choosing.search(Query(text="Sensorik"))
    assert (results.engine, results.total) == ("postgres", 1)
    assert [entry["event"] for entry in logs if "meili" in entry["event"]] == ["meilisearch is too slow"]
    assert breaker.allows()
    for text in ("Sensor", "Radweg"):
        choosing.search(Query(text=text))
    assert not breaker.allows()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "error", [NotForThisEngine("the database is slow"), RejectedByServer("too many queries")]
)
def test_what_is_the_fault_of_a_query_stops_nobody(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    breaker = use(monkeypatch, Server("http://127.0.0.1:9"))
    publish(make_document("Sensorik", "Text"))

    def fail(engine: MeiliEngine, query: Query) -> None:
        raise error

    monkeypatch.setattr(MeiliEngine, "search", fail)
    assert choosing.search(Query(text="Sensorik")).engine == "postgres"
    assert breaker.allows()


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://meilisearch.invalid:7700"])
def test_postgres_answers_where_there_is_no_server(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    breaker = use(monkeypatch, Server(url, key="any"))
    publish(make_document("Sensorik", "Text"))
    assert choosing.search(Query(text="Sensorik")).engine == "postgres"
    assert not breaker.allows()
    assert choosing.search(Query(text="Sensorik")).total == 1


@pytest.mark.meilisearch
@pytest.mark.django_db
def test_meilisearch_answers_again_after_a_pause_without_anybody_doing_anything(
    meilisearch: MeiliEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(make_document("Sensorik", "Text"))
    clock = Clock()
    breaker = choosing.Breaker(clock=clock)
    monkeypatch.setattr(choosing, "_breaker", breaker)
    breaker.note_failure()
    assert choosing.search(Query(text="Sensorik")).engine == "postgres"
    clock.now += choosing.PAUSE_SECONDS
    results = choosing.search(Query(text="Sensorik"))
    assert (results.engine, results.total) == ("meilisearch", 1)
    assert choosing.search(Query(text="Sensorik")).engine == "meilisearch"


@pytest.mark.meilisearch
@pytest.mark.django_db
def test_postgres_answers_what_meilisearch_cannot_read_and_no_failure_is_noted(
    meilisearch: MeiliEngine,
) -> None:
    publish(make_document("Vögel", f"{TEN_WORDS} Nachtigall"))
    with pytest.raises(NotForThisEngine):
        meilisearch.search(Query(text=f"{TEN_WORDS} Nachtigall"))
    results = choosing.search(Query(text=f"{TEN_WORDS} Nachtigall"))
    assert (results.engine, results.total) == ("postgres", 1)
    results = choosing.search(Query(text=TEN_WORDS))
    assert (results.engine, results.total) == ("meilisearch", 1)


@pytest.mark.meilisearch
@pytest.mark.django_db
def test_postgres_answers_until_the_index_is_built_by_the_words_of_today(meilisearch: MeiliEngine) -> None:
    publish(make_document("Sensorik", "Text"))
    SearchIndex.objects.filter(engine="meilisearch").update(language=7)
    assert choosing.search(Query(text="Sensorik")).engine == "postgres"
    SearchIndex.objects.filter(engine="meilisearch").update(language=0)
    assert not LanguageVersion.objects.filter(value__gt=0).exists()
    assert choosing.search(Query(text="Sensorik")).engine == "meilisearch"


@pytest.mark.meilisearch
@pytest.mark.django_db
def test_an_index_that_was_lost_is_noticed(meilisearch: MeiliEngine) -> None:
    publish(make_document("Sensorik", "Text"))
    assert meilisearch.holds(1)
    meilisearch.drop(1)
    assert not meilisearch.holds(1)
    with pytest.raises(EngineUnavailable, match="not found"):
        meilisearch.search(Query(text="Sensorik"))
    assert choosing.search(Query(text="Sensorik")).engine == "postgres"
