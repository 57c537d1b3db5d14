"""From a document to its passages: whole blocks, quoted exactly. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hub.documents import Block, Document, Section, Text
from search.answers.case_facts import case_facts
from search.answers.event_facts import event_facts
from search.answers.kind_facts import Names, kind_facts

TARGET_LENGTH = 900
"""Neighbouring blocks of a section are merged up to this many characters."""

JOINT = "\n\n"
"""Stands between the blocks of one passage."""

SUMMARY_ANCHOR = "fakt-summary"
"""Id of the summary below the page's title."""

# Headings belong to the passage and must not change with the interface's language.
_SUMMARY = {"de": "Zusammenfassung", "en": "Summary"}


@dataclass(frozen=True)
class PassageText:
    """A passage before it is stored. See :class:`search.answers.models.Passage` for its columns."""

    language: str
    number: int
    anchor: str
    title: str
    heading: str
    text: str
    file: str = ""
    page: int | None = None


NO_NAMES: Names = {}


def cut_passages(document: Document, names: Names = NO_NAMES) -> list[PassageText]:
    """All passages of a document, numbered in each language from 0.

    A passage never crosses a section, never cuts a block, and its text is the blocks' plain
    wording unchanged, so that every quotation can be verified by comparing strings. The summary, the
    facts of a case (costs, legal basis and the like), date, place and programme of an event and the
    facts of other kinds are passages of their own, after the sections. ``names`` are those of the members of
    a group.
    """
    found: list[PassageText] = []
    for language, text in sorted(document.texts.items()):
        pieces = [
            (blocks[0].anchor, section.heading, JOINT.join(block.text for block in blocks))
            for section in text.sections
            for blocks in _merge(quotable_blocks(section))
        ]
        pieces += _summary(text, language)
        if language == document.facts_language:
            pieces += list(_facts(document, language, names))
        for number, (anchor, heading, wording) in enumerate(pieces):
            found.append(PassageText(language, number, anchor, text.title, heading, wording))
    return found


def quotable_blocks(section: Section) -> list[Block]:
    """The blocks of a section that have wording of their own: a picture's text is its description."""
    return [block for block in section.blocks if block.text.strip() and block.kind != "picture"]


def is_quoted_from(passage: str, document: Document, language: str, names: Names = NO_NAMES) -> bool:
    """Whether ``passage`` stands, character for character, in a section, summary or fact of it."""
    text = document.texts.get(language)
    if text is None or not passage:
        return False
    sections = (JOINT.join(block.text for block in quotable_blocks(section)) for section in text.sections)
    pieces = (*_summary(text, language), *_facts(document, language, names))
    facts = (wording for _anchor, _heading, wording in pieces)
    return any(passage in wording for wording in (*sections, *facts))


def blocks_of(passage: str, anchor: str, document: Document, language: str) -> list[Block]:
    """The blocks that a passage consists of, in their order; none if it is a fact."""
    text = document.texts.get(language)
    for section in text.sections if text else ():
        blocks = quotable_blocks(section)
        first = next((number for number, block in enumerate(blocks) if block.anchor == anchor), len(blocks))
        for last in range(first + 1, len(blocks) + 1):
            if JOINT.join(block.text for block in blocks[first:last]) == passage:
                return blocks[first:last]
    return []


def _summary(text: Text, language: str) -> list[tuple[str, str, str]]:
    heading = _SUMMARY.get(language.split("-")[0], _SUMMARY["de"])
    return [(SUMMARY_ANCHOR, heading, text.summary)] if text.summary.strip() else []


def _facts(document: Document, language: str, names: Names) -> Iterator[tuple[str, str, str]]:
    yield from case_facts(document, language)
    yield from event_facts(document, language)
    yield from kind_facts(document, language, names)


def _merge(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    held: list[Block] = []
    length = 0
    for block in blocks:
        added = len(block.text) + (len(JOINT) if held else 0)
        if held and length + added > TARGET_LENGTH:
            yield held
            held, length, added = [], 0, len(block.text)
        held.append(block)
        length += added
    if held:
        yield held
