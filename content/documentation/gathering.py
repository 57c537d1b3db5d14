"""From an archive of Markdown files to documentation, and what there is to tell about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext

from content.documentation.anchors import Anchors
from content.documentation.keeping import Keep, Keeper, TooMuch, only_name
from content.documentation.links import Links
from content.documentation.markdown import MarkdownFile, decode, parse
from content.documentation.order import (
    SITES,
    is_contents,
    listed_by_mkdocs,
    listed_in_markdown,
    put_in_order,
)
from content.documentation.pictures import ENDINGS
from content.documentation.rendering import render_file
from content.documentation.report import Report
from hub.errors import UnreadableUpload
from hub.files.archives import Archive, Limits

MEGABYTE = 1024 * 1024
MARKDOWN = (".md", ".markdown")
TEXTS = (".rst", ".adoc", ".asciidoc", ".txt", ".html", ".htm", ".docx", ".odt", ".mdx", ".ipynb")
"""Files that may be documentation as well, yet are not read."""

PASSED_OVER = frozenset({"node_modules", "__MACOSX", "__pycache__"})
MAX_MARKDOWN = 300
MAX_TEXT_BYTES = 2 * MEGABYTE
MAX_SITE_BYTES = 300_000
MAX_SECTIONS = 900
"""A document holds 1,000 sections; the record's own need room."""

MAX_BLOCKS = 5000
ARCHIVE_LIMITS = Limits(bytes=500 * MEGABYTE, entry_bytes=200 * MEGABYTE)


@dataclass(frozen=True)
class Reading:
    """What was read: ``chapters`` of ``{path, sections}``, ``attachments`` and the report on them."""

    chapters: list[dict[str, Any]]
    attachments: list[dict[str, Any]]
    report: Report


def read_documentation(archive: Archive, keep: Keep = only_name) -> Reading:
    """Read all Markdown files of an archive; ``keep`` takes in the pictures and files they need.

    Raises :class:`UnreadableUpload` with what to do where there is nothing to read, or too much.
    """
    paths = _visible_paths(entry.path for entry in archive.entries)
    texts = _read_texts(archive, paths)
    report = Report()
    files = _parse_all(archive, paths, texts, report)
    keeper = Keeper(archive, paths, keep)
    links = Links(files, keeper, report)
    try:
        chapters = [
            {"path": path, "sections": render_file(file, links, report)} for path, file in files.items()
        ]
    except TooMuch as error:
        raise UnreadableUpload(str(error)) from error
    _check_size(chapters)
    _note_unread(set(paths) - set(texts) - keeper.used(), report)
    return Reading(chapters, keeper.attachments, report)


def _visible_paths(names: Iterable[str]) -> dict[str, str]:
    """Paths in the archive by what they are called here: without folders that hold everything else."""
    kept = [
        name
        for name in names
        if not any(part.startswith(".") or part in PASSED_OVER for part in PurePosixPath(name).parts)
    ]
    paths = {name: name for name in kept}
    while (
        paths and len({path.partition("/")[0] for path in paths}) == 1 and all("/" in path for path in paths)
    ):
        paths = {path.partition("/")[2]: name for path, name in paths.items()}
    return paths


def _read_texts(archive: Archive, paths: dict[str, str]) -> dict[str, str]:
    names = [path for path in paths if path.lower().endswith(MARKDOWN)]
    if not any(not is_contents(path) for path in names):
        raise UnreadableUpload(gettext("There is no Markdown file (.md) in it."))
    if len(names) > MAX_MARKDOWN:
        raise UnreadableUpload(
            gettext(
                "There are %(count)s Markdown files in it, %(limit)s at most. Choose the folder that readers "
                "need."
            )
            % {"count": len(names), "limit": MAX_MARKDOWN}
        )
    texts, left = {}, MAX_TEXT_BYTES
    for path in names:
        try:
            data = archive.read(paths[path], left)
        except UnreadableUpload as error:
            if {entry.path: entry.size for entry in archive.entries}[paths[path]] <= left:
                raise
            raise UnreadableUpload(
                gettext("Together the texts are larger than %(limit)s. Choose the folder that readers need.")
                % {"limit": filesizeformat(MAX_TEXT_BYTES)}
            ) from error
        left -= len(data)
        texts[path] = decode(path, data)
    return texts


def _parse_all(
    archive: Archive, paths: dict[str, str], texts: dict[str, str], report: Report
) -> dict[str, MarkdownFile]:
    """The chapters in their order, by path; empty files are left out."""
    chapters = {path: text for path, text in texts.items() if not is_contents(path)}
    listed = _listed(archive, paths, texts)
    anchors = Anchors()
    files = {}
    for path in put_in_order(chapters, listed):
        if chapters[path].strip():
            files[path] = parse(path, chapters[path], anchors)
        else:
            report.add("skipped", path, 0, gettext("The file is empty."))
    if not files:
        raise UnreadableUpload(gettext("There is no text in the files."))
    return files


def _listed(archive: Archive, paths: dict[str, str], texts: dict[str, str]) -> list[str]:
    """What the list of contents nearest to the root names, in its order; nothing without one."""
    lists = sorted((path for path in texts if is_contents(path)), key=lambda path: path.count("/"))
    if lists:
        return listed_in_markdown(lists[0], texts[lists[0]])
    for path in paths:
        if path in SITES:
            data = archive.read(paths[path], MAX_SITE_BYTES)
            return listed_by_mkdocs(path, data.decode("utf-8", "replace"))
    return []


def _check_size(chapters: list[dict[str, Any]]) -> None:
    sections = [section for chapter in chapters for section in chapter["sections"]]
    if len(sections) > MAX_SECTIONS:
        raise UnreadableUpload(
            gettext(
                "The documentation has %(count)s chapters and sections, %(limit)s at most. Make several of "
                "it, or use headings of the third level."
            )
            % {"count": len(sections), "limit": MAX_SECTIONS}
        )
    for section in sections:
        if len(section["blocks"]) > MAX_BLOCKS:
            raise UnreadableUpload(
                gettext("“%(heading)s” has more than %(limit)s paragraphs. Divide it by headings.")
                % {"heading": section["heading"], "limit": MAX_BLOCKS}
            )


def _note_unread(paths: set[str], report: Report) -> None:
    """Name what may be missed: texts of other kinds, and pictures that no chapter shows."""
    for path in sorted(paths):
        suffix = PurePosixPath(path).suffix.lower()
        if suffix in TEXTS:
            report.add("skipped", path, 0, gettext("no Markdown"))
        elif suffix in ENDINGS:
            report.add("skipped", path, 0, gettext("No chapter shows this picture."))
