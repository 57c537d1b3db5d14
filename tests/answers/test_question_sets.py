"""Sets of questions: the frozen one over the demo, and those that are refused."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from hub.documents import Viewer
from search.evaluation.questions import QuestionSet
from search.evaluation.sets import UnreadableSet, read_file

DEMO = Path(__file__).resolve().parent.parent / "evaluation" / "answers" / "demo.yaml"
FROZEN = "01fc51f39f4462f00b3b76172cb9bdea32ee25a035bae5dace792ae2b4c0f589"
"""Whoever changes the set changes what earlier figures mean: raise its version then, and say why."""

KITA, RADWEG = "0f8fad5b-d9cb-469f-a165-70867728950e", "7c9e6679-7425-40de-944b-e07fc1f90ae7"
SMALL: dict[str, Any] = {
    "title": "Fragen",
    "version": 1,
    "documents": {"kita": KITA, "radweg": RADWEG},
    "questions": [
        {
            "id": "q-1",
            "stratum": "direct",
            "text": "Wie lange warten Familien?",
            "answers": [{"document": "kita", "quote": "wartete  eine\nFamilie 71 Tage"}],
        },
        {"id": "q-2", "stratum": "far", "half": "held-out", "text": "Wie wird das Wetter?"},
    ],
}


def changed(**fields: Any) -> dict[str, Any]:
    return SMALL | fields


def with_question(**fields: Any) -> dict[str, Any]:
    return changed(questions=[SMALL["questions"][0] | fields])


def write(folder: Path, content: Any) -> Path:
    path = folder / "set.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


def test_the_set_is_the_one_that_was_written_before_any_tuning() -> None:
    assert hashlib.sha256(DEMO.read_bytes()).hexdigest() == FROZEN


def test_the_set_is_large_enough_and_half_of_each_stratum_is_held_out() -> None:
    asked = read_file(DEMO, QuestionSet)
    answerable = [each for each in asked.questions if each.answerable]
    others = Counter(each.stratum for each in asked.questions if not each.answerable)
    assert len(answerable) >= 150
    assert set(others) == {"near", "far"}
    assert others.total() >= 80
    assert others["near"] >= others.total() / 2
    train = Counter(each.stratum for each in asked.of_half("train"))
    held_out = Counter(each.stratum for each in asked.of_half("held-out"))
    assert set(train) == set(held_out)
    assert all(abs(train[name] - held_out[name]) <= 2 for name in train)
    assert len({each.text for each in asked.questions}) == len(asked.questions)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "set: Input should be a valid dictionary"),
        (changed(title=""), "title: String should have at least 1 character"),
        (changed(questions=[]), "questions: Tuple should have at least 1 item"),
        (changed(colour="red"), "colour: Extra inputs are not permitted"),
        (changed(audience="instance"), "audience: Input should be 'public' or 'members'"),
        (changed(documents={"kita": "https://mainz.example/kita"}), "ends in no uuid"),
        (changed(documents={"kita": KITA, "radweg": KITA.upper()}), "names an item twice"),
        (changed(questions=[*SMALL["questions"], SMALL["questions"][0]]), "q-1 is there twice"),
        (with_question(half="test"), "questions.0.half: Input should be 'train' or 'held-out'"),
        (with_question(text=""), "questions.0.text: String should have at least 1 character"),
        (
            with_question(answers=[{"document": "bus", "quote": "x"}]),
            "q-1 names unknown documents: ['bus']",
        ),
        (with_question(answers=[{"document": "kita", "quote": ""}]), "questions.0.answers.0.quote: String"),
        (with_question(answers=[{"document": "kita"}]), "questions.0.answers.0.quote: Field required"),
    ],
)
def test_a_set_that_is_wrong_is_refused_with_the_place(tmp_path: Path, content: Any, said: str) -> None:
    with pytest.raises(UnreadableSet, match="is no such set") as refused:
        read_file(write(tmp_path, content), QuestionSet)
    assert said in str(refused.value)


def test_a_question_without_answers_is_one_that_the_documents_do_not_answer(tmp_path: Path) -> None:
    asked = read_file(write(tmp_path, SMALL), QuestionSet)
    assert [question.answerable for question in asked.questions] == [True, False]
    assert [question.id for question in asked.of_half("held-out")] == ["q-2"]
    assert asked.questions[0].answers[0].wording == "wartete eine Familie 71 Tage"


def test_a_set_asks_for_the_public_unless_it_says_members() -> None:
    assert QuestionSet.model_validate(SMALL).viewer == Viewer.anonymous()
    assert QuestionSet.model_validate(changed(audience="members")).viewer == Viewer.member()
