"""Builds the index of one engine and asks it the mix, beside what it is asked in the end, sent alone."""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import override_settings

from hub.catalogue.consumers import BATCH
from hub.env import env
from search.engines.base import Engine, EngineUnavailable, Query, Results
from search.engines.choosing import engines
from search.parameters import PARAMETERS
from search.rebuilding import Progress, rebuild
from search.targets import targets
from tests.load.search_queries import MIX, name_of
from tests.load.search_raw import Wire, recorded

ROUNDS = 5
FEWEST_FOUND = 0.8
"""Of the mix; fewer mean that the index is not what is to be measured."""

SLOWEST = 5
PLAIN_FILES = "django.contrib.staticfiles.storage.StaticFilesStorage"
TABLES = ("search_searchrecord", "search_vocabularyword")


def measure(name: str) -> dict[str, Any]:
    """Seconds of the build, milliseconds of each call, and what memory this process took."""
    engine = next(each for each in engines() if each.name == name)
    target = next(each for each in targets() if each.name == name)
    began = time.perf_counter()
    rebuild(target, _say)
    built = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"VACUUM ANALYZE {table}")  # as the server itself does within a minute
    asked = _Asked(engine)
    for query in MIX:
        asked.ask(query)
    asked.check()
    # Without a hub that runs nothing has collected the style sheets, whose names are looked up here.
    with override_settings(STORAGES=settings.STORAGES | {"staticfiles": {"BACKEND": PLAIN_FILES}}):
        page = _page_times()
    return {"built": built, "memory": memory, "size": _size(), **asked.told(), "page": page}


def _say(progress: Progress) -> None:
    """Every thousand entries a line for whoever waits."""
    if progress.done % 1_000 < BATCH:
        print(f"  {progress.name}: {progress.done:,} of {progress.total:,} entries", file=sys.stderr)


class _Asked:
    """Milliseconds of all calls of an engine, by what was timed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._server = os.environ.get("MEILI_URL", "") if engine.name == "meilisearch" else ""
        self._wire = Wire(env.database_url, self._server)
        self._times: dict[str, list[float]] = {"engine": [], "raw": [], "words": []}
        self._slow: list[tuple[float, str]] = []
        self._found = 0
        self.late = 0

    def ask(self, query: Query) -> None:
        """Once to know what is asked, then in turns by the engine and alone."""
        self._search(query)
        with recorded() as call:
            results = self._search(query)
        if results is None:
            return
        self._found += results.total > 0
        alone = self._wire.ask_server if self._server else self._wire.ask_database
        times = []
        for _ in range(ROUNDS):
            times.append(milliseconds(lambda: self._search(query)))
            self._times["raw"].append(milliseconds(lambda: alone(call)))
            if self._server:
                self._times["words"].append(milliseconds(lambda: self._wire.ask_database(call)))
        self._times["engine"] += times
        self._slow.append((max(times), f"{name_of(query)}: {results.total} hits"))

    def _search(self, query: Query) -> Results | None:
        """The answer, or None where it took too long, which is counted."""
        try:
            return self._engine.search(query)
        except EngineUnavailable:
            self.late += 1
            return None

    def check(self) -> None:
        """Tell the slowest; raise :class:`SystemExit` where too little was found."""
        for took, name in sorted(self._slow, reverse=True)[:SLOWEST]:
            print(f"  {took:8.1f} ms  {name}", file=sys.stderr)
        if self._found < FEWEST_FOUND * len(MIX):
            raise SystemExit(f"{self._engine.name} finds something for {self._found} of {len(MIX)} queries")

    def told(self) -> dict[str, Any]:
        """All figures, for JSON."""
        return {**self._times, "late": self.late}


def milliseconds(work: Callable[[], object]) -> float:
    """How long ``work`` takes."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _page_times() -> list[float]:
    """The whole search page for the queries of the mix, once each after one that warms up."""
    client = Client(HTTP_HOST=env.host, HTTP_ACCEPT_LANGUAGE="de")
    names = {parameter.column: parameter.name for parameter in PARAMETERS}

    def fetch(address: Mapping[str, object]) -> None:
        status = client.get("/suche/", address).status_code
        if status not in (200, 503):
            raise SystemExit(f"/suche/ answers {status} for {address}")

    times = []
    for query in MIX:
        address = {"q": query.text} | {names[facet]: values for facet, values in query.filters.items()}
        fetch(address)
        times.append(milliseconds(lambda address=address: fetch(address)))
    return times


def _size() -> int:
    """Bytes of the engine's tables with their indexes."""
    with connection.cursor() as cursor:
        total = "SELECT sum(pg_total_relation_size(name::regclass)) FROM unnest(%s::text[]) AS name"
        cursor.execute(total, [list(TABLES)])
        return int(cursor.fetchone()[0])
