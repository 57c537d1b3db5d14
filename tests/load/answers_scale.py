"""Questions over many made-up passages: answers, their statements alone, and a plain full-text query.

``make bench`` measures 10,000. ``python -m tests.load.answers_scale --passages 100000`` measures that
alone, with a database server of its own and no running hub. No language model takes part.
"""

from __future__ import annotations

from collections.abc import Mapping
from tempfile import TemporaryDirectory
from typing import Any

from fixtures.network.running import Network
from tests.load.alone import measure_alone
from tests.load.scratch import ask, scratch_database
from tests.load.search_scale import CITY, MEGABYTE, memory_row, time_rows
from tests.load.table import Row

PASSAGES = 10_000
SCRATCH = "bench_answers"


def measure_questions(network: Network, passages: int = PASSAGES) -> list[Row]:
    """Fill a scratch database, and ask in a process of its own."""
    with TemporaryDirectory() as folder, scratch_database(network, SCRATCH) as url:
        own = {"DATABASE_URL": url, "HUB_DATA_DIR": folder, "HUB_STATIC_ROOT": folder}
        environment = network.environment(network.hubs[CITY]) | own
        filled = _ask(environment, "answers_filling", str(passages))
        asked = _ask(environment, "answers_asking")
        of = f"{passages:,} passages"
        server = memory_row("Answers, memory of the database server", network.cluster.pid(), of)
        return [*_filling_rows(filled, of), *_asking_rows(asked, of), server]


def _ask(environment: Mapping[str, str], *step: str) -> dict[str, Any]:
    told: dict[str, Any] = ask(environment, "tests.load.search_hub", *step)
    return told


def _filling_rows(told: dict[str, Any], of: str) -> list[Row]:
    return [
        Row(f"Answers, passages written with their vectors, {of}", told["written"] / told["seconds"], "1/s"),
        Row(f"Answers, passages with index and vectors, {of}", told["size"] / MEGABYTE, "MB"),
        Row(f"Answers, memory of the process that writes, {of}", told["memory"] / MEGABYTE, "MB"),
    ]


def _asking_rows(told: dict[str, Any], of: str) -> list[Row]:
    raw = f"Question, its statements alone, {{}}, {of}"
    naive = f"Question, plain full-text query by any word, {{}}, {of}"
    return [
        *time_rows(raw, told["raw"]),
        *time_rows(naive, told["naive"]),
        *time_rows(f"Question to first passage, {{}}, {of}", told["answer"], raw, told["raw"]),
        *time_rows(f"Question to first passage, {{}}, {of}, beside", told["answer"], naive, told["naive"]),
        *time_rows(f"Question, processor time without a model, {{}}, {of}", told["cpu"]),
        Row(f"Question, memory of the process that answers, {of}", told["memory"] / MEGABYTE, "MB"),
    ]


if __name__ == "__main__":
    measure_alone(SCRATCH, __doc__, measure_questions, passages=PASSAGES)
