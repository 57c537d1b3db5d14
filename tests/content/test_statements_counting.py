"""Which statements count: one function for documents, for lines of descent and for towns like mine."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from content.months import add_months
from content.statements.rules import CONFIRMED_FOR, KEPT_FOR, counting

TODAY = dt.date(2026, 11, 22)
OWNERS = {"a": ["mainz"], "b": ["mainz", "koblenz"]}


class Row(NamedTuple):
    """As light as a statement gets."""

    pk: int
    about: str
    publishers: list[str]
    confirmed: dt.date | None


def count(*rows: Row, today: dt.date | None = TODAY) -> list[int]:
    return [row.pk for row in counting(rows, OWNERS, today).values()]


def test_each_body_counts_once_for_each_document() -> None:
    rows = [Row(1, "a", ["trier"], TODAY), Row(2, "b", ["trier"], TODAY), Row(3, "a", ["koblenz"], TODAY)]
    assert counting(rows, OWNERS, TODAY) == {
        ("trier", "a"): rows[0], ("trier", "b"): rows[1], ("koblenz", "a"): rows[2]
    }  # fmt: skip


def test_of_two_the_one_confirmed_last_holds_whatever_their_order() -> None:
    older, newer = Row(2, "a", ["trier"], TODAY - dt.timedelta(days=9)), Row(1, "a", ["trier"], TODAY)
    assert count(older, newer) == count(newer, older) == [1]


def test_of_two_of_the_same_day_the_one_that_came_last_holds() -> None:
    assert count(Row(2, "a", ["trier"], TODAY), Row(1, "a", ["trier"], TODAY)) == [2]


def test_no_owner_speaks_of_what_is_its_own() -> None:
    assert count(Row(1, "a", ["mainz"], TODAY), Row(2, "b", ["koblenz"], TODAY)) == []


def test_a_statement_is_the_word_of_one_body() -> None:
    assert count(Row(1, "a", ["trier", "worms"], TODAY), Row(2, "a", [], TODAY)) == []


def test_what_is_said_of_an_unknown_document_counts_for_nothing() -> None:
    assert count(Row(1, "c", ["trier"], TODAY)) == []


def test_an_adoption_counts_until_it_is_to_be_withdrawn() -> None:
    kept, gone = add_months(TODAY, -CONFIRMED_FOR), add_months(TODAY, -KEPT_FOR)
    rows = (Row(1, "a", ["trier"], kept), Row(2, "a", ["worms"], gone), Row(3, "a", ["speyer"], None))
    assert count(*rows) == [1]
    assert count(*rows, today=None) == [3, 2, 1]


def test_what_was_confirmed_on_a_day_to_come_does_not_push_out_what_holds() -> None:
    later = TODAY + dt.timedelta(days=40)
    assert count(Row(1, "a", ["trier"], TODAY), Row(2, "a", ["trier"], later)) == [1]
