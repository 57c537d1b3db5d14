"""Filters for tables of reports, for ``{% load reports %}``."""

from __future__ import annotations

from django import template

from hub.site.reports.tables import Cell, Row

register = template.Library()


@register.filter
def at(row: Row, place: int) -> Cell | None:
    """The cell at that place."""
    return row[place] if place < len(row) else None


@register.filter
def is_number(cell: Cell | None) -> bool:
    """Whether a cell stands on the right, and so its column's name."""
    return cell is not None and cell.is_number
