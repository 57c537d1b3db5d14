"""Loads the demo of all cities into a hub and asks every system there the judged queries."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import django
import structlog

from fixtures.network.hubs import PROJECT

SET = PROJECT / "tests" / "evaluation" / "search" / "demo.yaml"


def main() -> None:
    """Print the lines of the summaries by system and half as JSON."""
    django.setup()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    from search.evaluation.judged import JudgedSet
    from search.evaluation.outcomes import run, summarise
    from search.evaluation.sets import HELD_OUT, TRAIN, read_file

    load()
    judged = read_file(Path(sys.argv[1]) if sys.argv[1:] else SET, JudgedSet)
    told = {}
    for name, rank in rankers(judged.viewer):
        outcomes = run(judged, judged.queries, rank)
        told[name] = {"all": [asdict(line) for line in summarise(outcomes)]} | {
            half: [asdict(line) for line in summarise([each for each in outcomes if each.query.half == half])]
            for half in (TRAIN, HELD_OUT)
        }
    print(json.dumps(told))


def load() -> None:
    """The documents of the four cities, as if written here, and the texts of their files."""
    from django.core.management import call_command

    from fixtures.sources import MUNICIPALITIES
    from hub.catalogue.consumers import run_consumers
    from hub.catalogue.settling import settle
    from search.reading.services import read_round

    with open(os.devnull, "w") as nowhere:
        for city in MUNICIPALITIES:
            call_command("load_demo", city.slug, stdout=nowhere)
    settle()
    run_consumers()  # among them the one that notes which files are attached
    while read_round():
        pass


def rankers(viewer: object) -> Iterator[tuple[str, Callable]]:
    """Each system with its index built: ours, then what they are compared with over the same texts."""
    from search.engines.choosing import engines
    from search.evaluation.outcomes import rank_by
    from search.rebuilding import rebuild
    from search.targets import EngineTarget
    from tests.load.relevance_baselines import collect_records, open_default, open_stock

    for engine in engines():
        rebuild(EngineTarget(engine))
        yield engine.name, rank_by(engine, viewer)
    records = collect_records()
    yield "wagtail", open_stock(records)
    if os.environ.get("MEILI_URL"):
        yield "meilisearch_default", open_default(records)


if __name__ == "__main__":
    os.chdir(PROJECT)
    main()
