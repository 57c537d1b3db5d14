"""Marks and excerpts."""

from __future__ import annotations

import re

from hub.documents import Text
from search.expansion import read_query
from search.highlighting import LONGEST_READ, SNIPPET_LENGTH, find_snippet, mark_words
from tests.search.catalogue import section


def test_snippets_cut_at_words_around_the_first_match() -> None:
    long = "Anfang " * 60 + "die Parkraumsensorik zählt " + "Ende " * 60
    text = Text(title="T", summary="ohne", sections=(section("Verlauf", "kurz", long, anchor="v"),))
    snippet = find_snippet(text, read_query("Sensoren Parkraum"))
    plain = re.sub(r"</?mark>", "", snippet.html)
    assert snippet.anchor == "v-2"
    assert "<mark>Parkraumsensorik</mark>" in snippet.html
    assert plain.startswith("… Anfang ")
    assert plain.endswith(" …")
    assert len(plain) <= SNIPPET_LENGTH + 4
    assert find_snippet(text, read_query("nirgends")).html == "ohne"


def test_marks_keep_every_character() -> None:
    text = "a < b & „Straße“ Bür\u00adger"
    html = mark_words(text, read_query("strassen buerger"))
    assert html == "a &lt; b &amp; „<mark>Straße</mark>“ <mark>Bür\u00adger</mark>"


def test_a_part_of_a_compound_is_marked_only_where_the_others_are_near() -> None:
    groups = read_query("Online-Bauantrag")
    assert (
        mark_words("Der Onlinedienst wird vom Land bezahlt.", groups)
        == "Der Onlinedienst wird vom Land bezahlt."
    )
    assert (
        mark_words("Bauantrag, online gestellt", groups)
        == "<mark>Bauantrag</mark>, <mark>online</mark> gestellt"
    )


def test_the_end_of_a_very_long_text_is_not_read_for_an_excerpt() -> None:
    def excerpt(filler: int) -> str:
        blocks = section("Verlauf", *["x " * 5_000] * filler, "am Ende Sensorik")
        return find_snippet(Text(title="T", summary="Kurz.", sections=(blocks,)), read_query("Sensorik")).html

    assert excerpt(2) == "am Ende <mark>Sensorik</mark>"
    assert excerpt(LONGEST_READ // 10_000 + 1) == "Kurz."
