"""``manage.py evaluate_answers SET``: how well this instance answers a set of questions, without a model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from search.answers.embedding.standing import standing
from search.answers.models import Passage
from search.answers.pipeline import warm_up
from search.consumers import PASSAGES
from search.evaluation.answering import RECALL_DEPTH, Asked, Figures, find_unreachable, run, summarise
from search.evaluation.measures import Interval
from search.evaluation.questions import QuestionSet
from search.language import refresh
from search.management.evaluating import NAMED, EvaluationCommand, say_interval

COLUMNS = (
    ("recall", "recall@5"),
    ("ndcg", "nDCG@10"),
    ("citation_precision", "cit.prec."),
    ("citation_recall", "cit.recall"),
    ("refused", "refused"),
    ("over_refused", "over-refused"),
    ("refusal_precision", "ref.prec."),
)


class Command(EvaluationCommand):
    """Measure, and print a table."""

    help = "Measures answers by a set of questions: retrieval, citations, refusals, leaks, time."
    asked = "questions"
    docs = "docs/antworten-messen.md"
    consumer = PASSAGES

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        asked, questions = self.read(options, QuestionSet)
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
        stand = standing()
        hidden = Passage.objects.exclude(audience="public").count()
        self.stdout.write(
            f"\n{stand.passages} passages, {hidden} of them not public; "
            f"answered in {middle * 1000:.0f} ms (p50), {late * 1000:.0f} ms (p95)"
        )
        if stand.missing:
            self.stdout.write(f"{stand.missing} passages have no vector yet: see manage.py embed_passages.")

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
    return say_interval(interval) if interval else "–"
