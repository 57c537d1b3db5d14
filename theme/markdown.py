"""Markup as Markdown in which text stays text (CommonMark 0.31, tables of GitHub Flavored Markdown)."""

from __future__ import annotations

import re
from urllib.parse import quote

from bs4.element import Tag
from markdownify import MarkdownConverter

SIGNS = re.compile(r"[\\`<\[|]|&(?=#?\w+;)|^(?=(#{1,6}|[-+>])(\s|$))")
"""What Markdown would read as its own in text: HTML, links, code, cells, characters, beginnings of lines."""

NUMBERED = re.compile(r"^(\d{1,9})([.)])(?=\s)")
TICKS = re.compile(r"`+")
FENCE = 3
ENDS_ADDRESS = re.compile(r"[\x00-\x20\x7f<>()\\`]")
"""What would end the address of a link before its end, so that the rest is read as markup (6.3)."""


class TextConverter(MarkdownConverter):
    """Escapes what somebody wrote as text, and fences code so that nothing in it ends the fence."""

    def escape(self, text: str, parent_tags: set[str]) -> str:
        """Text so that it reads as it was written, and ends no link that it stands in."""
        escaped: str = super().escape(  # type: ignore[misc]  # untyped
            SIGNS.sub(r"\\\g<0>", text), parent_tags
        )
        escaped = NUMBERED.sub(r"\1\\\2", escaped)
        return escaped.replace("]", r"\]") if "a" in parent_tags else escaped

    def convert_a(self, element: Tag, text: str, parent_tags: set[str]) -> str:
        """A link that ends where it should; its title, which only a mouse finds, is left out."""
        _close_address(element, "href")
        return str(super().convert_a(element, text, parent_tags))  # type: ignore[misc]  # untyped

    def convert_img(self, element: Tag, text: str, parent_tags: set[str]) -> str:
        """A picture whose description is text."""
        _close_address(element, "src")
        element["alt"] = self.escape(" ".join(str(element.get("alt", "")).split()), parent_tags | {"a"})
        return str(super().convert_img(element, text, parent_tags))  # type: ignore[misc]  # untyped

    def convert_pre(self, element: Tag, text: str, parent_tags: set[str]) -> str:
        """Code in a fence longer than any in it (CommonMark 0.31, 4.5)."""
        longest = max((len(run) for run in TICKS.findall(text)), default=0)
        fence = "`" * max(FENCE, longest + 1)
        code = text.strip("\n")
        return f"\n\n{fence}\n{code}\n{fence}\n\n" if text else ""


def _close_address(element: Tag, name: str) -> None:
    element.attrs.pop("title", None)
    if address := str(element.get(name, "")):
        element[name] = ENDS_ADDRESS.sub(lambda sign: quote(sign[0], safe=""), address)


def escaped(text: str) -> str:
    """A line of plain text as Markdown."""
    return TextConverter().escape(text, set())
