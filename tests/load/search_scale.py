"""Search over many made-up documents: both engines, what they are asked alone, and Wagtail's own search.

``make bench`` measures 10,000. ``python -m tests.load.search_scale --documents 100000`` measures that
alone, with a database server of its own and no running hub. Meilisearch is measured where
``meilisearch`` is on the PATH. A document is what people read; files are read already.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

from fixtures.network.hubs import PROJECT
from fixtures.network.running import Network
from tests.load.alone import measure_alone
from tests.load.scratch import ask, scratch_database
from tests.load.search_server import Server, running_server
from tests.load.table import Row, percentile

DOCUMENTS = 10_000
CITY = "mainz"
SCRATCH = "bench_search"
MEGABYTE = 1_000_000
NAMES = {"postgres": "PostgreSQL", "meilisearch": "Meilisearch"}


def measure_search(network: Network, documents: int = DOCUMENTS) -> list[Row]:
    """Fill a scratch database and measure both engines in processes of their own."""
    with (
        TemporaryDirectory() as folder,
        running_server(Path(folder)) as server,
        scratch_database(network, SCRATCH) as url,
    ):
        own = {"DATABASE_URL": url, "HUB_DATA_DIR": folder, "HUB_STATIC_ROOT": folder}
        here = network.environment(network.hubs[CITY]) | own
        there = here | server.environment if server else here
        filled = _ask(here, "filling", str(documents))
        rows = _engine_rows("postgres", documents, filled, _ask(here, "asking", "postgres"))
        rows.append(
            memory_row("PostgreSQL, memory of the server", network.cluster.pid(), f"{documents:,} documents")
        )
        stock = _stock_rows(documents, _ask(here, "stock"))
        if server:
            rows += _engine_rows("meilisearch", documents, filled, _ask(there, "asking", "meilisearch"))
            rows += _server_rows(server, documents, filled)
        return [*rows, *stock, *_arrival_rows(documents, there)]


def _ask(environment: Mapping[str, str], step: str, *arguments: str) -> dict[str, Any]:
    told: dict[str, Any] = ask(environment, "tests.load.search_hub", f"search_{step}", *arguments)
    return told


def _engine_rows(name: str, documents: int, filled: dict[str, Any], told: dict[str, Any]) -> list[Row]:
    of = f"{documents:,} documents"
    shown = NAMES[name]
    alone = "requests" if name == "meilisearch" else "statements"
    raw = f"{shown}, its {alone} alone, {{}}, {of}"
    rows = [
        Row(f"{shown}, indexed, {of}", documents / told["built"], "1/s"),
        Row(f"{shown}, memory of the process that indexes, {of}", told["memory"] / MEGABYTE, "MB"),
    ]
    if name == "postgres":
        rows.append(_size_row(f"{shown}, index, {of}", told["size"], filled["bytes"], documents))
    rows += time_rows(raw, told["raw"])
    rows += time_rows(f"{shown}, search with all counts, {{}}, {of}", told["engine"], raw, told["raw"])
    if told["words"]:
        rows += time_rows(f"{shown}, of that words looked up in PostgreSQL, {{}}, {of}", told["words"])
    rows += time_rows(f"{shown}, search page, {{}}, {of}", told["page"])
    return [*rows, Row(f"{shown}, queries not answered in time, {of}", told["late"], "queries")]


def _stock_rows(documents: int, told: dict[str, Any]) -> list[Row]:
    of = f"{documents:,} documents"
    return [
        Row(f"Wagtail, indexed, {of}", documents / told["built"], "1/s"),
        Row(f"Wagtail, index, {of}", told["size"] / MEGABYTE, "MB"),
        *time_rows(f"Wagtail, hits and their number, {{}}, {of}", told["hits"]),
        *time_rows(f"Wagtail, hits, number and counts of five filters, {{}}, {of}", told["counts"]),
    ]


def _server_rows(server: Server, documents: int, filled: dict[str, Any]) -> list[Row]:
    of = f"{documents:,} documents"
    return [
        _size_row(f"Meilisearch, index, {of}", server.size, filled["bytes"], documents),
        memory_row("Meilisearch, memory of the server", server.pid, of),
        Row(f"Meilisearch, memory of the server at most, {of}", server.peak / MEGABYTE, "MB"),
    ]


def _size_row(name: str, size: int, wording: int, documents: int) -> Row:
    return Row(name, size / MEGABYTE, "MB", f"the {documents:,} documents themselves", size / wording)


def time_rows(
    name: str, times: list[float], baseline: str = "", compared: list[float] | None = None
) -> list[Row]:
    """p50 and p95 in milliseconds, each beside that of ``compared``."""
    rows = []
    for label, share in (("p50", 0.5), ("p95", 0.95)):
        value = percentile(times, share)
        ratio = value / percentile(compared, share) if compared else None
        rows.append(Row(name.format(label), value, "ms", baseline.format(label), ratio))
    return rows


def memory_row(name: str, pid: int | None, of: str) -> Row:
    """Proportional set size of a process with its children."""
    process = psutil.Process(pid)
    parts = [process, *process.children(recursive=True)]
    size = sum(part.memory_full_info().pss for part in parts)
    return Row(f"{name}, {of}", size / MEGABYTE, "MB")


def _arrival_rows(documents: int, environment: Mapping[str, str]) -> list[Row]:
    with _worker(environment):
        told = _ask(environment, "arrivals")
    of = f"{documents:,} documents"
    request = f"publishing a report, {{}}, {of}"
    rows = time_rows(request, _milliseconds(told["request"]))
    for name, seconds in told["found"].items():
        found = f"publishing until {NAMES[name]} finds it, {{}}, {of}"
        rows += time_rows(found, _milliseconds(seconds), request, _milliseconds(told["request"]))
    return rows


def _milliseconds(seconds: list[float]) -> list[float]:
    return [each * 1000 for each in seconds]


@contextmanager
def _worker(environment: Mapping[str, str]) -> Iterator[None]:
    """The hub's worker, which settles what is published and indexes it."""
    command = [sys.executable, "manage.py", "run_worker"]
    with (Path(environment["HUB_DATA_DIR"]) / "worker.log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=PROJECT, env=dict(environment), stdout=log, stderr=subprocess.STDOUT
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=60)


if __name__ == "__main__":
    measure_alone(SCRATCH, __doc__, measure_search, documents=DOCUMENTS)
