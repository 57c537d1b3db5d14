"""What a text to be drafted from holds: title, summary and chapters, still as markup."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
SUMMARY_LENGTH = 400
TITLE_LENGTH = 255


@dataclass(frozen=True)
class Picture:
    """A picture that came with the text; ``alt`` is empty where the text named none."""

    name: str
    data: bytes
    alt: str = ""


@dataclass(frozen=True)
class Chapter:
    """A heading and the markup under it. ``anchor`` is that of a document's section, if it was one."""

    heading: str
    html: str
    anchor: str = ""


@dataclass(frozen=True)
class Outline:
    """A text to draft from. ``pictures`` are named by the ``src`` of the markup's ``img`` elements.

    ``left_out`` says in words what could not be taken over.
    """

    title: str
    summary: str
    chapters: tuple[Chapter, ...]
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()


def read_outline(html: str, pictures: Mapping[str, Picture] | None = None) -> Outline:
    """Cut markup at its headings.

    A single highest heading at the beginning with others below it is the title; the next level makes the
    chapters, deeper ones stay in the text. What stands before the first chapter is its introduction, whose
    first paragraph becomes the summary.
    """
    soup = BeautifulSoup(html, "html.parser")
    nodes = [node for node in soup.contents if isinstance(node, Tag) or str(node).strip()]
    title, nodes = _take_title(nodes)
    chapters = _cut(nodes, _highest(nodes))
    summary = _first_paragraph(chapters[0].html) if chapters and not chapters[0].heading else ""
    return Outline(title, summary, tuple(chapters), dict(pictures or {}))


def shorten(text: str, length: int) -> str:
    """At most ``length`` characters, cut at a sentence or at least at a word."""
    text = re.sub(r"\s+", " ", text).strip()
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    sentence = max(cut.rfind(mark) for mark in (". ", "! ", "? "))
    return cut[: sentence + 1] if sentence > length // 2 else cut.rsplit(" ", 1)[0] + "…"


def _take_title(nodes: list[PageElement]) -> tuple[str, list[PageElement]]:
    level = _highest(nodes)
    named = [node for node in nodes if isinstance(node, Tag) and node.name == level]
    if len(named) == 1 and nodes[0] is named[0] and _highest(nodes[1:]):
        return shorten(named[0].get_text(" "), TITLE_LENGTH), nodes[1:]
    return "", nodes


def _highest(nodes: list[PageElement]) -> str:
    present = {node.name for node in nodes if isinstance(node, Tag)}
    return next((name for name in HEADINGS if name in present), "")


def _cut(nodes: list[PageElement], level: str) -> list[Chapter]:
    chapters: list[tuple[str, list[str]]] = [("", [])]
    for node in nodes:
        if isinstance(node, Tag) and node.name == level:
            chapters.append((shorten(node.get_text(" "), 200), []))
        else:
            chapters[-1][1].append(node.output_ready() if isinstance(node, NavigableString) else str(node))
    return [
        Chapter(heading, "".join(parts)) for heading, parts in chapters if heading or "".join(parts).strip()
    ]


def _first_paragraph(html: str) -> str:
    paragraph = BeautifulSoup(html, "html.parser").find("p")
    return shorten(paragraph.get_text(" "), SUMMARY_LENGTH) if paragraph else ""
