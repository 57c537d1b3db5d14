"""What those who wrote answer: they agree, they do not, they take it back.

Each takes the lock of the note first, as publishing does: no answer comes between its check and the page.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from events.models import NoteAuthor
from events.noting.crediting import follow_authors, note_withdrawal
from events.noting.refusals import NoteRefused
from events.noting.services import lock_note


@transaction.atomic
def agree(author: NoteAuthor, version: int, now: dt.datetime, *, is_named: bool) -> None:
    """They agree to the text they saw. Raises :class:`NoteRefused` if it is another one by now.

    A page that is published already names them, or does no longer.
    """
    note = lock_note(author.note_id)
    if note.closed is None or note.version != version:
        raise NoteRefused(_("The text was changed meanwhile. Please read it once more, then answer."))
    author.agreed, author.agreed_version, author.is_named, author.declined = now, version, is_named, None
    author.save(update_fields=["agreed", "agreed_version", "is_named", "declined"])
    follow_authors(note)


@transaction.atomic
def decline(author: NoteAuthor, now: dt.datetime) -> bool:
    """They do not agree, or no longer do: organisers see their lines and take them out.

    Returns whether the page is published already. It names them no more at once, and the note tells
    organisers to take their lines out of the page as well.
    """
    note = lock_note(author.note_id)
    author.agreed = author.agreed_version = None
    author.declined, author.is_named = now, False
    author.save(update_fields=["agreed", "agreed_version", "is_named", "declined"])
    return note_withdrawal(note, now)
