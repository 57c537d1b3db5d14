"""From an outline to the fields of a page: what goes where, and what an editor must look at."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html
from wagtail.coreutils import string_to_ascii

from content.drafting.blocks import PictureBlock, to_blocks
from content.drafting.outline import Chapter, Outline
from content.models import CaseReportPage, TrainingPage
from content.models.document_page import DocumentPage
from content.questions import QUESTIONS

FALLBACK = "course"
"""The question that takes what no heading assigns."""

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "situation": ("ausgangssituation", "anlass", "hintergrund", "problemstellung", "background"),
    "goal": ("ziele", "zielsetzung", "goals", "objectives"),
    "plan": ("planung", "vorgehen", "konzept", "geplantes vorgehen", "geplant", "approach"),
    "course": ("verlauf", "umsetzung", "durchfuhrung", "durchfuehrung", "ergebnis", "ergebnisse", "results"),
    "work_packages": ("arbeitspaket", "aufgaben", "arbeitsschritte", "tasks"),
    "pitfalls": (
        "probleme", "schwierigkeiten", "hindernisse", "herausforderungen", "risiken", "hurden", "huerden",
        "challenges", "problems",
    ),
    "enablers": ("foerderliche faktoren", "erfolgsfaktoren", "gelingensfaktoren"),
    "advice": (
        "rat", "empfehlungen", "empfehlung", "tipps", "fazit", "lessons learned", "erkenntnisse", "advice",
        "recommendations",
    ),
}  # fmt: skip
"""Headings towns use for the eight questions, in plain letters, besides the questions' own."""


def fill(page: DocumentPage, outline: Outline, picture: PictureBlock) -> list[str]:
    """Set the wording of ``page``; returns the headings that no question of a report answers to."""
    if isinstance(page, CaseReportPage):
        return _fill_questions(page, outline, picture)
    field = "steps" if isinstance(page, TrainingPage) else "sections"
    block = "step" if isinstance(page, TrainingPage) else "section"
    told = [each for each in outline.chapters if each.heading or not _is_summary(each, outline)]
    setattr(page, field, json.dumps([_section(block, chapter, picture, outline) for chapter in told]))
    return []


def find_question(heading: str) -> str:
    """The field of the question a heading stands for, or nothing."""
    plain = _plain(heading)
    for question in QUESTIONS:
        own = {_plain(each) for each in question.headings.values()} | set(SYNONYMS[question.field])
        if plain in own:
            return question.field
    return ""


def _fill_questions(page: CaseReportPage, outline: Outline, picture: PictureBlock) -> list[str]:
    answers: dict[str, list[dict[str, Any]]] = {}
    unassigned = []
    anchors = {question.anchor: question.field for question in QUESTIONS}
    for chapter in outline.chapters:
        field = anchors.get(chapter.anchor) or find_question(chapter.heading)
        html = chapter.html
        if not field and chapter.heading:
            unassigned.append(chapter.heading)
            html = format_html("<h3>{}</h3>", chapter.heading) + html
        if field or chapter.heading or not _is_summary(chapter, outline):
            answers.setdefault(field or FALLBACK, []).extend(to_blocks(html, picture))
    for field, blocks in answers.items():
        setattr(page, field, json.dumps(blocks))
    return unassigned


def _section(block: str, chapter: Chapter, picture: PictureBlock, outline: Outline) -> dict[str, Any]:
    value = {"heading": chapter.heading or outline.title, "content": to_blocks(chapter.html, picture)}
    return {"type": block, "value": value, "id": str(uuid.uuid4())}


def _is_summary(chapter: Chapter, outline: Outline) -> bool:
    """Whether the introduction says no more than the summary that was made of it."""
    words = re.sub(r"<[^>]+>", " ", chapter.html)
    return " ".join(words.split()) == outline.summary


def _plain(heading: str) -> str:
    letters = re.sub(r"[^a-z ]+", " ", string_to_ascii(heading).lower())
    return " ".join(letters.split())
