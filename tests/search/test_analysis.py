from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.analysis import analyse, fold, stem
from search.compounds import split
from search.expansion import MOST_GROUPS, Places, read_query
from search.language import current


def test_tokens_keep_offsets_of_the_given_text() -> None:
    text = "Die Bür\u00adger:innen, § 12 a & E-Akte."
    tokens = list(analyse(text))
    assert [text[t.start : t.end] for t in tokens] == ["Die", "Bür\u00adger:innen", "§ 12 a", "E-Akte"]
    assert [t.word for t in tokens] == ["die", "bürgerinnen", "§12a", "e-akte"]


def test_folding_writes_umlauts_out() -> None:
    assert fold("Größe ÄÖÜ Café") == "groesse aeoeue cafe"
    assert stem(fold("Häuser")) == stem("haus")


def test_the_lexicon_is_of_some_size_and_splits_to_its_words() -> None:
    known = current().lexicon
    assert len(known.words) >= 1_500
    assert split("kitaplatzvergabe", known) == ("kita", "platz", "vergabe")
    assert split("haushaltssatzung", known) == ("haushalts", "satzung")
    assert split("haushalt", known) == ()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Bauantrag", 1),
        ("Bau Antrag Bauantrag", 2),
        ("Antrag " * 9 + "Bau", 1),
        ("Bau " + "und " * 9 + "Antrag", 0),
    ],
)
def test_occurrences_count_the_rarest_part_in_reach(text: str, count: int) -> None:
    (group,) = read_query("Bauantrag")
    assert group.count_in(Places(text)) == count


def test_a_query_keeps_a_bounded_number_of_groups() -> None:
    assert len(read_query(" ".join(f"wort{n}x" for n in range(500)))) <= MOST_GROUPS
    assert read_query("und die der") == ()


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_analysed_and_offsets_fit(text: str) -> None:
    end = 0
    for token in analyse(text):
        assert end <= token.start < token.end <= len(text)
        end = token.end
    read_query(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a" * 50_000, 1),
        ("1." * 20_000, 1),
        ("a-" * 20_000, 1),
        ("§" * 20_000, 0),
        ("1-a" * 15_000, 2),
        ("ü\u0308" * 20_000, 1),
    ],
    ids=["letters", "a number", "hyphens", "sections", "file numbers", "combining signs"],
)
def test_long_runs_are_few_words(text: str, words: int) -> None:
    assert len(list(analyse(text))) == words


def steps(work: Callable[[], object], most: int) -> int:
    """How many lines, calls and returns ``work`` takes; fails as soon as they are more than ``most``."""
    taken = 0

    def follow(_frame: FrameType, _event: str, _arg: object) -> Any:
        nonlocal taken
        taken += 1
        assert taken <= most, "too many steps"
        return follow

    before = sys.gettrace()
    sys.settrace(follow)
    try:
        work()
    finally:
        sys.settrace(before)
    return taken


def test_words_far_from_one_another_are_compared_in_a_few_steps_each() -> None:
    places = Places(" bau" * 9_000 + " wort" * 99 + " antrag" * 9_000)
    (group,) = read_query("Bauantrag")
    assert steps(lambda: group.count_in(places), most=10 * 18_000) > 18_000
    assert group.count_in(places) == 0


MANY = 100_000


@pytest.mark.parametrize(
    "text",
    [
        "1" * MANY + "_" * MANY,
        "1_" * MANY,
        "a1-" * MANY,
        "a" * MANY,
        "-" * MANY + "1",
    ],
    ids=["digits and lines", "in turn", "file numbers", "letters", "hyphens"],
)
def test_no_run_of_signs_is_divided_in_many_ways(text: str) -> None:
    """So long a run takes hours where each way to divide it is tried."""
    assert len(list(analyse(text))) == 1


@pytest.mark.parametrize("number", ["AZ-12/2024-3", "50/12_a4", "IV.3-12.4", "61.2-5/12", "2024/0815"])
def test_a_file_number_is_one_word(number: str) -> None:
    assert [token.exact for token in analyse(f"Siehe {number} heute")].count(True) == 1
