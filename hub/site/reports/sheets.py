"""Reports as CSV, as office programs here open it with a double click.

UTF-8 with a byte order mark, semicolons, comma as the decimal sign, days as 31.12.2026, lines that end in
CR LF (RFC 4180). What a program would take for a formula gets an apostrophe before it (OWASP, CSV Injection).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator
from itertools import islice

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from hub.site.reports.tables import NONE, Plain, Report, Row, Table

MARK, SOFT_HYPHEN = "\ufeff", "\u00ad"
# Signs of full width are read like the others.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_value(value: Plain | float) -> str:
    """A value as a field of the file; what is unknown is left empty."""
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return value.strftime("%d.%m.%Y")
    if isinstance(value, (int, float)):
        return str(value).replace(".", ",")
    text = str(value).replace(SOFT_HYPHEN, "")
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def write_lines(rows: Iterable[Iterable[Plain | float]]) -> Iterator[str]:
    """The file, line by line, the mark first."""
    yield MARK
    for row in rows:
        buffer = io.StringIO()
        csv.writer(buffer, delimiter=";", lineterminator="\r\n").writerow([write_value(each) for each in row])
        yield buffer.getvalue()


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


def send_sheet(rows: Iterable[Iterable[Plain | float]], name: str) -> StreamingHttpResponse:
    """The rows as a download."""
    response = StreamingHttpResponse(write_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.csv") or "attachment"
    return response
