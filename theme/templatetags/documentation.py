"""The documentation of a document, by chapters."""

from __future__ import annotations

from dataclasses import dataclass, field

from django import template

from hub.documents import Section, Text

register = template.Library()


@dataclass
class Chapter:
    """A file of the documentation: its beginning, and the sections in it."""

    start: Section
    sections: list[Section] = field(default_factory=list)


@register.filter
def chapters_of(text: Text) -> list[Chapter]:
    """The chapters of the documentation in reading order; none for a text without."""
    chapters: list[Chapter] = []
    for section in text.sections:
        if section.part != "documentation":
            continue
        if section.level == 1 or not chapters:
            chapters.append(Chapter(section))
        else:
            chapters[-1].sections.append(section)
    return chapters
