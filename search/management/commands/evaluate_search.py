"""``manage.py evaluate_search SET``: how well this instance's search answers a judged set of queries."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError

from search.consumers import SEARCH
from search.engines.base import Engine, EngineUnavailable
from search.engines.choosing import engines
from search.evaluation.judged import JudgedSet
from search.evaluation.outcomes import Line, Outcome, rank_by, run, summarise
from search.language import refresh
from search.management.evaluating import NAMED, EvaluationCommand, say_interval


class Command(EvaluationCommand):
    """Measure, and print a table for each engine."""

    help = "Measures site search by a judged set of queries: nDCG@10, recall@5 and queries without results."
    asked = "queries"
    docs = "docs/relevanz.md"
    consumer = SEARCH

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The engine, and what every set needs."""
        super().add_arguments(parser)
        parser.add_argument("--engine", default="", help="name of one engine; default: all that are set up")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        judged, queries = self.read(options, JudgedSet)
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
            figures = f"{say_interval(line.ndcg):<19}{say_interval(line.recall):<19}{line.empty:>10.1%}"
            self.stdout.write(f"{line.stratum:<14}{line.queries:>4}  {figures}")

    def _list(self, outcomes: Sequence[Outcome]) -> None:
        self.stdout.write("")
        for outcome in sorted(outcomes, key=lambda outcome: outcome.ndcg):
            query = outcome.query
            self.stdout.write(f"{outcome.ndcg:.2f} {query.id}: {query.text}")
            self.stdout.write(f"     wanted {_with_grades(query.grades, query.grades)}")
            self.stdout.write(f"     found  {_with_grades(outcome.found[:NAMED], query.grades)}")


def _with_grades(names: Sequence[str] | Mapping[str, int], grades: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {grades.get(name, 0)}" for name in names) or "nothing"


def _chosen(name: str) -> list[Engine]:
    known = {engine.name: engine for engine in engines()}
    if name and name not in known:
        raise CommandError(f"No engine {name} is set up here; there is {', '.join(known)}.")
    return [known[name]] if name else list(known.values())
