"""A page for paper as Markdown: CommonMark 0.31 with the tables of GitHub Flavored Markdown."""

from __future__ import annotations

import re
from typing import Any

import yaml
from bs4 import BeautifulSoup
from bs4.element import Tag

from hub.catalogue.cards import licence_of
from hub.catalogue.models import CatalogueEntry
from theme.bodies import BodyDirectory
from theme.markdown import TextConverter

APART = ".adopter-note, .adopter-cost"
"""What stands on a line of its own by its look alone."""

BLANKS = re.compile(r"[ \t\r\n]+")
GAPS = re.compile(r"\n{3,}")
BLOCKS = ("ul", "ol", "p", "pre", "table")
"""What makes a value of several blocks, which stand indented below their label."""

GAP = "\ue000"
"""An empty line within a list of facts, until the list is whole."""


def front_matter(entry: CatalogueEntry, wording: str) -> str:
    """The head in YAML. One query, for the names of publishers."""
    document, names = entry.document, BodyDirectory()
    names.know(document.publishers)
    fields: dict[str, Any] = {
        "id": entry.object_id,
        "title": document.texts[wording].title,
        "kind": entry.kind,
        "publishers": [{"key": key, "name": names.name(key)} for key in document.publishers],
        "topics": list(document.topics),
        "language": wording,
        "licence": licence_of(document) or None,
        "revision": entry.revision,
        "digest": entry.digest,
        "published": entry.first_published.isoformat(),
        "changed": entry.changed.isoformat(),
        "address": entry.object_id,
        "demo": document.demo,
        "note": entry.label or None,
    }
    head = yaml.safe_dump(
        {name: value for name, value in fields.items() if value not in (None, [], False)},
        allow_unicode=True,
        sort_keys=False,
        width=1000,
    )
    return f"---\n{head}---\n\n"


def to_markdown(page: BeautifulSoup) -> str:
    """The body of the page. Changes ``page``."""
    body = page.body or page
    for place in body.select('a[href^="#"]'):
        place.unwrap()  # Markdown has no anchors of its own
    for note in body.select(APART):
        if note.previous_sibling:
            note.insert_before(" · ")
    text: str = _Converter(heading_style="atx", bullets="-").convert_soup(body)
    return GAPS.sub("\n\n", text).strip() + "\n"


class _Converter(TextConverter):
    """Lists of facts become lists of label and value; drawings become their description."""

    def convert_dl(self, element: Tag, text: str, parent_tags: set[str]) -> str:
        lines = (line for line in text.splitlines() if line.strip())
        return "\n\n" + "\n".join("" if line == GAP else line for line in lines) + "\n\n"

    def convert_dt(self, element: Tag, text: str, parent_tags: set[str]) -> str:
        return f"\n- **{BLANKS.sub(' ', text).strip()}:**"

    def convert_dd(self, element: Tag, text: str, parent_tags: set[str]) -> str:
        if element.find(BLOCKS):
            return "".join(f"\n{f'  {line}' if line.strip() else GAP}" for line in _block(text)) + "\n"
        value = BLANKS.sub(" ", text).strip()
        if (before := element.find_previous_sibling()) and before.name == "dd" and not before.find(BLOCKS):
            value = f"· {value}" if "figure-note" not in (element.get("class") or []) else value
        return f" ({value})" if "figure-note" in (element.get("class") or []) else f" {value}"

    def convert_svg(self, element: Tag, text: str, parent_tags: set[str]) -> str:
        title = element.find("title")
        return f"\n\n*{self.escape(' '.join(title.get_text().split()), parent_tags)}*\n\n" if title else ""


def _block(text: str) -> list[str]:
    """Lines of a value, the first of them empty too: it follows a label."""
    return ["", *GAPS.sub("\n\n", text.strip("\n")).splitlines(), ""]
