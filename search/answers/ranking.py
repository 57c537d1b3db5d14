"""The order in which passages answer a question: by their points, then as they were retrieved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from search.answers.measuring import Found, measure
from search.answers.models import Passage
from search.answers.opening import interface_language
from search.answers.questions import Question
from search.answers.verdicts import Verdict, judge, points_of

FUSED = 0.2
"""What the first place in all lists of the retrievers adds; the second place half of it, and so on."""

OTHER_LANGUAGE = 0.05
"""What a passage loses that is not in the reader's language: of those that say the same it comes last."""


@dataclass(frozen=True)
class Ranked:
    """A passage as measured, with its verdict."""

    found: Found
    verdict: Verdict

    def __deepcopy__(self, memo: object) -> Self:
        """Itself: Haystack copies what it passes on, and this never changes."""
        return self

    @property
    def passage(self) -> Passage:
        """The passage itself."""
        return self.found.passage


def rank(question: Question, passages: Iterable[tuple[Passage, float]]) -> list[Ranked]:
    """The passages, best first. Each comes with what its places in the retrievers' lists are worth, to 1."""
    spoken = interface_language()
    ranked = []
    for passage, fused in passages:
        found = measure(question, passage)
        one = Ranked(found, judge(found, len(question.groups)))
        worth = points_of(found) + FUSED * fused - OTHER_LANGUAGE * (passage.language != spoken)
        ranked.append((worth, one))
    return [one for _worth, one in sorted(ranked, key=lambda pair: -round(pair[0], 3))]
