"""``manage.py evaluate_answers SET``: how well this instance answers a set of questions, without a model."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hub.catalogue.models import CatalogueEntry
from search.answers.models import Passage
from search.answers.pipeline import warm_up
from search.consumers import is_searchable
from search.evaluation.answering import RECALL_DEPTH, Asked, Figures, find_unreachable, run, summarise
from search.evaluation.judged import UnreadableSet
from search.evaluation.measures import Interval
from search.evaluation.questions import QuestionSet, read_questions
from search.language import refresh

TRAIN, HELD_OUT = "train", "held-out"
NAMED = 5
COLUMNS = (
    ("recall", "recall@5"),
    ("ndcg", "nDCG@10"),
    ("citation_precision", "cit.prec."),
    ("citation_recall", "cit.recall"),
    ("refused", "refused"),
    ("over_refused", "over-refused"),
    ("refusal_precision", "ref.prec."),
)


class Command(BaseCommand):
    """Measure, and print a table."""

    help = "Measures answers by a set of questions: retrieval, citations, refusals, leaks, time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The set, the half, and what to tell besides."""
        parser.add_argument("set", type=Path, help="YAML file, see docs/antworten-messen.md")
        parser.add_argument("--half", choices=(TRAIN, HELD_OUT), help="default: both")
        parser.add_argument("--questions", action="store_true", help="list each question of the train half")
        parser.add_argument("--json", type=Path, help="also write the figures into this file")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        if options["questions"] and options["half"] != TRAIN:
            raise CommandError(
                "--questions goes with --half train only: who tunes by the held-out half has none."
            )
        try:
            asked = read_questions(options["set"])
        except UnreadableSet as error:
            raise CommandError(str(error)) from error
        _demand_documents(asked)
        questions = asked.questions_of(options["half"])
        if not questions:
            raise CommandError(f"The set has no questions of the half {options['half']}.")
        refresh()
        warm_up()
        unreachable = find_unreachable(asked, questions)
        outcomes = run(asked, questions)
        lines = summarise(outcomes)
        self._print(lines, outcomes)
        if unreachable:
            some = ", ".join(unreachable[:NAMED])
            self.stdout.write(f"\n{len(unreachable)} questions with an answer in no passage: {some}")
        if options["questions"]:
            self._list(outcomes)
        if path := options["json"]:
            told = {
                "lines": [asdict(line) for line in lines],
                "seconds": sorted(each.seconds for each in outcomes),
            }
            path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    def _print(self, lines: Sequence[Figures], outcomes: Sequence[Asked]) -> None:
        head = "".join(f"{name:>20}" for _field, name in COLUMNS)
        self.stdout.write(f"{'':<14}{'n':>9}{head}{'exact':>8}{'leaks':>7}")
        for line in lines:
            figures = "".join(f"{_say(getattr(line, field)):>20}" for field, _name in COLUMNS)
            count = f"{line.answerable}+{line.unanswerable}"
            exact = "–" if line.exact is None else f"{line.exact:.3f}"
            self.stdout.write(f"{line.stratum:<14}{count:>9}{figures}{exact:>8}{line.leaks:>7}")
        seconds = sorted(each.seconds for each in outcomes)
        middle, late = seconds[len(seconds) // 2], seconds[min(len(seconds) - 1, int(len(seconds) * 0.95))]
        passages = Passage.objects.count()
        hidden = Passage.objects.exclude(audience="public").count()
        self.stdout.write(
            f"\n{passages} passages, {hidden} of them not public; answered in {middle * 1000:.0f} ms (p50), "
            f"{late * 1000:.0f} ms (p95)"
        )

    def _list(self, outcomes: Sequence[Asked]) -> None:
        self.stdout.write("")
        for outcome in sorted(outcomes, key=_worth):
            question = outcome.question
            wanted = "; ".join(f"{each.document}: {each.quote}" for each in question.answers) or "no answer"
            place = next((n for n, held in enumerate(outcome.retrieved, 1) if held), None)
            self.stdout.write(f"{outcome.verdict:<9} {question.id} ({question.stratum}): {question.text}")
            self.stdout.write(f"          wanted {wanted}; found at {place or 'no place'}")


def _worth(outcome: Asked) -> tuple[bool, float]:
    """The worst first."""
    right = outcome.shown is outcome.question.answerable
    return right, outcome.recall if outcome.question.answerable else RECALL_DEPTH


def _say(interval: Interval | None) -> str:
    return f"{interval.mean:.3f} ({interval.low:.2f}–{interval.high:.2f})" if interval else "–"


def _demand_documents(asked: QuestionSet) -> None:
    """Without the documents that are asked about, the figures would speak of the catalogue."""
    names = {str(key): name for name, key in asked.documents.items()}
    entries = CatalogueEntry.objects.filter(uuid__in=names)
    here = {names[str(entry.uuid)] for entry in entries if is_searchable(entry)}
    if missing := [name for name in asked.documents if name not in here]:
        raise CommandError(
            f"{len(missing)} of {len(names)} documents of the set are not in this instance: "
            f"{', '.join(missing[:NAMED])} … Load them, or take them out of the set."
        )
