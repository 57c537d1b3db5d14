"""What lets lines and names go: of those who do not agree, and of those whose data are deleted."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from itertools import groupby

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from events.models import Note, NoteAuthor, Outcome
from events.noting.consents import Standing, list_standing
from events.noting.crediting import find_page, follow_authors, note_withdrawal
from events.noting.keeping import digest_line
from events.noting.merging import strip_names
from events.noting.refusals import NoteRefused
from events.noting.services import Author, append_version, author_row, lock_note

REMOVABLE = (Standing.DECLINED, Standing.UNKNOWN)
"""Whose lines are taken out: of those who said so, or cannot be asked any more."""


@transaction.atomic
def take_out(note_id: int, author_id: int, by: Author, now: dt.datetime) -> int:
    """Lines with the words of an author leave the text and all that is kept of it; returns how many did.

    Nobody reads the lines there any more, or brings them back. Raises :class:`NoteRefused` while the note is
    written, and for the lines of somebody who did not decline.
    """
    note = lock_note(note_id)
    standing = {each.author.pk: each.standing for each in list_standing(note)}
    if author_id not in standing:
        return 0
    if note.closed is None or standing[author_id] not in REMOVABLE:
        raise NoteRefused(
            _("Lines are taken out once writing has ended, and only those of somebody who does not agree.")
        )
    return _let_go(note, {author_id}, author_row(note, by), now)


@transaction.atomic
def confirm_page(note_id: int) -> None:
    """The published page has no line any more of those who withdrew.

    Raises :class:`NoteRefused` while such lines stand in the note, and where no page is published.
    """
    note = lock_note(note_id)
    page = find_page(note)
    if page is None or not page.live:
        raise NoteRefused(_("The page is not published. Make it anew from the note."))
    if any(each.standing in REMOVABLE for each in list_standing(note)):
        raise NoteRefused(_("Take the lines out of the note first."))
    note.withdrawn = None
    note.save(update_fields=["withdrawn"])
    Outcome.objects.filter(session=note.session_id).update(drafted=note.version)


@transaction.atomic
def erase_authors(rows: QuerySet[NoteAuthor], now: dt.datetime) -> None:
    """Somebody who wrote is to be forgotten, because they asked for it.

    Lines to whose publication they agreed stay without their name, others leave the note. A page that is
    published names them no more; where they had withdrawn, its note tells organisers. Call it before the
    person is deleted, and in that transaction.
    """
    for note, theirs in _locked(rows):
        agreed = _list_agreed(note)
        others = {row.pk for row in theirs} - agreed
        lines = _let_go(note, others, None, now)
        _part(theirs, agreed)
        if lines:
            note_withdrawal(note, now)
        else:
            follow_authors(note)


@transaction.atomic
def retire_authors(rows: QuerySet[NoteAuthor], now: dt.datetime) -> int:
    """The time is over for which it is known who wrote; of how many rows.

    The text stays, without names where two versions clash. Whoever agreed has agreed, without a name; words
    of others cannot be published any more. What is published stays as it is.
    """
    number = 0
    for note, theirs in _locked(rows):
        agreed = _list_agreed(note)
        _let_go(note, set(), None, now)
        _part(theirs, agreed)
        number += len(theirs)
    return number


def _let_go(note: Note, ids: set[int], by: NoteAuthor | None, now: dt.datetime) -> int:
    """Lines of ``ids`` and the names in marks leave the text, and all versions but the newest go.

    Returns how many lines left. Whoever had agreed has agreed to what is left.
    """
    newest, before = note.revisions.last(), note.version
    if newest is None:
        return 0
    agreed = _list_agreed(note)
    note.gone |= _digest_gone(note, ids)
    lines = note.text.split("\n")
    kept = [(line, who) for line, who in zip(lines, newest.writers, strict=True) if not ids & set(who)]
    text = strip_names("\n".join(line for line, _who in kept))
    if text != note.text:
        append_version(note, by, before, text, uuid.uuid4(), now, [who for _line, who in kept])
    note.authors.filter(pk__in=agreed).update(agreed_version=note.version)
    note.revisions.exclude(number=note.version).delete()
    if len(kept) == len(lines):
        # A page made of what stood there has nothing else now.
        Outcome.objects.filter(session=note.session_id, drafted=before).update(drafted=note.version)
    note.taken_out = note.version
    note.save(update_fields=["taken_out", "gone"])
    return len(lines) - len(kept)


def _digest_gone(note: Note, ids: set[int]) -> dict[str, list[int]]:
    """Lines with words of ``ids`` in any version, by their digest, with all who wrote them."""
    found: dict[str, set[int]] = {}
    for text, writers in note.revisions.values_list("text", "writers") if ids else ():
        for line, who in zip(text.split("\n"), writers, strict=False):
            if ids & set(who) and (key := digest_line(note, line)):
                found.setdefault(key, set()).update(who)
    return {key: sorted(who) for key, who in found.items()}


def _list_agreed(note: Note) -> set[int]:
    return {each.author.pk for each in list_standing(note) if each.standing is Standing.AGREED}


def _part(rows: Iterable[NoteAuthor], agreed: set[int]) -> None:
    """Of rows in ``agreed`` nothing stays but that; the others go."""
    for row in rows:
        if row.pk not in agreed:
            row.delete()
            continue
        row.person = row.user = None
        row.name, row.is_named, row.asked = "", False, None
        row.save()
        row.revisions.update(author=None)


def _locked(rows: QuerySet[NoteAuthor]) -> Iterator[tuple[Note, list[NoteAuthor]]]:
    """Each note with those of the rows that are its own, always in the same order."""
    found = rows.order_by("note", "pk")
    for key, theirs in groupby(found, key=lambda row: row.note_id):
        yield lock_note(key), list(theirs)
