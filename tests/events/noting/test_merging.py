"""Merging by lines: examples to read, and what must hold for any texts."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.noting.merging import count_clashes, is_mark, merge, merge_strangers
from events.noting.pairing import pair_lines
from events.noting.writers import trace

LINES = st.lists(
    st.sampled_from(["", "a", "b", "Der Antrag kostet 40 Euro.", "Frist: zwei Wochen"]), max_size=8
)
TYPED = st.lists(st.text(alphabet="abc é", max_size=4), max_size=8)
TEXTS = st.one_of(LINES, TYPED).map("\n".join)
NAMES = ("Kim", "Lou")


def written(text: str) -> Counter[str]:
    return Counter(line for line in text.split("\n") if line.strip() and not is_mark(line))


@given(TEXTS, TEXTS, TEXTS)
@settings(max_examples=600, deadline=None)
def test_no_line_that_anybody_wrote_gets_lost(base, one, two):
    merged, known = written(merge(base, one, two, names=NAMES)), set(base.split("\n"))
    for text in (one, two):
        for line, times in written(text).items():
            assert line in known or merged[line] >= times


@given(TEXTS, TEXTS)
@settings(max_examples=300, deadline=None)
def test_with_somebody_who_changed_nothing_it_is_what_the_other_wrote(base, text):
    assert merge(base, text, base) == text
    assert merge(base, base, text) == text
    assert merge(base, text, text) == text


@given(TEXTS, TEXTS, TEXTS)
@settings(max_examples=600, deadline=None)
def test_both_orders_hold_the_same_lines(base, one, two):
    there, back = merge(base, one, two, names=NAMES), merge(base, two, one, names=NAMES)
    assert written(there) == written(back)
    assert count_clashes(there) == count_clashes(back)


@given(TEXTS, TEXTS)
@settings(max_examples=300, deadline=None)
def test_without_a_common_version_all_lines_of_both_stay(one, two):
    merged = written(merge_strangers(one, two, names=NAMES))
    for text in (one, two):
        assert set(written(text)) <= set(merged)


@given(st.text(alphabet="xy", min_size=1, max_size=6), st.text(alphabet="xy", min_size=1, max_size=6))
def test_two_versions_of_a_line_both_stay_with_their_names(one, two):
    merged = merge("oben\nalt\nunten", f"oben\n{one}\nunten", f"oben\n{two}\nunten", names=NAMES)
    if one == two:
        assert merged == f"oben\n{one}\nunten"
    else:
        assert merged == f"oben\n▼▼▼ Kim\n{one}\n◆◆◆ Lou\n{two}\n▲▲▲\nunten"


@pytest.mark.parametrize(
    ("base", "one", "two", "merged"),
    [
        ("a\nb", "a\nx\nb", "a\nb\ny", "a\nx\nb\ny"),
        ("a\nb", "a1\nb", "a\nb1", "a1\nb1"),
        ("a\nb\nc", "a\nc", "a\nb\nc\nd", "a\nc\nd"),
        ("Er", "Er sagt", "Er\nSie", "Er sagt\nSie"),
        ("", "Kim schreibt", "Lou schreibt", "Kim schreibt\nLou schreibt"),
        ("a\n", "a\nKim", "a\nLou", "a\nKim\nLou"),
        ("a\nb", "a", "a\nb und mehr", "a\nb und mehr"),
        ("a\nb\nc", "a1\nb1\nc", "a2\nb2\nc", "▼▼▼ Kim\na1\nb1\n◆◆◆ Lou\na2\nb2\n▲▲▲\nc"),
    ],
    ids=[
        "two places",
        "neighbours",
        "one takes out, one adds",
        "a line goes on while a next one begins",
        "both begin",
        "both on the blank line at the end",
        "taken out and changed: the change stays",
        "neighbouring clashes are one",
    ],
)
def test_merging(base, one, two, merged):
    assert merge(base, one, two, names=NAMES) == merged


@pytest.mark.parametrize("line", ["", "a", "a\nb"])
def test_the_longest_texts_that_repeat_themselves_are_merged_in_time(line):
    base = "\n".join([line] * 990)
    one, two = f"x\n{base}\ny".replace("a", "c", 400), f"{base}\nz".replace("b", "d", 400)
    before = time.perf_counter()
    assert {"x", "y", "z"} <= set(merge(base, one, two, names=NAMES).split("\n"))
    assert time.perf_counter() - before < 5


def test_lines_that_repeat_themselves_cost_no_more_than_others():
    """Compared with each other as they were before, these took minutes, and held the hub meanwhile."""
    base, text = "\n".join(["x"] * 2000), "\n".join(["x", "y"] * 1000)
    before = time.perf_counter()
    assert merge(base, base, text) == text
    assert written(merge_strangers(base, text))["y"] >= 1000
    trace(base, [[1]] * 2000, text, 2)
    assert time.perf_counter() - before < 3


def test_in_long_texts_lines_that_stand_once_are_found():
    base = [f"Zeile {number}" if number % 4 else "" for number in range(800)]
    text = ["oben", *base[:300], "mitten", *base[420:], "unten"]
    pairs = pair_lines(base, text)
    assert [base[i] for i, _ in pairs] == [text[j] for _, j in pairs] == [*base[:300], *base[420:]]
