"""Sections of a text without pages: its headings, each with the paragraphs below it."""

from __future__ import annotations

from collections.abc import Iterator

from search.reading.reader import Page

LONGEST_SECTION = 25_000
"""Characters after which a section goes on as another one of the same heading."""


class Sections:
    """Collects paragraphs below headings; a long section goes on as another one."""

    def __init__(self) -> None:
        self._found: list[tuple[str, list[str]]] = [("", [])]
        self._size = 0

    def begin(self, heading: str) -> None:
        """Begin a section."""
        self._found.append((" ".join(heading.split()), []))
        self._size = 0

    def add(self, paragraph: str) -> None:
        """Add a paragraph to it."""
        if self._size and self._size + len(paragraph) > LONGEST_SECTION:
            self.begin(self._found[-1][0])
        self._found[-1][1].append(paragraph)
        self._size += len(paragraph)

    def pages(self) -> Iterator[Page]:
        """The sections that say something, numbered from 1."""
        filled = ((heading, "\n".join(paragraphs)) for heading, paragraphs in self._found)
        for number, (heading, text) in enumerate((each for each in filled if any(each)), 1):
            yield Page(number, heading, text)
