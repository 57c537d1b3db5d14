"""What is done with a note: write, end writing, begin again.

Each takes the lock of the note's row first. Marked clashes and who wrote which line come from
:mod:`events.noting.merging` and :mod:`events.noting.writers`; what lets lines go is in
:mod:`events.noting.removing`, what brings them back in :mod:`events.noting.restoring`.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext, ngettext

from events.models import Meeting, Note, NoteAuthor, NoteRevision, Person, Session
from events.models.note import NOTE_LENGTH
from events.noting.asking import ask_authors
from events.noting.keeping import find_base, find_earlier, thin_runs, thin_while_writing
from events.noting.merging import count_clashes, merge, merge_strangers
from events.noting.refusals import NoteClosed, NoteRefused, NoteTooLong
from events.noting.writers import Writers, join, list_new, trace
from hub.accounts.models import User

NOTE_LINES = 2_000
"""Lines a note holds."""


@dataclass(frozen=True)
class Author:
    """Whoever writes: by the row of their participation, by account, or both. The others see ``name``."""

    name: str
    person: uuid.UUID | None = None
    user: int | None = None


@dataclass(frozen=True)
class Merged:
    """What stands now: ``version`` and ``text`` belong together; ``clashes`` places have two versions."""

    version: int
    text: str
    clashes: int


def author_of(user: User | AnonymousUser, person: Person | None = None) -> Author:
    """Somebody with their name. An account without one has none here: nobody reads its address."""
    name = person.name if person else user.get_full_name() if user.is_authenticated else ""
    return Author(name, person.pk if person else None, user.pk if user.is_authenticated else None)


def open_note(*, session: Session | None = None, meeting: Meeting | None = None) -> Note:
    """The note of a session or a meeting; the first time, an empty one."""
    found = {"session": session} if session else {"meeting": meeting}
    return Note.objects.get_or_create(**found)[0]


@transaction.atomic
def write(note_id: int, author: Author, base: int, text: str, key: uuid.UUID, now: dt.datetime) -> Merged:
    """Merge what somebody wrote on top of version ``base`` into what stands.

    The same ``key`` again gives the same answer. A base that is not there (never was, or is no longer kept)
    is no reason to lose anything: then all lines of both texts stay. Raises :class:`NoteClosed`,
    :class:`NoteTooLong`, and :class:`NoteRefused` for a key that belongs to another note.
    """
    note = lock_note(note_id)
    if held := NoteRevision.objects.filter(key=key).first():
        if held.note_id != note.pk:
            raise NoteRefused(
                gettext("This is of another note. Please copy your text and load the page anew.")
            )
        return _say(held.number, held.text)
    require_open(note)
    text = clean(text)
    _require_room(text)
    stand, before = _read_stand(note), find_base(note, base)
    merged = _merge(stand, before, text, author)
    if merged == note.text:
        return _say(note.version, note.text)
    _require_room(merged)
    row = author_row(note, author)
    came = before or stand
    earlier = find_earlier(note, list_new(came.text, text))
    writers = trace(came.text, came.writers, text, row.pk, earlier)
    writers = join(merged, (stand.text, stand.writers), (text, writers)) if merged != text else writers
    append_version(note, row, came.number, merged, key, now, writers)
    thin_while_writing(note)
    return _say(note.version, note.text)


@transaction.atomic
def close(note_id: int, address: str, now: dt.datetime) -> Note:
    """Writing ends: versions in between go, and everybody whose words stand in it is asked to agree.

    ``address`` is the whole one of the note's page, for the letters. Closed already, nothing changes. Raises
    :class:`NoteRefused` for a note in which nothing was written.
    """
    note = lock_note(note_id)
    if note.closed:
        return note
    if not note.text.strip():
        raise NoteRefused(gettext("Nothing is written yet, so there is nothing to end."))
    note.closed = now
    note.save(update_fields=["closed"])
    thin_runs(note)
    ask_authors(note, address, now)
    return note


@transaction.atomic
def reopen(note_id: int) -> Note:
    """Writing goes on. Who agreed is asked again only if their own lines change."""
    note = lock_note(note_id)
    note.closed = None
    note.save(update_fields=["closed"])
    return note


def clean(text: str) -> str:
    """A text as it is kept: lines end by ``\\n``, and there is nothing in it that PostgreSQL cannot hold."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def find_author(note: Note, author: Author) -> NoteAuthor | None:
    """The row of somebody who wrote in this note, by participation or account; None if they did not."""
    return next(iter(_find_authors(note, author)), None)


def lock_note(note_id: int) -> Note:
    """The note, for whoever changes it or publishes it: nobody else does meanwhile."""
    return Note.objects.select_for_update(of=("self",)).get(pk=note_id)


def append_version(
    note: Note,
    author: NoteAuthor | None,
    base: int,
    text: str,
    key: uuid.UUID,
    now: dt.datetime,
    writers: Writers,
) -> None:
    """What stands now, as the next version; the note's row is locked."""
    note.version += 1
    note.text = text
    note.save(update_fields=["version", "text"])
    NoteRevision.objects.create(
        note=note, number=note.version, base=base, text=text, author=author, at=now, key=key, writers=writers
    )


def author_row(note: Note, author: Author) -> NoteAuthor:
    """Who writes, made the first time; whoever had only participation or account gets the other."""
    rows = _find_authors(note, author)
    row = rows[0] if rows else NoteAuthor(note=note)
    if len(rows) < 2:
        row.person_id, row.user_id = row.person_id or author.person, row.user_id or author.user
    row.name = author.name
    row.save()
    return row


def require_open(note: Note) -> None:
    """Raises :class:`NoteClosed` once writing has ended."""
    if note.closed:
        raise NoteClosed(
            gettext(
                "Writing has ended, so this was not saved. Your text is still here: copy it, or ask a host "
                "or the organisers to open the note again."
            )
        )


def _say(version: int, text: str) -> Merged:
    return Merged(version, text, count_clashes(text))


def _require_room(text: str) -> None:
    over = len(text) - NOTE_LENGTH
    if over > 0:
        words = ngettext(
            "The note is %(over)s character too long. Please shorten it; nothing you wrote is gone.",
            "The note is %(over)s characters too long. Please shorten it; nothing you wrote is gone.",
            over,
        )
        raise NoteTooLong(words % {"over": over})
    if text.count("\n") >= NOTE_LINES:
        words = gettext("The note has more than %(most)s lines. Please shorten it; nothing is gone.")
        raise NoteTooLong(words % {"most": NOTE_LINES})


def _read_stand(note: Note) -> NoteRevision:
    """The version that stands; of an empty note one that is not kept."""
    newest = note.revisions.select_related("author").filter(number=note.version).first()
    return newest or NoteRevision(note=note, number=note.version, text=note.text)


def _merge(stand: NoteRevision, before: NoteRevision | None, text: str, author: Author) -> str:
    names = (stand.author.name if stand.author else "", author.name)
    if before is None:
        return merge_strangers(stand.text, text, names=names)
    return merge(before.text, stand.text, text, names=names)


def _find_authors(note: Note, author: Author) -> list[NoteAuthor]:
    """Two, if somebody wrote by account first and takes part by another row now; that of the person leads."""
    same = Q(person=author.person, person__isnull=False) | Q(user=author.user, user__isnull=False)
    return sorted(note.authors.filter(same), key=lambda row: row.person_id != author.person)
