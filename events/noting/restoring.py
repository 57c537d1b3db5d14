"""Bringing an older version of a note back: what would go with it, who may, and doing it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from events.models import Note, NoteRevision
from events.noting.merging import is_mark
from events.noting.refusals import NoteRefused
from events.noting.services import (
    Author,
    append_version,
    author_row,
    find_author,
    lock_note,
    require_open,
)


@dataclass(frozen=True)
class Restoring:
    """What it means to bring the version ``number`` of ``at`` by ``name`` back while ``seen`` stands.

    ``gone`` are the lines that leave the text, ``back`` those that come. Words of so many ``others`` stand
    in what goes; ``is_foreign``: some of these lines are others' alone.
    """

    number: int
    seen: int
    at: dt.datetime
    name: str
    gone: list[str]
    back: list[str]
    others: int
    is_foreign: bool


def weigh_restoring(note: Note, number: int, author: Author) -> Restoring:
    """What it would mean to ``author``; two queries.

    Raises :class:`NoteRefused` where there is no such version.
    """
    rows = note.revisions.select_related("author").filter(number__in={number, note.version})
    found = {each.number: each for each in rows}
    old, newest = found.get(number), found.get(note.version)
    if old is None or newest is None:
        raise NoteRefused(_("There is no such version any more. Please choose another one."))
    own = find_author(note, author)
    gone = _list_lost(newest, old)
    others = [set(who) - {own.pk if own else None} for _line, who in gone]
    return Restoring(
        number,
        note.version,
        old.at,
        old.author.name if old.author else "",
        [line for line, _who in gone],
        [line for line, _who in _list_lost(old, newest)],
        len({key for who in others for key in who}),
        any(own is None or own.pk not in who for _line, who in gone),
    )


@transaction.atomic
def restore(
    note_id: int, number: int, seen: int, author: Author, key: uuid.UUID, now: dt.datetime, *, leads: bool
) -> None:
    """Version ``number`` stands again, as a new one; its lines stay whose they were.

    ``seen`` is the version of which they were shown what would go. Lines of others alone go by those who
    lead (``leads``). The same ``key`` again does nothing. Raises :class:`NoteClosed`, and
    :class:`NoteRefused` where there is no such version, where another one stands meanwhile, and for lines
    that are not theirs.
    """
    note = lock_note(note_id)
    require_open(note)
    if NoteRevision.objects.filter(key=key).exists():
        return
    asked = weigh_restoring(note, number, author)
    if asked.seen != seen:
        raise NoteRefused(
            _("The text was changed meanwhile, so nothing was brought back. Please look once more what goes.")
        )
    if asked.is_foreign and not leads:
        raise NoteRefused(
            _("Lines of others would go. Please ask a host or the organisers to bring it back.")
        )
    old = note.revisions.get(number=number)
    if old.text != note.text:
        append_version(note, author_row(note, author), note.version, old.text, key, now, old.writers)


def _list_lost(before: NoteRevision, after: NoteRevision) -> list[tuple[str, list[int]]]:
    """Lines of one version that another does not have, with those whose words stand in them."""
    held = set(after.text.split("\n"))
    lines = zip(before.text.split("\n"), before.writers, strict=True)
    return [(line, who) for line, who in lines if line not in held and line.strip() and not is_mark(line)]
