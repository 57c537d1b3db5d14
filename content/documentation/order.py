"""The order of the chapters: as a list of contents says, else the beginning first and then by name."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from markdown_it import MarkdownIt

from content.documentation.markdown import INDEXES
from content.publiccode.reading import read

CONTENTS = ("_sidebar.md", "summary.md")
SITES = ("mkdocs.yml", "mkdocs.yaml")
MOST_ENTRIES = 2000

_markdown = MarkdownIt("commonmark")


def is_contents(path: str) -> bool:
    """Whether a file lists chapters instead of being one."""
    return PurePosixPath(path).name.lower() in CONTENTS


def listed_in_markdown(path: str, text: str) -> list[str]:
    """The files that ``_sidebar.md`` (docsify) or ``SUMMARY.md`` (GitBook, mdBook) links to, in order."""
    base = posixpath.dirname(path)
    links = (
        str(child.attrGet("href") or "")
        for token in _markdown.parse(text)
        for child in token.children or ()
        if child.type == "link_open"
    )
    return _cleaned(base, links)


def listed_by_mkdocs(path: str, text: str) -> list[str]:
    """The files of ``nav``, below ``docs_dir``; none where the file cannot be read or has too many parts.

    Read like any YAML of strangers: its tags, which name functions of Python, and merges mean nothing.
    """
    settings = read(text.encode()).data
    if not isinstance(settings, dict) or not isinstance(settings.get("nav"), list):
        return []
    folder = settings.get("docs_dir")
    base = posixpath.join(posixpath.dirname(path), folder if isinstance(folder, str) else "docs")
    return _cleaned(base, _leaves(settings["nav"]))


def _leaves(nav: list[Any]) -> Iterator[str]:
    """Texts at the ends of a nested list, only so many: aliases can make it endless."""
    waiting: list[Any] = list(reversed(nav[:MOST_ENTRIES]))
    for _n in range(MOST_ENTRIES):
        if not waiting:
            return
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, list | dict):
            parts = list(item.values()) if isinstance(item, dict) else item
            waiting += reversed(parts[:MOST_ENTRIES])


def _cleaned(base: str, targets: Iterable[str]) -> list[str]:
    paths = (unquote(target.partition("#")[0]).lstrip("/") for target in targets if ":" not in target)
    return list(dict.fromkeys(posixpath.normpath(posixpath.join(base, path)) for path in paths if path))


def put_in_order(paths: Collection[str], listed: Iterable[str]) -> list[str]:
    """All ``paths``: those listed first, the others after them by name."""
    held = set(paths)
    first = [
        path
        for target in listed
        if (path := next((p for p in (target, f"{target}.md", f"{target}/README.md") if p in held), None))
    ]
    first = list(dict.fromkeys(first))
    return first + sorted(held - set(first), key=_by_name)


def _by_name(path: str) -> list[tuple[int, list[tuple[int, int, str]]]]:
    """Part by part; README and index before all, numbers by their value."""
    parts = PurePosixPath(path).parts
    return [
        (0 if n == len(parts) - 1 and PurePosixPath(part).stem.casefold() in INDEXES else 1, _natural(part))
        for n, part in enumerate(parts)
    ]


def _natural(name: str) -> list[tuple[int, int, str]]:
    pieces = re.split(r"(\d{1,9})", name.casefold())
    return [(0, int(piece), "") if piece.isdecimal() else (1, 0, piece) for piece in pieces if piece]
