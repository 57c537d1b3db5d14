"""``manage.py evaluate_search SET``: how well this instance's search answers a judged set of queries."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hub.catalogue.models import CatalogueEntry
from search.consumers import is_searchable
from search.engines.base import Engine, EngineUnavailable
from search.engines.choosing import engines
from search.evaluation.judged import JudgedSet, UnreadableSet, read_set
from search.evaluation.measures import Interval
from search.evaluation.outcomes import Line, Outcome, rank_by, run, summarise
from search.language import refresh

TRAIN, HELD_OUT = "train", "held-out"
NAMED = 5


class Command(BaseCommand):
    """Measure, and print a table for each engine."""

    help = "Measures site search by a judged set of queries: nDCG@10, recall@5 and queries without results."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The set, the engine, the half, and what to tell besides."""
        parser.add_argument("set", type=Path, help="YAML file, see docs/relevanz.md")
        parser.add_argument("--engine", default="", help="name of one engine; default: all that are set up")
        parser.add_argument("--half", choices=(TRAIN, HELD_OUT), help="default: both")
        parser.add_argument("--queries", action="store_true", help="list each query of the train half")
        parser.add_argument("--json", type=Path, help="also write the figures into this file")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        if options["queries"] and options["half"] != TRAIN:
            raise CommandError(
                "--queries goes with --half train only: who tunes by the held-out half has none."
            )
        try:
            judged = read_set(options["set"])
        except UnreadableSet as error:
            raise CommandError(str(error)) from error
        _demand_items(judged)
        queries = judged.queries_of(options["half"])
        if not queries:
            raise CommandError(f"The set has no queries of the half {options['half']}.")
        refresh()
        told: dict[str, Any] = {}
        for engine in _chosen(options["engine"]):
            try:
                outcomes = run(judged, queries, rank_by(engine, judged.viewer))
            except EngineUnavailable as error:
                raise CommandError(f"{engine.name} does not answer: {error}") from error
            lines = summarise(outcomes)
            self._print(engine.name, lines)
            if options["queries"]:
                self._list(outcomes)
            told[engine.name] = [asdict(line) for line in lines]
        if path := options["json"]:
            path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    def _print(self, name: str, lines: Sequence[Line]) -> None:
        self.stdout.write(f"\n{name:<14}{'n':>4}  {'nDCG@10':<19}{'recall@5':<19}{'no results':>10}")
        for line in lines:
            figures = f"{_say(line.ndcg):<19}{_say(line.recall):<19}{line.empty:>10.1%}"
            self.stdout.write(f"{line.stratum:<14}{line.queries:>4}  {figures}")

    def _list(self, outcomes: Sequence[Outcome]) -> None:
        self.stdout.write("")
        for outcome in sorted(outcomes, key=lambda outcome: outcome.ndcg):
            query = outcome.query
            self.stdout.write(f"{outcome.ndcg:.2f} {query.id}: {query.text}")
            self.stdout.write(f"     wanted {_with_grades(query.grades, query.grades)}")
            self.stdout.write(f"     found  {_with_grades(outcome.found[:NAMED], query.grades)}")


def _say(interval: Interval) -> str:
    return f"{interval.mean:.3f} ({interval.low:.2f}–{interval.high:.2f})"


def _with_grades(names: Sequence[str] | Mapping[str, int], grades: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {grades.get(name, 0)}" for name in names) or "nothing"


def _chosen(name: str) -> list[Engine]:
    known = {engine.name: engine for engine in engines()}
    if name and name not in known:
        raise CommandError(f"No engine {name} is set up here; there is {', '.join(known)}.")
    return [known[name]] if name else list(known.values())


def _demand_items(judged: JudgedSet) -> None:
    """Without the items that are judged, the figures would speak of the catalogue and not of the search."""
    names = judged.names()
    entries = CatalogueEntry.objects.filter(uuid__in=names)
    here = {names[str(entry.uuid)] for entry in entries if is_searchable(entry)}
    if missing := [name for name in judged.documents if name not in here]:
        raise CommandError(
            f"{len(missing)} of {len(names)} judged items are not in this instance's search: "
            f"{', '.join(missing[:NAMED])} … Load them, or take them out of the set."
        )
