"""The documentation of an event: cover, figures, programme, and each session by its page or the reason."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from events.models import EventDesk, EventPage
from events.printing.codes import Codes
from events.printing.paper import Sheets
from events.printing.programme import build_programme
from events.printing.released import find_released
from events.results.status import Row, count_people, read_results
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import find_entries
from hub.documents import DEFAULT_LANGUAGE, Block, Section, Text, Viewer
from hub.env import env
from hub.instants import localise
from theme.markup import clean_markup
from theme.pdf import LARGEST_PAGE

LONGEST_TEXTS = LARGEST_PAGE // 2
"""Characters of all pages together, markup included, beyond which only their summaries are printed."""

HEADING = re.compile(r"(</?h)([3-6])\b")
DEEPEST = 6
DEEPER = 2
"""Headings within a section stand below its own: the fourth level here, the second on its page."""


@dataclass(frozen=True)
class PrintedSection:
    """A section of a page: its heading and its markup, pictures as their alternative text."""

    heading: str
    html: SafeString


@dataclass(frozen=True)
class Chapter:
    """A session: what is printed of its page, and what the page leads to."""

    row: Row
    language: str = ""
    text: Text | None = None
    sections: tuple[PrintedSection, ...] = ()
    linked: tuple[CatalogueEntry, ...] = ()


def print_documentation(desk: EventDesk, viewer: Viewer, now: dt.datetime) -> Sheets:
    """The documentation as ``viewer`` may read it. Its queries do not grow with the sessions.

    Where all pages together are too long for one PDF, each stands there with its summary and its address.
    """
    results = read_results(desk, viewer, now)
    chapters = _build_chapters(desk, results.rows, viewer)
    length = sum(len(section.html) for chapter in chapters for section in chapter.sections)
    released, (seated, came) = find_released(desk), count_people(desk)
    codes = Codes()
    address = env.origin + reverse("events:results", args=[desk.event.translation_key])
    return Sheets(
        "documentation",
        codes,
        desk=desk,
        event=desk.event,
        address=address,
        code=codes.add(address),
        days_of=_list_days(desk.event),
        figures=results.figures,
        seated=seated,
        came=came,
        released=released,
        days=build_programme(released) if released else [],
        chapters=chapters,
        others=results.others,
        is_short=length > LONGEST_TEXTS,
    )


def _list_days(event: EventPage) -> list[dt.date]:
    """Its first day and, if that is another, its last, by its own clock."""
    ends = [localise(moment, event.time_zone).date() for moment in (event.starts, event.ends) if moment]
    return list(dict.fromkeys(ends))


def _build_chapters(desk: EventDesk, rows: Iterable[Row], viewer: Viewer) -> list[Chapter]:
    """One query, for what the pages lead to."""
    rows = list(rows)
    targets = {target for row in rows if row.entry for target in row.entry.related}
    known = find_entries(targets, viewer) if targets else {}
    return [_build_chapter(row, known) for row in rows]


def _build_chapter(row: Row, known: dict[str, CatalogueEntry]) -> Chapter:
    if row.entry is None:
        return Chapter(row)
    texts = row.entry.document.texts
    spoken = (get_language() or DEFAULT_LANGUAGE).split("-")[0]
    language = next((tag for tag in (spoken, DEFAULT_LANGUAGE) if tag in texts), next(iter(texts)))
    sections = tuple(_print_section(section) for section in texts[language].sections)
    linked = [known[target] for target in row.entry.related if target in known]
    return Chapter(row, language, texts[language], sections, tuple(e for e in linked if e.kind != "event"))


def _print_section(section: Section) -> PrintedSection:
    markup = "".join(map(_print_block, section.blocks))
    return PrintedSection(section.heading, mark_safe(HEADING.sub(_lower, markup)))  # noqa: S308  # it is clean


def _print_block(block: Block) -> str:
    if block.html:
        return clean_markup(block.html)
    words = _("Picture") if block.kind == "picture" else ""
    return format_html("<p>{}</p>", ": ".join(filter(None, (words, block.text))))


def _lower(found: re.Match[str]) -> str:
    return f"{found[1]}{min(int(found[2]) + DEEPER, DEEPEST)}"
