"""What a report is made of: sentences, figures and tables, the same on the page, on paper and as CSV."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from django.utils.formats import date_format
from django.utils.functional import Promise

from content.charts import Chart
from theme.figures import format_count

NONE = "–"
"""Stands where there is nothing to count, in a column of numbers."""

Plain = str | int | dt.date | Promise | None


@dataclass(frozen=True)
class Cell:
    """A value of a table, with the address of what it names. None is the visible value „unbekannt“."""

    value: Plain
    url: str = ""

    @property
    def is_number(self) -> bool:
        """Whether it stands on the right."""
        return isinstance(self.value, int) or self.value == NONE

    @property
    def text(self) -> str:
        """As people read it."""
        if isinstance(self.value, dt.date):
            return date_format(self.value, "SHORT_DATE_FORMAT")
        if self.value is None or isinstance(self.value, int):
            return format_count(self.value)
        return str(self.value)


Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """Rows under a heading; the first cell of a row is its heading. ``empty`` is said where there is none.

    In a ``grouped`` table rows of the same first cell follow each other, and it stands above them once.
    """

    key: str
    title: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""
    empty: str = ""
    chart: Chart | None = None
    grouped: bool = False

    @property
    def groups(self) -> list[tuple[Row, ...]]:
        """The rows of each group; one group of all rows where the table is not grouped."""
        if not self.grouped:
            return [self.rows]
        return [tuple(rows) for _first, rows in groupby(self.rows, key=lambda row: row[0])]

    @property
    def described_by(self) -> int:
        """How many columns at the front say what a row is of: those without a number, not all of them."""
        held = {place for row in self.rows for place, cell in enumerate(row) if cell.is_number}
        return min([*held, len(self.head) - 1])


@dataclass(frozen=True)
class Report:
    """A whole report. ``meaning`` says what is counted and what is not."""

    title: str
    scope: str
    period: str
    sentences: tuple[str, ...]
    tables: tuple[Table, ...]
    meaning: tuple[str, ...] = field(default=())


def make_rows(rows: Iterable[Sequence[Plain | Cell]]) -> tuple[Row, ...]:
    """Rows of plain values and cells."""
    return tuple(tuple(each if isinstance(each, Cell) else Cell(each) for each in row) for row in rows)
