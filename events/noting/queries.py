"""What is read of notes: as they are now, who writes, and what was written before."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from events.models import Note, NoteRevision
from events.noting.merging import count_clashes, is_mark

WRITING = dt.timedelta(seconds=20)
"""How long after their last line somebody counts as writing."""

VERSIONS_SHOWN = 100


@dataclass(frozen=True)
class Reading:
    """A note as it is now. ``writing``: the names of those who wrote a moment ago."""

    version: int
    text: str
    clashes: int
    closed: dt.datetime | None
    writing: tuple[str, ...]

    @property
    def etag(self) -> str:
        """Changes with whatever readers see."""
        seen = f"{self.version} {self.closed} {self.writing}"
        return f'"{hashlib.sha256(seen.encode()).hexdigest()[:24]}"'


@dataclass(frozen=True)
class Version:
    """An older version, as the history shows it: whose last change, and which lines came and went by it."""

    number: int
    at: dt.datetime
    name: str
    added: list[str]
    removed: list[str]


def read_note(note: Note, now: dt.datetime, *, but: int | None = None) -> Reading:
    """The note as it is now; ``but``: the author who reads is not told that they write. One query."""
    recent = note.revisions.filter(at__gt=now - WRITING, author__isnull=False).exclude(author=but)
    names = dict.fromkeys(recent.order_by("author").values_list("author__name", flat=True))
    return Reading(note.version, note.text, count_clashes(note.text), note.closed, tuple(filter(None, names)))


def list_versions(note: Note) -> list[Version]:
    """The newest versions first, of those that one person wrote in a row the last; one query."""
    rows = list(note.revisions.select_related("author").order_by("-number")[: VERSIONS_SHOWN * 10])
    runs = [row for place, row in enumerate(rows) if place == 0 or rows[place - 1].author_id != row.author_id]
    return [_tell(row, before) for row, before in zip(runs, [*runs[1:], None], strict=True)][:VERSIONS_SHOWN]


def _tell(row: NoteRevision, before: NoteRevision | None) -> Version:
    old, new = (before.text if before else "").split("\n"), row.text.split("\n")
    held, kept = set(old), set(new)
    return Version(
        row.number,
        row.at,
        row.author.name if row.author else "",
        [line for line in new if line not in held and line.strip() and not is_mark(line)],
        [line for line in old if line not in kept and line.strip() and not is_mark(line)],
    )
