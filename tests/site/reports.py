"""What tests of reports build: counted days, and a report read as plain values."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from hub.catalogue.models import CatalogueEntry
from hub.site.reach.models import DayCount
from hub.site.reports.tables import Report

TODAY = timezone.localdate


def count(entry: CatalogueEntry, number: int, day: dt.date | None = None, **fields: Any) -> DayCount:
    """What was counted of an entry on a day, views unless told otherwise."""
    values = {"measure": "view", **fields}
    return DayCount.objects.create(day=day or TODAY(), uuid=entry.uuid, count=number, **values)


def values_of(report: Report, key: str) -> list[tuple[Any, ...]]:
    """The rows of one table."""
    table = next(table for table in report.tables if table.key == key)
    return [tuple(cell.value for cell in row) for row in table.rows]


def figures_of(report: Report, key: str) -> dict[str, tuple[Any, ...]]:
    """The same by the first value of each row."""
    return {row[0]: row[1:] for row in values_of(report, key)}


def text_of(response: Any) -> str:
    """What was sent, also as a stream."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode()
