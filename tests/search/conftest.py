"""Both engines for tests: PostgreSQL always, Meilisearch where a server or the program is at hand."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from hub.catalogue import consumers
from search.consumers import consumer_of, follower_of
from search.engines import choosing
from search.engines.base import Engine
from search.engines.meili.engine import NAME, MeiliEngine
from search.engines.meili.server import Server
from search.engines.postgres import PostgresEngine
from search.language import current
from search.models import SearchIndex
from search.reading import services
from search.reading.running import Reading
from search.records import SHAPE
from tests.load.search_server import running_server
from tests.search.asking import Search, asking
from tests.wire.content import use_storage

PREFIX = f"test-{os.getpid()}_"
MOST_GENERATIONS = 5


@pytest.fixture(scope="session")
def meili_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real Meilisearch server: the one that MEILI_URL names, or one of our own for this session."""
    url, key = settings.MEILI_FOR_TESTS
    if url:
        yield Server(url, key, PREFIX)
        return
    if shutil.which("meilisearch") is None:
        pytest.skip("needs a Meilisearch server: MEILI_URL, or the program on the PATH")
    with running_server(tmp_path_factory.mktemp("meilisearch")) as own:
        assert own is not None
        yield Server(own.url, own.environment["MEILI_KEY"], PREFIX)


@pytest.fixture
def meilisearch(meili_server: Server, monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[MeiliEngine]:
    """The engine over that server as the one configured, with an empty index that answers."""
    engine = MeiliEngine(meili_server)
    consumer = consumer_of(engine.name)
    monkeypatch.setattr(choosing, "meilisearch", lambda: engine)
    monkeypatch.setattr(choosing, "_breaker", choosing.Breaker())
    monkeypatch.setattr(consumers, "_handlers", consumers._handlers | {consumer: follower_of(engine)})
    monkeypatch.setattr(consumers, "_apart", consumers._apart | {consumer})
    engine.create(1)
    SearchIndex.objects.create(engine=NAME, generation=1, language=current().version, shape=SHAPE)
    yield engine
    for generation in range(1, MOST_GENERATIONS + 1):
        engine.drop(generation)


@pytest.fixture(params=["postgres", pytest.param("meilisearch", marks=pytest.mark.meilisearch)])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn."""
    if request.param == "postgres":
        return PostgresEngine()
    chosen: MeiliEngine = request.getfixturevalue("meilisearch")
    return chosen


@pytest.fixture
def search(engine: Engine) -> Search:
    """Ask the engine under test."""
    return asking(engine)


@pytest.fixture
def content(tmp_path: Path, settings: Any) -> Path:
    """An empty content storage."""
    return use_storage(settings, tmp_path)


@pytest.fixture
def read_as(monkeypatch: pytest.MonkeyPatch) -> Callable[[Reading | BaseException], list[str]]:
    """Has attached files read as the test says, without a process: ``read_as(reading)``, or an error.

    Returns a list to which the media type of each file is added once it is read.
    """

    def replace(result: Reading | BaseException) -> list[str]:
        asked: list[str] = []

        def read_file(file: object, media_type: str) -> Reading:
            asked.append(media_type)
            if isinstance(result, BaseException):
                raise result
            return result

        monkeypatch.setattr(services, "read_file", read_file)
        return asked

    return replace
