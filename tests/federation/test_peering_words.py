"""Fingerprints as words and as a picture."""

from __future__ import annotations

import base64

import pytest

from federation.peering.pictures import draw_code
from federation.peering.words import word_list, words_of


def fingerprint(number: bytes) -> str:
    letters = base64.b32encode(number).decode()
    return " ".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def distance(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for count, letter in enumerate(one, 1):
        above, row = row, [count]
        for place, against in enumerate(other, 1):
            row.append(min(above[place] + 1, row[-1] + 1, above[place - 1] + (letter != against)))
    return row[-1]


def test_there_is_one_plain_word_for_each_byte():
    words = word_list()
    assert len(set(words)) == len(words) == 256
    assert all(word.isascii() and word.isalpha() and word == word.capitalize() for word in words)
    assert all(3 <= len(word) <= 10 for word in words)


def test_no_two_words_differ_in_one_letter_only():
    words = [word.lower() for word in word_list()]
    near = [(a, b) for i, a in enumerate(words) for b in words[i + 1 :] if abs(len(a) - len(b)) < 2]
    assert [pair for pair in near if distance(*pair) < 2] == []


def test_each_byte_of_a_fingerprint_is_its_own_word():
    assert words_of(fingerprint(bytes(range(20)))) == list(word_list()[:20])
    assert words_of(fingerprint(bytes(range(236, 256)))) == list(word_list()[236:])


def test_the_words_lead_back_to_the_fingerprint(koblenz):
    shown = koblenz.identity()["fingerprint"]
    assert fingerprint(bytes(word_list().index(word) for word in words_of(shown))) == shown


@pytest.mark.parametrize("broken", ["ABC", "ABC!", "abcd efgh", "1111 0000"])
def test_what_is_no_fingerprint_has_no_words(broken):
    with pytest.raises(ValueError, match="not a fingerprint"):
        words_of(broken)


def test_the_picture_says_what_it_is_and_lets_nothing_in():
    drawn = draw_code("https://koblenz.example ABCD", 'QR <script>alert("x")</script>')
    assert drawn.startswith('<svg role="img" ')
    assert "<title>QR &lt;script&gt;" in drawn
    assert "<script" not in drawn
