"""Reports as CSV: one long table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import islice

from django.utils.translation import gettext as _

from hub.site.reports.tables import NONE, Plain, Report, Row, Table


def report_rows(report: Report, today: dt.date) -> Iterator[list[Plain]]:
    """The report as one long table: a line for each figure, with all it takes to filter and to pivot."""
    yield [
        _("Period of the report"),
        _("As of"),
        _("Choice"),
        _("Section"),
        _("Row"),
        _("Feature"),
        _("Figure"),
        _("Value"),
    ]
    for table in report.tables:
        for row in table.rows:
            for figure, cell in islice(zip(table.head, row, strict=True), table.described_by, None):
                value = None if cell.value == NONE else cell.value
                yield [report.period, today, report.scope, table.title, *_names(table, row), figure, value]


def _names(table: Table, row: Row) -> list[Plain]:
    """What a row is called, and what tells it from others of the same name: its kind or file, or nothing."""
    said = [cell.value for cell in row[: table.described_by]]
    return [said[0], ", ".join(str(each) for each in said[1:])]
