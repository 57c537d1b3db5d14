"""The words of a table for wagtail-localize, which knows no tables of its own.

A wording is named by its own digest and not by its place, so that translations stay when rows move.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from wagtail.contrib.typed_table_block.blocks import TypedTable
from wagtail.rich_text import RichText
from wagtail_localize.segments import (
    OverridableSegmentValue,
    StringSegmentValue,
    TemplateSegmentValue,
)
from wagtail_localize.segments.extract import quote_path_component
from wagtail_localize.segments.ingest import organise_template_segments
from wagtail_localize.strings import extract_strings, restore_strings


def table_segments(table: TypedTable) -> list[Any]:
    """Caption, headings and cells, each wording once; cells without a letter need no translation."""
    segments: dict[str, list[Any]] = {}
    for wording in _wordings(table):
        if isinstance(wording, RichText):
            segments.setdefault(_name(wording), _rich_segments(wording))
        elif any(character.isalpha() for character in wording or ""):
            segments.setdefault(_name(wording), [StringSegmentValue(_name(wording), wording)])
    return [segment for found in segments.values() for segment in found]


def translate_table(table: TypedTable, segments: list[Any]) -> TypedTable:
    """A copy of ``table`` in which each wording that has a translation is replaced by it."""
    found: dict[str, list[Any]] = defaultdict(list)
    for segment in segments:
        name, inner = segment.unwrap()
        found[name].append(inner)
    columns = [{**column, "heading": _translate(column["heading"], found)} for column in table.columns]
    rows = [{**row, "values": [_translate(cell, found) for cell in row["values"]]} for row in table.row_data]
    return TypedTable(columns=columns, row_data=rows, caption=_translate(table.caption, found))


def _wordings(table: TypedTable) -> Iterator[Any]:
    yield table.caption
    yield from (column["heading"] for column in table.columns)
    for row in table.row_data:
        yield from row["values"]


def _name(wording: Any) -> str:
    kind, source = ("rich", wording.source) if isinstance(wording, RichText) else ("text", wording)
    return f"{kind}-{hashlib.sha256(source.encode()).hexdigest()[:16]}"


def _rich_segments(wording: RichText) -> list[Any]:
    template, strings = extract_strings(wording.source)
    if not strings:
        return []
    found = [TemplateSegmentValue("", "html", template, len(strings))]
    found += [StringSegmentValue("", string, attrs=attrs) for string, attrs in strings]
    links = {tag["href"] for _, attrs in strings for tag in attrs.values() if "href" in tag}
    found += [OverridableSegmentValue(quote_path_component(link), link) for link in sorted(links)]
    return [segment.wrap(_name(wording)) for segment in found]


def _translate(wording: Any, found: dict[str, list[Any]]) -> Any:
    segments = found.get(_name(wording)) if wording else None
    if not segments:
        return wording
    if isinstance(wording, RichText):
        _, template, strings = organise_template_segments(segments)
        return RichText(restore_strings(template, strings))
    return segments[0].render_text()
