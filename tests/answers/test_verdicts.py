"""The written rule of verdicts: each bound from both sides, and each condition by itself."""

from __future__ import annotations

from typing import Any

import pytest

from search.answers.expected import holds_expected
from search.answers.measuring import Found
from search.answers.models import Passage
from search.answers.verdicts import HEART, RELATED, WHOLE, Verdict, judge


def test_verdicts_follow_the_written_rule() -> None:
    def found(coverage: float, own: float, words: int = 2, **shares: Any) -> Found:
        shares = {"often": own, "near": own} | shares
        kind = shares.pop("kind", "case_report")
        return Found(Passage(kind=kind), 1.0, coverage, own, words=words, **shares)

    table = {
        (0.62, 0.42, 2): Verdict.VERBATIM,
        (0.62, 0.40, 2): Verdict.RELATED,
        (0.95, 0.10, 2): Verdict.VERBATIM,
        (0.95, 0.09, 2): Verdict.RELATED,
        (1.00, 1.00, 1): Verdict.RELATED,
        (0.25, 0.00, 1): Verdict.RELATED,
        (0.24, 0.24, 1): Verdict.NOTHING,
    }
    assert {key: judge(found(*key), asked=3) for key in table} == table
    assert judge(found(1.0, 1.0, 1), asked=1) is Verdict.VERBATIM
    whole = {"coverage": 1.0, "own": 1.0}
    assert judge(found(**whole, exact=False), asked=3) is Verdict.RELATED
    assert judge(found(**whole, expected=False), asked=3) is Verdict.RELATED
    assert judge(found(**whole, placed=False), asked=3) is Verdict.RELATED
    assert judge(found(**whole, core=HEART), asked=3) is Verdict.VERBATIM
    assert judge(found(**whole, core=HEART - 0.01), asked=3) is Verdict.RELATED
    nearly, little = {"coverage": WHOLE - 0.01, "own": 1.0}, {"coverage": RELATED - 0.01, "own": 1.0}
    assert judge(found(**nearly), asked=3) is Verdict.VERBATIM
    assert judge(found(**nearly, kind="body"), asked=3) is Verdict.RELATED
    assert judge(found(coverage=WHOLE, own=1.0, kind="body"), asked=3) is Verdict.VERBATIM
    assert judge(found(**little, placed=False), asked=3) is Verdict.NOTHING


def test_words_that_only_begin_alike_make_no_passage_related() -> None:
    begun = {share: judge(Found(Passage(), 1.0, 0.5, begun=share), asked=2) for share in (0.25, 0.26, 0.5)}
    assert begun == {0.25: Verdict.RELATED, 0.26: Verdict.NOTHING, 0.5: Verdict.NOTHING}


def test_the_page_of_a_body_does_not_answer_for_words_taken_over_alone() -> None:
    def verdict(kind: str, *, fresh: bool) -> Verdict:
        held = Found(Passage(kind=kind), 1.0, 1.0, 1.0, often=1.0, near=1.0, words=1, fresh=fresh)
        return judge(held, asked=1)

    assert verdict("body", fresh=True) is Verdict.VERBATIM
    assert verdict("body", fresh=False) is Verdict.RELATED
    assert verdict("case_report", fresh=False) is Verdict.VERBATIM


@pytest.mark.parametrize(
    ("question", "text", "holds"),
    [
        ("Was kostet der Chatbot?", "Er kostet 9.000 Euro.", True),
        ("Was kostet der Chatbot?", "Die Nutzung ist kostenlos.", True),
        ("Was kostet der Chatbot?", "Er kostet viel Zeit.", False),
        ("Wie viele Sensoren gibt es?", "Zwölf Sensoren melden.", True),
        ("Wie viele Sensoren gibt es?", "Sensoren melden.", False),
        ("Wann begann der Umbau?", "Er begann im Mai.", True),
        ("Wann begann der Umbau?", "Er begann holprig.", False),
        ("Wer baut um?", "Das Amt.", True),
    ],
)
def test_an_amount_a_number_or_a_day_must_be_there_if_asked(question: str, text: str, holds: bool) -> None:
    assert holds_expected(question, text) is holds
