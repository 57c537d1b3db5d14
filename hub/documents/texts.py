"""The wording of a document."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, Field

from hub.documents.access import Part
from hub.documents.direction import Line

DOCUMENTATION = "documentation"
LEVELS = 2


def _known_part(part: str) -> str:
    """Wording of a part that is not known here belongs to the record itself, or nobody would see it."""
    return part if part == DOCUMENTATION else ""


def _known_level(level: int) -> int:
    return min(level, LEVELS)


class Block(Part):
    """One citable piece of a section: a paragraph, list, table, quotation, picture or heading.

    ``anchor`` is unique in its language and is the element's id on the page. ``html`` is the
    sanitised markup of a ``text`` block; ``text`` is its plain wording, which passages quote.
    A ``picture`` names its attachment by digest, and ``text`` is its alternative text.
    """

    anchor: str
    kind: str = "text"
    html: str = ""
    text: str = ""
    digest: str = ""
    caption: str = ""


class Section(Part):
    """A heading with its blocks, e.g. one of the eight questions of a case report.

    ``part`` tells the wording of the record itself (empty) from its ``documentation``, which was taken
    over from files; there ``level`` is 1 for the title of a file and 2 for a heading within it. What a newer
    version says of both beyond that is read as the nearest that is known.
    """

    anchor: str
    heading: Line
    part: Annotated[str, AfterValidator(_known_part)] = ""
    level: Annotated[int, AfterValidator(_known_level)] = Field(1, ge=1)
    blocks: tuple[Block, ...] = Field((), max_length=5000)


class Text(Part):
    """The wording of a document in one language.

    ``outdated`` says that the first wording has changed since this one was made from it. A wording in
    Leichte Sprache carries that name only when people of its audience have read it: ``checked`` is the
    day, ``checked_by`` the group (DIN SPEC 33429).
    """

    title: Line
    summary: Line = ""
    sections: tuple[Section, ...] = Field((), max_length=1000)
    outdated: bool = False
    checked: dt.date | None = None
    checked_by: Line = ""

    def blocks(self) -> Iterator[tuple[Section, Block]]:
        """All blocks with their section, in reading order."""
        for section in self.sections:
            for block in section.blocks:
                yield section, block
