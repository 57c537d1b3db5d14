"""Headings that pages come with: in every language that a wording can have."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.conf import settings
from wagtail.rich_text import RichText

from content.fixed_sections import DECISIONS, OPEN_QUESTIONS, TRANSCRIPT, FixedSection, build_decisions
from content.media import Media
from content.outlines import OUTLINES, outline_of
from hub.documents import Block

TAGS = [tag for tag, _name in settings.WAGTAIL_CONTENT_LANGUAGES]


def test_a_wording_can_be_in_simple_language() -> None:
    assert "de-simple" in TAGS


@pytest.mark.parametrize("section", [DECISIONS, OPEN_QUESTIONS, TRANSCRIPT], ids=lambda each: each.anchor)
def test_fixed_sections_are_headed_in_each_language(section: FixedSection) -> None:
    assert set(section.headings) == set(TAGS)
    headings = {section.build([Block(anchor="", text="x")], tag).heading for tag in TAGS}
    assert len(headings) == len(TAGS)


@pytest.mark.parametrize("kind", OUTLINES)
def test_outlines_have_the_same_number_of_headings_in_each_language(kind: str) -> None:
    assert set(OUTLINES[kind]) == set(TAGS)
    assert len({len(headings) for headings in OUTLINES[kind].values()}) == 1
    assert outline_of(kind, "de-simple") != outline_of(kind, "de")


def test_decisions_in_simple_words_have_german_dates() -> None:
    values = ({"decided": day, "text": RichText("<p>Ja.</p>")} for day in (dt.date(2026, 5, 12), None))
    built = build_decisions((SimpleNamespace(value=value) for value in values), "de-simple", Media("x"))
    assert [block.text for block in built.blocks] == ["Ohne Tag\nJa.", "12. Mai 2026\nJa."]
