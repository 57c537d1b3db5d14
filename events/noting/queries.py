"""What is read of notes: as they are now, who writes, and what was written before."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from itertools import zip_longest

from events.models import Note, NoteRevision
from events.noting.merging import count_clashes, is_mark

WRITING = dt.timedelta(seconds=20)
"""How long after their last line somebody counts as writing."""

VERSIONS_SHOWN = 30


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


def list_versions(note: Note, before: int | None = None) -> tuple[list[Version], int | None]:
    """The newest versions first, of those that one person wrote in a row the last; two queries.

    ``before``: only those from this one on. The second is where the next ones begin; None: there are none.
    """
    kept = note.revisions.order_by("-number")
    numbers = list((kept.filter(number__lte=before) if before else kept).values_list("number", "author"))
    runs = [row[0] for at, row in enumerate(numbers) if at == 0 or numbers[at - 1][1] != row[1]]
    shown = runs[: VERSIONS_SHOWN + 1]
    rows = list(kept.filter(number__in=shown).select_related("author"))
    versions = [_tell(row, below) for row, below in zip_longest(rows, rows[1:])]
    return versions[:VERSIONS_SHOWN], shown[VERSIONS_SHOWN] if len(shown) > VERSIONS_SHOWN else None


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
