"""Sections with a fixed anchor that are built from more than running text.

Headings and dates are part of the documents, as with :mod:`content.questions`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.html import format_html

from content.media import Media
from content.richtext import split_rich_text
from content.sections import build_blocks, number_blocks
from hub.documents import DEFAULT_LANGUAGE, Block, Section


@dataclass(frozen=True)
class FixedSection:
    """An anchor that never changes, with its headings by language."""

    anchor: str
    headings: Mapping[str, str]

    def build(self, drafts: Iterable[Block], language: str) -> Section:
        """The section in ``language``, else headed in German; without blocks it is to be left out."""
        heading = self.headings.get(language) or self.headings[DEFAULT_LANGUAGE]
        return Section(anchor=self.anchor, heading=heading, blocks=number_blocks(self.anchor, drafts))


DECISIONS = FixedSection(
    "beschluesse", {"de": "Beschlüsse", "en": "Decisions", "de-simple": "Das haben wir beschlossen"}
)
OPEN_QUESTIONS = FixedSection(
    "offene-fragen", {"de": "Offene Fragen", "en": "Open questions", "de-simple": "Das wissen wir noch nicht"}
)
TRANSCRIPT = FixedSection(
    "transkript", {"de": "Transkript", "en": "Transcript", "de-simple": "Das wurde gesagt"}
)
UNDATED = {"de": "Ohne Datum", "en": "Undated", "de-simple": "Ohne Tag"}


def build_decisions(stream: Iterable[Any], language: str, media: Media) -> Section:
    """One block for each decision, headed by its day, oldest first so that anchors stay when more come."""
    values = sorted((child.value for child in stream), key=lambda value: value["decided"] or dt.date.min)
    drafts = (
        _join(value["text"], media, heading=_format_day(value["decided"], language)) for value in values
    )
    return DECISIONS.build((block for block in drafts if block), language)


def build_open_questions(stream: Iterable[Any], language: str, media: Media) -> Section:
    """One block for each question."""
    drafts = (_join(child.value, media) for child in stream)
    return OPEN_QUESTIONS.build((block for block in drafts if block), language)


def build_transcript(stream: Iterable[Any], language: str, media: Media) -> Section:
    """The chapters one after the other, each below its heading."""
    drafts: list[Block] = []
    for child in stream:
        heading = child.value["heading"].strip()
        blocks = [block for part in child.value["content"] for block in build_blocks(part, media)]
        if blocks and heading:
            drafts.append(Block(anchor="", html=format_html("<h3>{}</h3>", heading), text=heading))
        drafts += blocks
    return TRANSCRIPT.build(drafts, language)


def _join(rich_text: Any, media: Media, heading: str = "") -> Block | None:
    pieces = split_rich_text(rich_text.source if rich_text else "", media.resolve)
    if not pieces:
        return None
    head = format_html("<h3>{}</h3>", heading) if heading else ""
    texts = [heading, *(piece.text for piece in pieces)]
    return Block(
        anchor="",
        html=head + "".join(piece.html for piece in pieces),
        text="\n".join(text for text in texts if text),
    )


def _format_day(day: dt.date | None, language: str) -> str:
    if day is None:
        return UNDATED.get(language, UNDATED[DEFAULT_LANGUAGE])
    with translation.override(language):
        return date_format(day, "DATE_FORMAT")
