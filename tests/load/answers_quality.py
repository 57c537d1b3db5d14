"""Answers by the frozen set of questions over the demo of all cities, without a language model.

``python -m tests.load.answers_quality`` measures that alone, with a database server of its own and no
running hub; what follows it is handed to ``manage.py evaluate_answers`` (``--half train --questions``).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fixtures.network.hubs import PROJECT
from fixtures.network.running import Network
from tests.load.alone import lone_network
from tests.load.scratch import ask, scratch_database
from tests.load.table import Row

CITY = "mainz"
SCRATCH = "bench_answers"
SET = PROJECT / "tests" / "evaluation" / "answers" / "demo.yaml"
HALVES = {"train": "train half", "held-out": "held-out half"}
MEASURES = {
    "recall": "recall@5",
    "ndcg": "nDCG@10",
    "citation_precision": "citation precision",
    "citation_recall": "citation recall",
    "refused": "unanswerable, not shown as found",
    "over_refused": "answerable, not shown as found",
}


def measure_answers(network: Network) -> list[Row]:
    """Load the demo of all cities into a scratch database and ask every question."""
    with loaded(network) as environment, TemporaryDirectory() as folder:
        rows = []
        for half, said in HALVES.items():
            path = Path(folder) / f"{half}.json"
            evaluate(environment, [str(SET), "--half", half, "--json", str(path)], quiet=True)
            rows += make_rows(json.loads(path.read_text(encoding="utf-8"))["lines"], said)
        return rows


def make_rows(lines: Sequence[Mapping[str, Any]], half: str) -> list[Row]:
    """The figures of a half with the bounds of their intervals, then each stratum's recall."""
    whole, *strata = lines
    rows = []
    for key, measure in MEASURES.items():
        name = f"answers, {measure}, {half}"
        rows.append(Row(name, whole[key]["mean"], "of 1"))
        rows += [Row(f"{name}, {end} of 95 %", whole[key][end], "of 1") for end in ("low", "high")]
    rows.append(Row(f"answers, quotes that stand so in the document, {half}", whole["exact"], "of 1"))
    rows.append(Row(f"answers, passages of what may not be read, {half}", whole["leaks"], "passages"))
    for line in strata:
        key = "recall" if line["recall"] else "refused"
        name = f"answers, {MEASURES[key]}, {half}, {line['stratum']}"
        rows.append(Row(name, line[key]["mean"], "of 1"))
    return rows


@contextmanager
def loaded(network: Network) -> Iterator[dict[str, str]]:
    """The environment of a hub that holds the demo of all cities, with the texts of their files."""
    with TemporaryDirectory() as folder, scratch_database(network, SCRATCH) as url:
        own = {"DATABASE_URL": url, "HUB_DATA_DIR": folder}
        environment = network.environment(network.hubs[CITY]) | own
        ask(environment, "tests.load.answers_loading")
        yield environment


def evaluate(environment: Mapping[str, str], arguments: Sequence[str], *, quiet: bool = False) -> None:
    """Run ``evaluate_answers`` there."""
    command = [sys.executable, "-W", "ignore", "manage.py", "evaluate_answers", *arguments]
    subprocess.run(
        command, cwd=PROJECT, env=dict(environment), check=True, stdout=subprocess.DEVNULL if quiet else None
    )


def main() -> None:
    """Measure this alone, and print what the command prints."""
    with lone_network(SCRATCH) as network, loaded(network) as environment:
        evaluate(environment, [str(SET), *sys.argv[1:]])


if __name__ == "__main__":
    main()
