"""Which versions of a note are kept, as a base to merge on and to tell whose a line is."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from functools import reduce
from itertools import pairwise
from operator import or_

from django.db.models import Q

from events.models import Note, NoteRevision

WHOLE = 200
"""So many of the newest versions are all kept while a note is written; of older ones the last of a minute."""

THIN_EVERY = 50
FEW = 20
"""So many lines are looked for one by one; for more, all versions are read."""

SHORTEST = 12
"""Letters and digits of a line below which it may well be anybody's."""


def find_base(note: Note, base: int) -> NoteRevision | None:
    """What a writer had before them, or the nearest version before it that is kept; None if nobody knows."""
    if base == 0:
        return NoteRevision(note=note, number=0, text="")
    if not 0 < base <= note.version:
        return None
    return note.revisions.filter(number__lte=base).last()


def find_earlier(note: Note, lines: Collection[str]) -> Mapping[str, list[int]]:
    """Who wrote lines that stood in any version that is kept, or that were taken out; at most one query."""
    if not lines:
        return {}
    wanted, found = {line.strip(): line for line in lines}, dict[str, list[int]]()
    kept = note.revisions.order_by("-number")
    if len(wanted) <= FEW:
        kept = kept.filter(reduce(or_, (Q(text__contains=each) for each in wanted)))
    for text, writers in kept.values_list("text", "writers"):
        for line, who in zip(text.split("\n"), writers, strict=False):
            if who and (same := wanted.get(line.strip())):
                found.setdefault(same, who)
    for line in lines if note.gone else ():
        if who := note.gone.get(digest_line(note, line), []):
            found[line] = sorted({*found.get(line, []), *who})
    return found


def digest_line(note: Note, line: str) -> str:
    """By what a line that was taken out is known again; nothing for one that may well be anybody's."""
    letters = letters_of(line)
    if len(letters) < SHORTEST:
        return ""
    return hashlib.sha256(f"{note.pk} {letters}".encode()).hexdigest()[:32]


def letters_of(text: str) -> str:
    """Its letters and digits alone, so that markup, case and breaks of lines make no difference."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def thin_while_writing(note: Note) -> None:
    """Now and then, of the older versions the last of each minute is enough."""
    if note.version % THIN_EVERY:
        return
    old = list(note.revisions.order_by("number").values_list("number", "at"))[:-WHOLE]
    followed = {
        number
        for (number, at), (_, after) in pairwise(old)
        if at.timestamp() // 60 == after.timestamp() // 60
    }
    note.revisions.filter(number__in=followed - _needed(note)).delete()


def thin_runs(note: Note) -> None:
    """Of versions that one author wrote in a row, the last is enough."""
    rows = list(note.revisions.values_list("number", "author"))
    followed = {number for (number, who), (_, after) in pairwise(rows) if who == after}
    note.revisions.filter(number__in=followed - _needed(note)).delete()


def _needed(note: Note) -> set[int]:
    """Versions that somebody agreed to, and the one of which a page was made."""
    agreed = note.authors.values_list("agreed_version", flat=True)
    drafted = Note.objects.filter(pk=note.pk).values_list("session__outcome__drafted", flat=True)
    return {number for number in (*agreed, *drafted) if number}
