"""What answers are worth, and the command that measures this instance's."""

from __future__ import annotations

import io
import json
import math
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from hub.catalogue.models import CatalogueEntry
from hub.documents import Audience
from search.answers.models import Passage, PassageVector
from search.answers.verdicts import Verdict
from search.evaluation.answering import Asked, find_unreachable, run, summarise
from search.evaluation.questions import QuestionSet, SetQuestion
from search.management.commands import evaluate_answers
from tests.answers.test_question_sets import SMALL, write
from tests.search.catalogue import make_document, publish, store

WAITING = "Im Median wartete eine Familie 71 Tage ab Anmeldeschluss."


def question(answers: int = 1, **fields: Any) -> SetQuestion:
    quotes = [{"document": "kita", "quote": f"Wortlaut {number}"} for number in range(answers)]
    return SetQuestion.model_validate(
        {"id": "q", "stratum": "direct", "text": "Wie lange?", "answers": quotes, "every": True} | fields
    )


def outcome(
    *,
    answers: int = 1,
    verdict: Verdict = Verdict.VERBATIM,
    retrieved: list[set[int]] = [],  # noqa: B006 - read only
    cited: list[set[int]] = [],  # noqa: B006
    **fields: Any,
) -> Asked:
    found = tuple(map(frozenset, retrieved)), tuple(map(frozenset, cited))
    return Asked(question(answers, **fields), verdict, *found, exact=len(cited), leaks=0, seconds=0.1)


def test_recall_looks_at_five_passages() -> None:
    assert outcome(retrieved=[set(), set(), set(), set(), {0}]).recall == 1
    assert outcome(retrieved=[set(), set(), set(), set(), set(), {0}]).recall == 0
    assert outcome(answers=2, retrieved=[{0}, {0}, set()]).recall == 0.5
    assert outcome(answers=2, retrieved=[{0, 1}]).recall == 1


def test_one_answer_is_enough_unless_each_is_a_part() -> None:
    assert question(3).parts == 3
    assert question(3, every=False).parts == 1
    assert question(0, every=False).parts == 0


def test_ndcg_counts_each_answer_once_where_it_first_stands() -> None:
    assert outcome(retrieved=[{0}]).ndcg == 1
    assert outcome(retrieved=[set(), {0}, {0}]).ndcg == pytest.approx(1 / math.log2(3))
    best = 1 + 1 / math.log2(3)
    assert outcome(answers=2, retrieved=[{0}, {0}, {1}]).ndcg == pytest.approx((1 + 0.5) / best)
    assert outcome(answers=2, retrieved=[{0, 1}]).ndcg == 1
    assert outcome(retrieved=[set()] * 10 + [{0}]).ndcg == 0


def test_the_figures_count_citations_and_refusals() -> None:
    outcomes = [
        outcome(id="a", retrieved=[{0}], cited=[{0}, set()]),
        outcome(id="b", retrieved=[{0}], verdict=Verdict.RELATED, cited=[{0}]),
        outcome(id="c", answers=0, stratum="far", verdict=Verdict.NOTHING),
        outcome(id="d", answers=0, stratum="far", verdict=Verdict.RELATED, cited=[set()]),
        outcome(id="e", answers=0, stratum="far", cited=[set()]),
    ]
    whole, direct, far = summarise(outcomes)
    assert (whole.answerable, whole.unanswerable) == (2, 3)
    assert whole.refused
    assert whole.refused.mean == pytest.approx(2 / 3)
    assert whole.over_refused
    assert whole.over_refused.mean == 0.5
    assert whole.refusal_precision
    assert whole.refusal_precision.mean == pytest.approx(2 / 3)
    assert whole.citation_precision
    assert whole.citation_precision.mean == 0.5
    assert whole.citation_recall
    assert whole.citation_recall.mean == 1
    assert (whole.exact, whole.leaks) == (1, 0)
    assert (direct.stratum, direct.refused) == ("direct", None)
    assert (far.stratum, far.recall, far.citation_precision) == ("far", None, None)


@pytest.fixture
def kita(db: None) -> CatalogueEntry:
    publish(make_document("Radwege", "Das Geoportal zeigt Unfälle an Kreuzungen und neue Wege."))
    return publish(make_document("Kitaplätze vergeben", WAITING, "Neun Kitas hatten Plätze vergeben."))


def questions_about(entry: CatalogueEntry, **fields: Any) -> dict[str, Any]:
    first, second = SMALL["questions"]
    asked = [first | {"text": "Wie lange wartete eine Familie?"}, second]
    return SMALL | {"documents": {"kita": str(entry.uuid)}, "questions": asked} | fields


def test_a_question_is_asked_as_the_page_asks_it(kita: CatalogueEntry) -> None:
    asked = QuestionSet.model_validate(questions_about(kita))
    found, unanswered = run(asked, asked.questions)
    assert (found.verdict, found.recall, found.exact, found.leaks) == (Verdict.VERBATIM, 1.0, 1, 0)
    assert unanswered.verdict is Verdict.NOTHING
    assert find_unreachable(asked, asked.questions) == []


def test_a_quotation_that_no_longer_stands_so_is_no_exact_one(
    kita: CatalogueEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    from search.evaluation import answering

    asked = QuestionSet.model_validate(questions_about(kita))
    monkeypatch.setattr(answering, "is_exact", lambda passage, entry: False)
    figures = summarise(run(asked, asked.questions))[0]
    assert figures.exact == 0


def test_what_the_viewer_may_not_read_is_a_leak(
    kita: CatalogueEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    from search.evaluation import answering

    hidden = publish(make_document("Intern", "Nur für das Haus.", audience=Audience.INSTANCE))
    leaked = list(Passage.objects.filter(object_id=hidden.object_id))
    monkeypatch.setattr(answering, "retrieve", lambda asked: leaked)
    asked = QuestionSet.model_validate(questions_about(kita))
    assert summarise(run(asked, asked.questions))[0].leaks == 2 * len(leaked) > 0


def test_an_answer_that_no_passage_holds_is_named(kita: CatalogueEntry) -> None:
    content = questions_about(kita)
    content["questions"][0]["answers"] = [{"document": "kita", "quote": "Steht nirgends so"}]
    asked = QuestionSet.model_validate(content)
    assert find_unreachable(asked, asked.questions) == ["q-1"]


def run_command(path: Path, *arguments: str) -> str:
    out = io.StringIO()
    call_command(evaluate_answers.Command(), str(path), *arguments, stdout=out)
    return out.getvalue()


def test_the_command_prints_a_table_and_writes_the_figures(kita: CatalogueEntry, tmp_path: Path) -> None:
    told = tmp_path / "figures.json"
    printed = run_command(write(tmp_path, questions_about(kita)), "--json", str(told))
    assert "all                 1+1" in printed
    assert "1.000 (1.00–1.00)" in printed
    whole, direct, far = json.loads(told.read_text())["lines"]
    assert (whole["recall"]["mean"], whole["refused"]["mean"], whole["leaks"]) == (1, 1, 0)
    assert (direct["stratum"], far["stratum"]) == ("direct", "far")


def test_what_was_published_a_moment_ago_is_measured_without_a_worker(
    kita: CatalogueEntry, tmp_path: Path
) -> None:
    content = questions_about(kita)
    store(make_document("Kitaplätze", "Niemand wartete.", id=kita.object_id))
    printed = run_command(write(tmp_path, content))
    assert "1 questions with an answer in no passage: q-1" in printed
    assert "no vector" not in printed
    PassageVector.objects.all().delete()
    assert "4 passages have no vector yet" in run_command(write(tmp_path, content))


def test_questions_are_listed_of_the_train_half_only(kita: CatalogueEntry, tmp_path: Path) -> None:
    path = write(tmp_path, questions_about(kita))
    listed = run_command(path, "--half", "train", "--questions")
    assert "verbatim  q-1 (direct): Wie lange wartete eine Familie?" in listed
    assert "found at 1" in listed
    with pytest.raises(CommandError, match="goes with --half train only"):
        run_command(path, "--questions")
    with pytest.raises(CommandError, match="goes with --half train only"):
        run_command(path, "--questions", "--half", "held-out")


def test_documents_that_are_not_here_are_named(kita: CatalogueEntry, tmp_path: Path) -> None:
    documents = SMALL["documents"] | {"kita": str(kita.uuid)}
    path = write(tmp_path, questions_about(kita, documents=documents))
    with pytest.raises(CommandError, match=r"1 of 2 documents of the set are not in this instance: radweg"):
        run_command(path)


def test_a_half_without_questions_and_a_wrong_file_are_told(kita: CatalogueEntry, tmp_path: Path) -> None:
    content = questions_about(kita)
    content["questions"] = content["questions"][:1]
    with pytest.raises(CommandError, match="no questions of the half held-out"):
        run_command(write(tmp_path, content), "--half", "held-out")
    with pytest.raises(CommandError, match="cannot be opened"):
        run_command(tmp_path / "nowhere.yaml")
