"""Example questions are not looked for with each visit, even where few are answered."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from hub.documents import Costs, Viewer
from search.answers.examples import FEW_KEPT_SECONDS, KEPT_SECONDS, NUMBER, example_questions
from search.answers.service import Answer, answer_question
from tests.search.catalogue import make_document, publish

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("reports", [0, 1, NUMBER])
def test_examples_are_looked_for_once(reports: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    kept: list[float] = []

    def noting(text: str, viewer: Viewer) -> Answer:
        asked.append(text)
        return answer_question(text, viewer)

    def keeping(key: str, value: object, timeout: float) -> None:
        kept.append(timeout)
        storing(key, value, timeout)

    storing = cache.set
    for number in range(reports):
        title = ("Kitaplätze", "Parksensoren", "Ratssuche")[number]
        publish(make_document(title, "Es läuft.", costs=Costs(once_eur=74_000, note="Es kostete 74.000 €.")))
    monkeypatch.setattr("search.answers.examples.answer_question", noting)
    monkeypatch.setattr("search.answers.examples.cache.set", keeping)
    first = example_questions(Viewer.anonymous())
    assert len(first) == reports
    questions = len(asked)
    assert questions
    assert example_questions(Viewer.anonymous()) == first
    assert len(asked) == questions
    assert kept == [KEPT_SECONDS if reports == NUMBER else FEW_KEPT_SECONDS]
