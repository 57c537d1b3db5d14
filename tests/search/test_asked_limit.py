"""A program that seeks at random does not fill the table of counted searches."""

from __future__ import annotations

import datetime as dt

import pytest

from search import asked
from search.asked import buffer, flush
from search.models import SearchTerm

pytestmark = pytest.mark.django_db

MONDAY = dt.date(2026, 11, 9)


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    buffer.take()
    monkeypatch.setattr(asked, "MOST_NEW", 3)


def seek(day: dt.date, *texts: str) -> int:
    """Have these sought on a day; returns how many rows were written."""
    for text in texts:
        buffer.add(asked.Key(day, text, text, False))
    return flush()


def test_of_a_day_so_many_new_texts_are_counted() -> None:
    assert seek(MONDAY, "aa", "bb") == 2
    assert seek(MONDAY, "cc", "dd", "ee") == 1
    assert seek(MONDAY, "ff") == 0
    assert sorted(SearchTerm.objects.values_list("text", flat=True)) == ["aa", "bb", "cc"]


def test_what_is_known_is_counted_all_the_same_and_the_next_day_has_room_again() -> None:
    seek(MONDAY, "aa", "bb", "cc", "dd")
    assert seek(MONDAY, "aa", "dd") == 1
    assert SearchTerm.objects.get(text="aa").times == 2
    assert seek(MONDAY + dt.timedelta(days=1), "aa", "dd", "ee", "ff", "gg") == 4
    assert SearchTerm.objects.count() == 6
