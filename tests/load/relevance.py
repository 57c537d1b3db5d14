"""Relevance by the judged set over the demo: both engines, Wagtail's own search, Meilisearch by default.

``python -m tests.load.relevance`` measures that alone, with a database server of its own and no running
hub. Meilisearch is measured where ``meilisearch`` is on the PATH.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fixtures.network.running import Network
from tests.load.alone import measure_alone
from tests.load.scratch import ask, scratch_database
from tests.load.search_server import running_server
from tests.load.table import Row

CITY = "mainz"
SCRATCH = "bench_relevance"
STOCK = "Wagtail"
NAMES = {
    "postgres": "PostgreSQL",
    "meilisearch": "Meilisearch",
    "wagtail": STOCK,
    "meilisearch_default": "Meilisearch by default",
}
HALVES = {"train": "train half", "held-out": "held-out half"}
MEASURES = {"ndcg": "nDCG@10", "recall": "recall@5"}

Told = Mapping[str, Mapping[str, list[dict[str, Any]]]]
"""Lines of the summary by system and half, as :mod:`tests.load.relevance_asking` prints them."""


def measure_relevance(network: Network) -> list[Row]:
    """Load the demo of all cities into a scratch database, build each index and ask every query."""
    with (
        TemporaryDirectory() as folder,
        running_server(Path(folder)) as server,
        scratch_database(network, SCRATCH) as url,
    ):
        here = network.environment(network.hubs[CITY]) | {"DATABASE_URL": url, "HUB_DATA_DIR": folder}
        environment = here | server.environment if server else here
        return make_rows(ask(environment, "tests.load.relevance_asking"))


def make_rows(told: Told) -> list[Row]:
    """Each half with the bounds of its interval, then all queries by stratum, beside Wagtail's search."""
    rows = []
    for system, by_half in told.items():
        for half, said in HALVES.items():
            rows += _half_rows(NAMES[system], said, by_half[half][0], told["wagtail"][half][0])
        for line, stock in zip(by_half["all"], told["wagtail"]["all"], strict=True):
            rows += _stratum_rows(NAMES[system], line, stock)
    return rows


def _half_rows(system: str, half: str, line: dict[str, Any], stock: dict[str, Any]) -> list[Row]:
    rows = []
    for key, measure in MEASURES.items():
        name = f"{{}}, {measure}, {half}"
        rows.append(_beside(system, name, line[key]["mean"], stock[key]["mean"]))
        shown = name.format(system)
        rows += [Row(f"{shown}, {end} of 95 %", line[key][end], "of 1") for end in ("low", "high")]
    return [*rows, Row(f"{system}, queries without results, {half}", line["empty"] * 100, "%")]


def _stratum_rows(system: str, line: dict[str, Any], stock: dict[str, Any]) -> list[Row]:
    which = f"{line['stratum']} ({line['queries']})"
    rows = [
        _beside(system, f"{{}}, {measure}, {which}", line[key]["mean"], stock[key]["mean"])
        for key, measure in MEASURES.items()
    ]
    return [*rows, Row(f"{system}, queries without results, {which}", line["empty"] * 100, "%")]


def _beside(system: str, name: str, value: float, stock: float) -> Row:
    if system == STOCK or not stock:
        return Row(name.format(system), value, "of 1")
    return Row(name.format(system), value, "of 1", name.format(STOCK), value / stock)


if __name__ == "__main__":
    measure_alone(SCRATCH, __doc__, measure_relevance)
