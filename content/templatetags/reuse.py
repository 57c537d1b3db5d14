"""What is taken over or gone through, in templates: ``{% load reuse %}``. No queries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from bs4 import BeautifulSoup
from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hub.documents import Attachment, Block, Document, Release, Section, Text

register = template.Library()

HOUR = 60


@dataclass(frozen=True)
class Step:
    """One step of a training path in the wording shown; ``minutes`` is None where it is not known."""

    section: Section
    minutes: int | None


@dataclass(frozen=True)
class ReleaseItem:
    """A release with its files, apart from those its parts list, and the anchor it is linked by."""

    release: Release
    anchor: str
    files: tuple[Attachment, ...]
    parts_list: Attachment | None


@register.simple_tag
def releases_of(document: Document) -> list[ReleaseItem]:
    """The releases of a module, newest first. Anchors are unique whatever their versions are called."""
    anchors: set[str] = set()
    items = []
    for release in document.module.releases if document.module else ():
        anchor = "version-" + re.sub(r"[^0-9a-z.]+", "-", release.version.casefold()).strip("-")
        while anchor in anchors:
            anchor += "-nr"
        anchors.add(anchor)
        parts = document.attachment(release.parts_list.digest) if release.parts_list else None
        files = (document.attachment(digest) for digest in release.files)
        shown = tuple(file for file in files if file and file is not parts)
        items.append(ReleaseItem(release, anchor, shown, parts))
    return items


@register.simple_tag
def steps_of(document: Document, text: Text) -> list[Step]:
    """The steps with their times; none for a wording with another number of steps, as they would be wrong."""
    given = document.training.step_minutes if document.training else ()
    minutes = given if len(given) == len(text.sections) else (None,) * len(text.sections)
    return [Step(section, time) for section, time in zip(text.sections, minutes, strict=True)]


@register.filter
def total_minutes(document: Document) -> int:
    """How long all steps take together, as far as that is known."""
    return sum(minutes or 0 for minutes in document.training.step_minutes) if document.training else 0


@register.filter
def untimed(document: Document) -> int:
    """How many steps do not say how long they take."""
    return document.training.step_minutes.count(None) if document.training else 0


@register.filter
def in_hours(minutes: int) -> str:
    """A length of time in hours and minutes, as people say it."""
    hours, rest = divmod(minutes, HOUR)
    parts = []
    if hours:
        parts.append(ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours})
    if rest or not hours:
        parts.append(ngettext("%(n)s minute", "%(n)s minutes", rest) % {"n": rest})
    return _(" and ").join(parts)


@register.filter
def plain_wording(text: Text) -> str:
    """The wording without markup, as it is pasted into a letter or a council's template."""
    parts = []
    for section in text.sections:
        parts.append(section.heading)
        parts += [_plain(block) for block in section.blocks if block.kind == "text"]
    return "\n\n".join(parts)


def _plain(block: Block) -> str:
    """The block's wording; items of a list, which a council votes on one by one, keep their numbers."""
    soup = BeautifulSoup(block.html, "html.parser")
    top = soup.find(True, recursive=False)
    if top is None or top.name not in {"ol", "ul"}:
        return block.text
    items = (item.get_text(" ", strip=True) for item in top.find_all("li", recursive=False))
    if top.name == "ul":
        return "\n".join(f"– {item}" for item in items)
    first = str(top.get("start") or "")
    return "\n".join(f"{n}. {item}" for n, item in zip(_numbers(first), items, strict=False))


def _numbers(first: str) -> Iterator[int]:
    return count(int(first) if first.isdecimal() and len(first) < 7 else 1)
