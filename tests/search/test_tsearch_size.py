"""Texts that hold more words than PostgreSQL takes."""

from __future__ import annotations

import pytest
from django.db import connection

from search.engines.tsearch import write_vector


@pytest.mark.django_db
@pytest.mark.parametrize("word", ["{:064x}", "w{}x", "{:05d} {:05d}"])
def test_of_a_text_with_too_many_words_the_first_are_found(word: str) -> None:
    text = " ".join(word.format(n, n) for n in range(40_000 if "64" in word else 200_000))
    vector = write_vector([("Anfang", "A", "B"), (text, "C", "D")])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT v @@ to_tsquery('simple', 'anfang') FROM (SELECT %s::tsvector AS v) AS t", [vector]
        )
        assert cursor.fetchone() == (True,)
