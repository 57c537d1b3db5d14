"""What stands in attached files, for site search: handed to the index, and found again on the page.

The texts are read beforehand and kept by content (:mod:`search.reading`). A document gives away only
files that its own origin brought: naming a digest opens nobody else's file (see
:class:`hub.files.models.StoredFile`). Who may read the document may read its files.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import structlog
from django.db import OperationalError, connection
from django.db.models import Count
from django.utils.safestring import SafeString

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import find_entries
from hub.documents import Attachment, Text, Viewer
from hub.errors import UnreadableDocument
from hub.files.models import FileReference, FileState, StoredFile
from search.engines.postgres import time_limit
from search.engines.tsearch import match_any, match_group
from search.expansion import Group, Places
from search.highlighting import mark_excerpt
from search.models import FilePage, FileText, TextState
from search.reading import PDF, READABLE
from search.reading.due import due_contents, origin_of
from search.reading.reasons import describe
from theme.templatetags.references import file_url

logger = structlog.get_logger("hub.search")

MOST_CHARACTERS = 600_000
"""How much of the files of one document is indexed, some 250 pages; all of it is kept."""

FILES_AT_ONCE = 20
TIMEOUT_MS = 500
LISTED = 50
MOST_HOLDERS = 500


@dataclass(frozen=True)
class FoundInFile:
    """The page of an attached file where the words of a query stand.

    ``page`` counts from 1; it is None for a file without pages, where ``heading`` names the section
    (empty before the first heading). ``size`` is in bytes. ``address`` is the file's, with the page where a
    program can go to it.
    """

    name: str
    title: str
    size: int
    page: int | None
    heading: str
    excerpt: SafeString
    address: str


@dataclass(frozen=True)
class UnreadFile:
    """A file that could not be read: its ``name`` at the entry ``object_id``; ``reason`` is in words."""

    name: str
    object_id: str
    title: str
    reason: str


@dataclass(frozen=True)
class FileFigures:
    """How many contents were read, hold no text, wait to be read or cannot be; of those the newest 50."""

    read: int
    empty: int
    waiting: int
    unreadable: int
    listed: tuple[UnreadFile, ...] = ()


def texts_of(batch: Sequence[CatalogueEntry]) -> Mapping[str, tuple[str, ...]]:
    """The pages of the files of these entries, by the entry's object id.

    Entries without read files are left out. An entry is full with the first page that exceeds
    :data:`MOST_CHARACTERS`; files that only full ones hold are not looked into. Two queries, and one more
    for every further :data:`FILES_AT_ONCE` files.
    """
    holders: dict[str, list[str]] = {}
    for entry, files in open_files(batch):
        for digest in files:
            holders.setdefault(digest, []).append(entry.object_id)
    texts: defaultdict[str, list[str]] = defaultdict(list)
    left = dict.fromkeys(chain.from_iterable(holders.values()), MOST_CHARACTERS)
    wanted = sorted(holders)
    while some := [digest for digest in wanted if any(left[each] > 0 for each in holders[digest])]:
        some, wanted = some[:FILES_AT_ONCE], some[FILES_AT_ONCE:]
        pages = FilePage.objects.filter(file__in=some).order_by("file", "number")
        for digest, heading, text in pages.values_list("file", "heading", "text").iterator(chunk_size=50):
            for object_id in holders[digest]:
                if len(text) > left[object_id]:
                    left[object_id] = 0
                elif left[object_id]:
                    left[object_id] -= len(text)
                    texts[object_id].append(f"{heading}\n{text}" if heading else text)
            if not any(left.values()):
                break
    return {object_id: tuple(pages) for object_id, pages in texts.items()}


def find_in_files(shown: Iterable[CatalogueEntry], groups: Sequence[Group]) -> Mapping[str, FoundInFile]:
    """Where the files of these entries hold the words, by the entry's object id.

    The entries are those that the viewer may read. Of each the page is named that holds most of the words,
    if it holds all of them or one that the document's own wording does not. Nothing if that takes longer
    than half a second.
    """
    held = {entry.object_id: (entry, files) for entry, files in open_files(list(shown))}
    digests = {digest for _entry, files in held.values() for digest in files}
    if not digests or not groups:
        return {}
    try:
        with time_limit(TIMEOUT_MS):
            best = _best_pages(sorted(digests), groups)
    except OperationalError as error:
        logger.warning("files not looked into", reason=str(error)[:200])
        return {}
    found = {}
    for object_id, (entry, files) in held.items():
        pages = [best[digest] for digest in files if digest in best]
        page = max(pages, key=lambda page: (page.holds, page.score), default=None)
        if page and (page.holds == len(groups) or _adds(entry, page, groups)):
            found[object_id] = _show(entry, files[page.digest], page, groups)
    return found


def file_figures(viewer: Viewer) -> FileFigures:
    """How reading the attached files stands, for those who run this site; in five queries at most.

    The counts are of all files; named are those of items that the viewer may read.
    """
    counts = dict(FileText.objects.values_list("state").annotate(Count("pk")))
    return FileFigures(
        read=counts.get(TextState.READ, 0),
        empty=counts.get(TextState.EMPTY, 0),
        waiting=due_contents().order_by().values("digest").distinct().count(),
        unreadable=counts.get(TextState.UNREADABLE, 0),
        listed=tuple(_unread_files(viewer)) if counts.get(TextState.UNREADABLE) else (),
    )


@dataclass(frozen=True)
class _Page:
    digest: str
    number: int
    heading: str
    text: str
    holds: int
    score: float


def open_files(batch: Sequence[CatalogueEntry]) -> list[tuple[CatalogueEntry, dict[str, Attachment]]]:
    """The entries with those of their readable files that their own origin brought; one query if any."""
    once = {entry.object_id: entry for entry in batch}.values()
    named = [(entry, files) for entry in once if (files := _readable_files(entry))]
    digests = {digest for _entry, files in named for digest in files}
    stored = StoredFile.objects.filter(digest__in=digests, state=FileState.STORED)
    brought = set(stored.values_list("digest", "origin")) if digests else set()
    return [
        (entry, {digest: file for digest, file in files.items() if (digest, origin_of(entry)) in brought})
        for entry, files in named
    ]


def _readable_files(entry: CatalogueEntry) -> dict[str, Attachment]:
    try:
        return {file.digest: file for file in entry.document.files if file.media_type in READABLE}
    except UnreadableDocument:
        return {}


def _best_pages(digests: Sequence[str], groups: Sequence[Group]) -> dict[str, _Page]:
    """Of each file the page that holds most of the groups."""
    holds = " + ".join(f"(terms @@ %(group{n})s::tsquery)::int" for n in range(len(groups)))
    parameters: dict[str, Any] = {f"group{n}": match_group(group) for n, group in enumerate(groups)}
    parameters |= {"digests": list(digests), "any": match_any(groups)}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (file_id) file_id, number, heading, text, holds, score FROM ("  # noqa: S608 - numbers only, values are parameters
            f"SELECT file_id, number, heading, text, {holds} AS holds, "
            "ts_rank(terms, %(any)s::tsquery, 1) AS score FROM search_filepage "
            "WHERE file_id = ANY(%(digests)s) AND terms @@ %(any)s::tsquery) AS page "
            "ORDER BY file_id, holds DESC, score DESC, number",
            parameters,
        )
        return {row[0]: _Page(*row) for row in cursor.fetchall()}


def _adds(entry: CatalogueEntry, page: _Page, groups: Sequence[Group]) -> bool:
    texts = entry.document.texts.values()
    wordings = chain.from_iterable((text.title, text.summary, *_wordings(text)) for text in texts)
    inside, outside = Places(f"{page.heading}\n{page.text}"), Places("\n".join(wordings))
    return any(group.count_in(inside) and not group.count_in(outside) for group in groups)


def _wordings(text: Text) -> Iterable[str]:
    for section, block in text.blocks():
        yield from (section.heading, block.text, block.caption)


def _show(entry: CatalogueEntry, file: Attachment, page: _Page, groups: Sequence[Group]) -> FoundInFile:
    is_paged = file.media_type == PDF
    address = file_url(entry.document, file)
    return FoundInFile(
        name=file.name,
        title=file.title or file.name,
        size=file.size,
        page=page.number if is_paged else None,
        heading=page.heading,
        excerpt=mark_excerpt(page.text, groups),
        address=f"{address}#page={page.number}" if is_paged else address,
    )


def _unread_files(viewer: Viewer) -> Iterable[UnreadFile]:
    """The newest that are attached, each once."""
    texts = FileText.objects.filter(state=TextState.UNREADABLE).order_by("-read", "pk")[:LISTED]
    reasons = {text.digest: describe(text.reason) for text in texts}
    references = FileReference.objects.filter(digest__in=reasons).values_list("digest", "object_id")
    held = list(references.order_by("digest", "object_id")[:MOST_HOLDERS])
    entries = find_entries({object_id for _digest, object_id in held}, viewer)
    holders = {digest: entries[object_id] for digest, object_id in held if object_id in entries}
    for digest, reason in reasons.items():
        entry = holders.get(digest)
        if entry and (file := _readable_files(entry).get(digest)):
            yield UnreadFile(file.name, entry.object_id, entry.title, reason)
