"""From attached files to passages: pieces of the text of one page, quoted exactly.

Files are read beforehand, by a confined process (:mod:`search.reading`). A page is cut where a paragraph or
a sentence ends; where a piece stands in the page is kept in the passage's anchor (:class:`FilePlace`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.urls import reverse

from hub.catalogue.models import CatalogueEntry
from hub.documents import Attachment
from search.answers.models import Passage
from search.answers.passages import TARGET_LENGTH, PassageText
from search.file_texts import MOST_CHARACTERS, open_files
from search.models import FilePage
from search.reading import PDF

LONGEST = TARGET_LENGTH * 5 // 4
"""Up to so many characters the rest of a page is left whole."""

PLACE_PARAMETER = "stelle"
"""Names the characters that are marked on the page of a file's text, and that mark."""

_PLACE = re.compile(r"(?P<number>[1-9]\d{0,8})\.(?P<start>\d{1,7})-(?P<end>\d{1,7})", re.ASCII)
_SENTENCE_END = r"""[.!?:;]["“”»«)\]]*"""
_ENDS = (
    re.compile(rf"{_SENTENCE_END}\n"),
    re.compile(rf"""(?<=\w\w\w){_SENTENCE_END}\s+(?=[A-ZÄÖÜ„"»(])"""),
    re.compile(r"\n"),
    re.compile(r"\s"),
)
"""Where a piece may end, the best first: a paragraph, a sentence (no abbreviation), a line, a word."""

_LETTER = re.compile(r"[^\W\d_]")


class FilePlace(NamedTuple):
    """Where a piece stands in a file: the page or section, from 1, and the characters of its text."""

    number: int
    start: int
    end: int

    @property
    def anchor(self) -> str:
        """As a passage holds it."""
        return f"{self.number}.{self.start}-{self.end}"


@dataclass(frozen=True)
class FilePart:
    """A page or section of a file as it was read."""

    number: int
    heading: str
    text: str


def read_place(anchor: str) -> FilePlace | None:
    """The place that a passage's anchor says; None for anything else."""
    found = _PLACE.fullmatch(anchor)
    return FilePlace(*map(int, found.groups())) if found else None


def cut_files(entry: CatalogueEntry, after: int = 0) -> list[PassageText]:
    """The passages of the entry's files that were read, numbered from ``after`` on, in its own order.

    It is full with the first page that exceeds :data:`search.file_texts.MOST_CHARACTERS`. One query, and
    one more for each file; none without files that can be read.
    """
    language = entry.document.facts_language if entry.body else ""
    return [
        PassageText(
            language=language,
            number=number,
            anchor=place.anchor,
            title=entry.document.text(language).title,
            heading=": ".join(filter(None, (file.title or file.name, part.heading))),
            text=part.text[place.start : place.end],
            file=file.digest,
            page=part.number if file.media_type == PDF else None,
        )
        for number, (file, part, place) in enumerate(_pieces(entry), after)
    ]


def cut_text(text: str) -> Iterator[tuple[int, int]]:
    """Where the pieces of a page's text begin and end, without the spaces around them, in order."""
    begin = 0
    while begin < len(text):
        end = _end_of_piece(text, begin)
        piece = text[begin:end]
        if _LETTER.search(piece):
            start = begin + len(piece) - len(piece.lstrip())
            yield start, start + len(piece.strip())
        begin = end


def find_quoted(found: Iterable[tuple[Passage, CatalogueEntry]]) -> set[int]:
    """The keys of those passages of files that stand there, character for character.

    The document attaches the file now, its own origin brought it, and it has not been refused. Two queries.
    """
    held = [(passage, entry, read_place(passage.anchor)) for passage, entry in found if passage.file]
    if not held:
        return set()
    files = {entry.object_id: files for entry, files in open_files([entry for _, entry, _ in held])}
    pages = _read_pages({(passage.file, place.number) for passage, _, place in held if place})
    return {
        passage.pk
        for passage, entry, place in held
        if place
        and passage.text
        and passage.file in files.get(entry.object_id, {})
        and pages.get((passage.file, place.number), "")[place.start : place.end] == passage.text
    }


def file_address(entry: CatalogueEntry, passage: Passage, wording: str = "") -> str:
    """The page that shows the text around a passage of a file, with the passage, or a part of it, marked."""
    place = read_place(passage.anchor) or FilePlace(1, 0, 0)
    start = place.start + max(0, passage.text.find(wording))
    end = start + len(wording) if wording in passage.text and wording else place.end
    path = reverse("answers-file", args=[entry.uuid, passage.file.removeprefix("sha256:"), place.number])
    return f"{path}?{PLACE_PARAMETER}={start}-{end}#{PLACE_PARAMETER}"


def file_of(entry: CatalogueEntry, passage: Passage) -> Attachment | None:
    """The attached file that a passage is quoted from; None for one of the document itself."""
    return entry.document.attachment(passage.file) if passage.file else None


def paragraphs_of(passage: Passage) -> list[str]:
    """The wording of a passage of a file in its paragraphs: the lines of a PDF are none."""
    return [passage.text] if passage.page else passage.text.split("\n")


def _pieces(entry: CatalogueEntry) -> Iterator[tuple[Attachment, FilePart, FilePlace]]:
    left = MOST_CHARACTERS
    for _entry, files in open_files([entry]):
        for digest, file in files.items():
            for part in _parts_of(digest):
                if len(part.text) > left:
                    return
                left -= len(part.text)
                for start, end in cut_text(part.text):
                    yield file, part, FilePlace(part.number, start, end)


def _parts_of(digest: str) -> Iterator[FilePart]:
    pages = FilePage.objects.filter(file=digest).order_by("number")
    for row in pages.values_list("number", "heading", "text").iterator(chunk_size=50):
        yield FilePart(*row)


def _read_pages(wanted: set[tuple[str, int]]) -> Mapping[tuple[str, int], str]:
    rows = FilePage.objects.filter(
        file__in={digest for digest, _number in wanted}, number__in={number for _digest, number in wanted}
    )
    return {(digest, number): text for digest, number, text in rows.values_list("file", "number", "text")}


def _end_of_piece(text: str, begin: int) -> int:
    if len(text) - begin <= LONGEST:
        return len(text)
    first, last = begin + TARGET_LENGTH // 2, begin + TARGET_LENGTH
    for end in _ENDS:
        places = [place.end() for place in end.finditer(text, first, last + 1) if place.end() <= last]
        if places:
            return places[-1]
    return last
