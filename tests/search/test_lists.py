"""The word lists of the package itself."""

from __future__ import annotations

import unicodedata
from collections import Counter
from itertools import chain
from pathlib import Path

import pytest

import search
from search.analysis import analyse
from search.spelling import fold, read_list, stem


def place(word: str) -> tuple[str, str]:
    """Where a word stands in a German dictionary: ä as a, ß as ss."""
    plain = unicodedata.normalize("NFKD", word.replace("|", "").replace("ß", "ss"))
    return "".join(c for c in plain if not unicodedata.combining(c)), word


def test_the_words_of_each_section_of_the_lexicon_are_in_order() -> None:
    text = (Path(search.__file__).parent / "lexicon.txt").read_text()
    for section in text.split("\n\n"):
        lines = [line for line in section.splitlines() if not line.startswith("#")]
        words = " ".join(lines).split()
        assert words == sorted(words, key=place), section.partition("\n")[0]


def test_no_word_of_the_lexicon_stands_in_it_twice() -> None:
    words = [fold(word.replace("|", "")) for line in read_list("lexicon.txt") for word in line.split()]
    assert [word for word, times in Counter(words).items() if times > 1] == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("friedhof", "bestattung"),
        ("freibad", "hallenbad"),
        ("spende", "sponsoring"),
        ("wlan", "freifunk"),
    ],
)
def test_what_is_merely_near_is_no_synonym(one: str, other: str) -> None:
    groups = [{each.strip() for each in line.split("=")} for line in read_list("synonyms.txt")]
    assert not any({one, other} <= group for group in groups)


def meaning(spelling: str) -> tuple[str, ...]:
    """The stems by which the search knows a spelling."""
    return tuple(stem(fold(token.word)) for token in analyse(spelling))


def test_no_spelling_stands_twice_in_its_group_or_in_two_groups() -> None:
    groups = [[meaning(each) for each in line.split("=")] for line in read_list("synonyms.txt")]
    assert all(len(group) >= 2 for group in groups)
    assert [each for each, times in Counter(chain.from_iterable(groups)).items() if times > 1] == []
