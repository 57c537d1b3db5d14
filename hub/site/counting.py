"""Counting a list by many columns at once, each under the filters of the others.

A facet counts what there would be if its own filter were taken back. Counted one by one, that reads
the catalogue once for each facet; here one pass does for all, as figured in docs/decisions/0008.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db import connection
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from hub.catalogue.models import CatalogueEntry

Columns = Mapping[str, str | Combinable]
"""Columns or expressions over them, by name."""
Found = tuple[str, ...] | str
"""A value of a column; the elements of an array together."""


@dataclass
class Tally:
    """What was counted: entries by the filter they miss (empty: none), and those by column and value."""

    misses: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    values: dict[str, dict[tuple[str, Found], int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )

    @property
    def total(self) -> int:
        """Entries under all filters."""
        return self.misses[""]

    def without(self, name: str) -> int:
        """Entries if the filter ``name`` were taken back."""
        return self.misses[""] + self.misses[name]

    def of(self, column: str, name: str = "") -> dict[Found, int]:
        """How often each value of a column occurs if the filter ``name`` were taken back."""
        counts: dict[Found, int] = defaultdict(int)
        for (missed, value), number in self.values[column].items():
            if missed in ("", name):
                counts[value] += number
        return dict(counts)

    def of_texts(self, column: str, name: str = "") -> dict[str, int]:
        """The same of a column of texts."""
        return {str(value): number for value, number in self.of(column, name).items()}

    def of_elements(self, column: str, name: str = "") -> dict[str, int]:
        """The same of each element of an array column."""
        counts: dict[str, int] = defaultdict(int)
        for values, number in self.of(column, name).items():
            for value in set(values):
                counts[value] += number
        return dict(counts)

    def take(self, missed: str, column: str, value: Any, number: int) -> None:
        """Add a number of entries with that value."""
        if value not in (None, "", []):
            self.values[column][missed, tuple(value) if isinstance(value, list) else str(value)] += number


def tally(
    found: QuerySet[CatalogueEntry],
    groups: Sequence[Columns],
    conditions: Mapping[str, Q] | None = None,
    name_values: Callable[[dict[str, Any]], dict[str, Any]] = lambda row: row,
) -> Tally:
    """Count ``found`` by the columns of all ``groups`` under named ``conditions``; one query, one pass.

    An entry that misses at most one condition is counted, with the name of the one it misses. Columns
    of a group are counted together and told apart here: fewer groups cost less, columns of many
    values want a group of their own. ``name_values`` says what the values of a row are called.
    """
    chosen = dict(conditions or {})
    names = ["", *chosen]
    statement, parameters = _statement(found, groups, list(chosen.values()))
    result = Tally()
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        for group, missed, number, *values in cursor.fetchall():
            first = sum(len(columns) for columns in groups[:group])
            row = dict(zip(groups[group], values[first:], strict=False))
            for column, value in name_values(row).items():
                result.take(names[missed], column, value, number)
            if group == 0:
                result.misses[names[missed]] += number
    return result


def _statement(
    found: QuerySet[CatalogueEntry], groups: Sequence[Columns], conditions: Sequence[Q]
) -> tuple[str, Any]:
    """Rows of the number of the group, that of the condition missed, the count, and the values."""
    columns = {f"c_{name}": column for group in groups for name, column in group.items()}
    rows = found.filter(_at_most_one_missed(conditions)).order_by().annotate(missed=_first_missed(conditions))
    selected = rows.values(
        "missed", **{name: F(each) if isinstance(each, str) else each for name, each in columns.items()}
    )
    source, parameters = selected.query.sql_with_params()
    sets = ["(" + ", ".join(f"c_{name}" for name in group) + ")" for group in groups]
    # Of the columns that stand for the groups, that of the row's own group alone is grouped by.
    group = " ".join(
        f"WHEN GROUPING(c_{next(iter(each))}) = 0 THEN {number}" for number, each in enumerate(groups)
    )
    # OFFSET 0 keeps the selection apart: pulled up, whole rows would be sorted for the grouping.
    return (
        f"SELECT CASE {group} END, missed, count(*), {', '.join(columns)} FROM ({source} OFFSET 0) AS found "  # noqa: S608 - names are ours
        f"GROUP BY missed, GROUPING SETS ({', '.join(sets)})",
        parameters,
    )


def _first_missed(conditions: Sequence[Q]) -> Case:
    missed = [When(~each, then=Value(number)) for number, each in enumerate(conditions, 1)]
    return Case(*missed, default=Value(0), output_field=IntegerField())


def _at_most_one_missed(conditions: Sequence[Q]) -> Q:
    """What all conditions but one ask for, whichever one: with indexes of its own for each."""
    if len(conditions) < 2:
        return Q()
    others = (reduce(and_, [other for other in conditions if other is not each]) for each in conditions)
    return reduce(or_, others)
