"""Indexes built again while others read and write."""

from __future__ import annotations

from threading import Event, Thread

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from hub.catalogue.consumers import lag
from search import rebuilding
from search.consumers import consumer_of
from search.engines.base import Engine, Query
from search.engines.postgres import PostgresEngine
from search.rebuilding import RebuildRunning, rebuild
from search.targets import EngineTarget
from tests.search.building import TOTAL, publish_reports, titles
from tests.search.catalogue import let_follow, make_document, store

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "BATCH", 2)


@pytest.fixture
def target(engine: Engine) -> EngineTarget:
    return publish_reports(engine)


def test_one_build_at_a_time(target: EngineTarget) -> None:
    parameters = connection.get_connection_params()
    names = ("dbname", "user", "host", "port", "password")
    with psycopg.connect(**{name: parameters[name] for name in names if name in parameters}) as other:
        key = f"{rebuilding.ADVISORY_LOCK} {target.name}"
        other.execute("SELECT pg_advisory_lock(hashtext(%s))", [key])
        with pytest.raises(RebuildRunning):
            rebuild(target)
        with pytest.raises(CommandError, match="being built already"):
            call_command("rebuild_search", engine=target.name, verbosity=0)
        # PostgreSQL lets go of it only a moment after the connection was closed.
        other.execute("SELECT pg_advisory_unlock(hashtext(%s))", [key])
    rebuild(target)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_reader_beside_the_build_never_sees_half_an_index() -> None:
    for number in range(TOTAL):
        store(make_document(f"Bericht {number}", "Sensorik"))
    let_follow()
    seen: set[tuple[int, int]] = set()
    stop, failures = Event(), []

    def read() -> None:
        try:
            while not stop.is_set():
                results = PostgresEngine().search(Query("Sensorik"))
                seen.add((results.total, len(results.hits)))
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    reader = Thread(target=read)
    reader.start()
    try:
        for _round in range(3):
            rebuild(EngineTarget(PostgresEngine()))
    finally:
        stop.set()
        reader.join()
    assert (seen, failures) == ({(TOTAL, TOTAL)}, [])


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_consumer_waits_for_the_swap_and_feeds_the_new_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is settled while the last batch is read is not lost between the two indexes."""
    store(make_document("Eins", "Sensorik"))
    let_follow()
    settled, followed = Event(), Event()
    waited: list[bool] = []

    def settle_beside() -> None:
        try:
            store(make_document("Daneben", "Sensorik"))
            settled.set()
            let_follow()
        finally:
            settled.set()
            followed.set()
            connection.close()

    writer = Thread(target=settle_beside)
    swap = PostgresEngine.swap

    def swap_beside(self: PostgresEngine, generation: int) -> None:
        writer.start()
        assert settled.wait(10)
        while not (is_waited_for() or followed.wait(0.02)):
            continue
        waited.append(not followed.is_set())
        swap(self, generation)

    monkeypatch.setattr(PostgresEngine, "swap", swap_beside)
    engine = PostgresEngine()
    rebuild(EngineTarget(engine))
    writer.join()
    assert waited == [True]
    with transaction.atomic():
        assert titles(engine, "Sensorik") == ["Daneben", "Eins"]
    assert lag()[consumer_of(engine.name)] == 0


def is_waited_for() -> bool:
    """Whether somebody waits for a lock that this connection holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks"
            " WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
        )
        return bool(cursor.fetchone()[0])
