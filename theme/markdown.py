"""Markup as Markdown in which text stays text (CommonMark 0.31, tables of GitHub Flavored Markdown)."""

from __future__ import annotations

import re

from bs4.element import Tag
from markdownify import MarkdownConverter

SIGNS = re.compile(r"[\\`<\[|]|&(?=#?\w+;)|^(?=(#{1,6}|[-+>])(\s|$))")
"""What Markdown would read as its own in text: HTML, links, code, cells, characters, beginnings of lines."""

NUMBERED = re.compile(r"^(\d{1,9})([.)])(?=\s)")
TICKS = re.compile(r"`+")
FENCE = 3


class TextConverter(MarkdownConverter):
    """Escapes what somebody wrote as text, and fences code so that nothing in it ends the fence."""

    def escape(self, text: str, parent_tags: set[str]) -> str:
        """Text so that it reads as it was written."""
        escaped: str = super().escape(  # type: ignore[misc]  # untyped
            SIGNS.sub(r"\\\g<0>", text), parent_tags
        )
        return NUMBERED.sub(r"\1\\\2", escaped)

    def convert_pre(self, element: Tag, text: str, parent_tags: set[str]) -> str:
        """Code in a fence longer than any in it (CommonMark 0.31, 4.5)."""
        longest = max((len(run) for run in TICKS.findall(text)), default=0)
        fence = "`" * max(FENCE, longest + 1)
        code = text.strip("\n")
        return f"\n\n{fence}\n{code}\n{fence}\n\n" if text else ""


def escaped(text: str) -> str:
    """A line of plain text as Markdown."""
    return TextConverter().escape(text, set())
