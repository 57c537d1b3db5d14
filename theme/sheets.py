"""Tables as CSV, as office programs here open them with a double click.

UTF-8 with a byte order mark, semicolons, comma as the decimal sign, days as 31.12.2026, lines that end in
CR LF (RFC 4180). What a program would take for a formula gets an apostrophe before it (OWASP, CSV Injection).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator

from django.http import StreamingHttpResponse
from django.utils.functional import Promise
from django.utils.http import content_disposition_header

Value = str | int | float | dt.date | Promise | None
MARK, SOFT_HYPHEN = "\ufeff", "\u00ad"
# Signs of full width are read like the others.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_value(value: Value) -> str:
    """A value as a field of the file; what is unknown is left empty."""
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return value.strftime("%d.%m.%Y")
    if isinstance(value, (int, float)):
        return str(value).replace(".", ",")
    text = str(value).replace(SOFT_HYPHEN, "")
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def write_lines(rows: Iterable[Iterable[Value]]) -> Iterator[str]:
    """The file, line by line, the mark first."""
    yield MARK
    for row in rows:
        buffer = io.StringIO()
        csv.writer(buffer, delimiter=";", lineterminator="\r\n").writerow([write_value(each) for each in row])
        yield buffer.getvalue()


def send_sheet(rows: Iterable[Iterable[Value]], name: str) -> StreamingHttpResponse:
    """The rows as a download."""
    response = StreamingHttpResponse(write_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.csv") or "attachment"
    return response
