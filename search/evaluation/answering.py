"""Running a set of questions: what was retrieved and shown for each, and what that is worth.

The definitions are written down in ``docs/antworten-messen.md``.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from hub.catalogue.queries import find_entries
from hub.documents import Viewer
from search.answers.exactness import is_exact
from search.answers.models import Passage
from search.answers.pipeline import retrieve
from search.answers.questions import read_question
from search.answers.scope import in_time
from search.answers.service import Answer, answer_question
from search.answers.verdicts import Verdict
from search.evaluation.measures import Interval, bootstrap
from search.evaluation.outcomes import ALL
from search.evaluation.questions import QuestionSet, SetQuestion, squeeze
from search.evaluation.sets import key_of

RECALL_DEPTH, DEPTH = 5, 10
"""How many retrieved passages recall and nDCG look at."""


@dataclass(frozen=True)
class Asked:
    """What one question brought.

    ``retrieved`` and ``cited`` hold, for each passage in order, the numbers of the parts of an answer that it
    contains. ``exact`` counts the citations whose wording stands in the document as it is now, ``leaks`` the
    passages, retrieved or cited, of what the viewer may not read. ``seconds`` is the time to the answer.
    """

    question: SetQuestion
    verdict: Verdict
    retrieved: tuple[frozenset[int], ...]
    cited: tuple[frozenset[int], ...]
    exact: int
    leaks: int
    seconds: float

    @property
    def shown(self) -> bool:
        """Whether it was shown as found."""
        return self.verdict is Verdict.VERBATIM

    @property
    def recall(self) -> float:
        """The share of an answer's parts among the first five passages."""
        return len(frozenset().union(*self.retrieved[:RECALL_DEPTH])) / self.question.parts

    @property
    def ndcg(self) -> float:
        """Each part counts once, where it first stands; 1 if they all stand first."""
        seen: set[int] = set()
        gains = []
        for held in self.retrieved[:DEPTH]:
            gains.append(len(held - seen))
            seen |= held
        best = [1] * min(self.question.parts, DEPTH)
        return min(1.0, _discounted(gains) / _discounted(best))

    @property
    def cited_share(self) -> float:
        """The share of an answer's parts among the citations."""
        return len(frozenset().union(*self.cited)) / self.question.parts


@dataclass(frozen=True)
class Figures:
    """The figures of one stratum, or of :data:`ALL`; None where there is nothing to divide by.

    ``refused`` is the share of unanswerable questions not shown as found, ``over_refused`` that of the
    answerable ones, ``refusal_precision`` the share of unanswerable ones among all not shown.
    """

    stratum: str
    answerable: int
    unanswerable: int
    recall: Interval | None
    ndcg: Interval | None
    citation_precision: Interval | None
    citation_recall: Interval | None
    refused: Interval | None
    over_refused: Interval | None
    refusal_precision: Interval | None
    exact: float | None
    leaks: int


def run(asked: QuestionSet, questions: Iterable[SetQuestion]) -> list[Asked]:
    """Ask every question once, as the page does."""
    keys = {name: str(key) for name, key in asked.documents.items()}
    return [_ask(question, keys, asked.viewer) for question in questions]


def find_unreachable(asked: QuestionSet, questions: Iterable[SetQuestion]) -> list[str]:
    """Ids of the questions with an answer that stands in no passage of its document.

    Such a question cannot be answered whole: its quote is not worded so, or goes across passages.
    """
    missing = []
    for question in questions:
        reached = [_is_reachable(asked.documents[each.document], each.wording) for each in question.answers]
        if reached and not (all(reached) if question.every else any(reached)):
            missing.append(question.id)
    return missing


def _is_reachable(key: str, wording: str) -> bool:
    passages = Passage.objects.filter(object_id__endswith=f"/{key}")
    return any(_answers(squeeze(text), wording) for text in passages.values_list("text", flat=True))


def summarise(outcomes: Sequence[Asked]) -> list[Figures]:
    """The figures over all questions, then by stratum in the order of the set."""
    strata = dict.fromkeys(outcome.question.stratum for outcome in outcomes)
    by_stratum = {name: [each for each in outcomes if each.question.stratum == name] for name in strata}
    return [_figures(name, of) for name, of in {ALL: list(outcomes), **by_stratum}.items()]


def _ask(question: SetQuestion, keys: dict[str, str], viewer: Viewer) -> Asked:
    began = time.perf_counter()
    answer = answer_question(question.text, viewer, before=question.before)
    seconds = time.perf_counter() - began
    with in_time():
        ranked = retrieve(read_question(question.text, viewer, before=question.before))[:DEPTH]
    wanted = [
        (number if question.every else 0, keys[each.document], each.wording)
        for number, each in enumerate(question.answers)
    ]
    cited = [citation.passage for citation in answer.citations]
    return Asked(
        question,
        answer.verdict,
        tuple(_held(passage, wanted) for passage in ranked),
        tuple(_held(passage, wanted) for passage in cited),
        exact=_count_exact(answer, viewer),
        leaks=_count_leaks([*ranked, *cited, *(one.passage for one in answer.retrieved)], viewer),
        seconds=seconds,
    )


def _held(passage: Passage, wanted: Sequence[tuple[int, str, str]]) -> frozenset[int]:
    key, text = key_of(passage.object_id), squeeze(passage.text)
    return frozenset(part for part, document, quote in wanted if document == key and _answers(text, quote))


def _answers(text: str, quote: str) -> bool:
    return quote in text or (len(text) > len(quote) / 2 and text in quote)


def _count_exact(answer: Answer, viewer: Viewer) -> int:
    held = find_entries((citation.passage.object_id for citation in answer.citations), viewer)
    return sum(is_exact(one.passage, held.get(one.passage.object_id)) for one in answer.citations)


def _count_leaks(passages: Sequence[Passage], viewer: Viewer) -> int:
    readable = find_entries((passage.object_id for passage in passages), viewer)
    return sum(passage.object_id not in readable for passage in passages)


def _figures(stratum: str, outcomes: Sequence[Asked]) -> Figures:
    answerable = [each for each in outcomes if each.question.answerable]
    others = [each for each in outcomes if not each.question.answerable]
    shown = [each for each in answerable if each.shown]
    cited = [bool(held) for each in shown for held in each.cited]
    unshown = [each for each in outcomes if not each.shown]
    citations = sum(len(each.cited) for each in outcomes)
    return Figures(
        stratum,
        len(answerable),
        len(others),
        recall=_mean(answerable, lambda each: each.recall),
        ndcg=_mean(answerable, lambda each: each.ndcg),
        citation_precision=bootstrap([float(each) for each in cited]) if cited else None,
        citation_recall=_mean(shown, lambda each: each.cited_share),
        refused=_mean(others, lambda each: float(not each.shown)),
        over_refused=_mean(answerable, lambda each: float(not each.shown)),
        refusal_precision=_mean(unshown, lambda each: float(not each.question.answerable)),
        exact=sum(each.exact for each in outcomes) / citations if citations else None,
        leaks=sum(each.leaks for each in outcomes),
    )


def _mean(outcomes: Sequence[Asked], value: Callable[[Asked], float]) -> Interval | None:
    return bootstrap([value(each) for each in outcomes]) if outcomes else None


def _discounted(gains: Sequence[int]) -> float:
    return math.fsum(gain / math.log2(place + 2) for place, gain in enumerate(gains))
