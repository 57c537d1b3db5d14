"""Whether a note may be published: everybody whose words stand in it agrees to CC BY 4.0."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.models import Note, NoteAuthor
from events.noting.merging import count_clashes
from events.noting.writers import lines_of


class Standing(StrEnum):
    """How somebody stands to the publication of what they wrote."""

    AGREED = "agreed"
    WAITING = "waiting"
    DECLINED = "declined"
    UNKNOWN = "unknown"
    """Nobody can ask them any more: their data are deleted."""


@dataclass(frozen=True)
class AuthorLines:
    """Somebody whose words stand in the text, with these lines."""

    author: NoteAuthor
    lines: list[str]
    standing: Standing


def list_standing(note: Note) -> list[AuthorLines]:
    """Everybody whose words stand in the text as it is now; two queries.

    Agreed is who agreed to all their lines: removing lines of others, or adding some, asks nobody anew.
    """
    authors = {each.pk: each for each in note.authors.select_related("person", "user")}
    wanted = {note.version, *(each.agreed_version for each in authors.values() if each.agreed_version)}
    held = {each.number: each for each in note.revisions.filter(number__in=wanted)}
    newest = held.get(note.version)
    if newest is None:
        return []
    found = []
    for key in sorted({key for who in newest.writers for key in who}):
        author = authors.get(key) or NoteAuthor(pk=key, note=note)
        if lines := lines_of(newest.text, newest.writers, key):
            agreed = held.get(author.agreed_version or 0)
            known = set(lines_of(agreed.text, agreed.writers, key)) if agreed else set()
            found.append(AuthorLines(author, lines, _stand(author, lines, known)))
    return found


def may_publish(note: Note) -> list[str]:
    """What is missing before the note may be published, as sentences; empty: it may be. Two queries."""
    return tell_missing(note, list_standing(note))


def tell_missing(note: Note, standing: list[AuthorLines]) -> list[str]:
    """The same, where it is known already how its authors stand."""
    missing = []
    if not note.text.strip():
        missing.append(_("Nothing is written yet."))
    elif note.closed is None:
        missing.append(_("Writing has not ended yet. End it on the page of the note, then all are asked."))
    if clashes := count_clashes(note.text):
        words = ngettext(
            "%(number)s place still has two versions: open the note again and keep one.",
            "%(number)s places still have two versions: open the note again and keep one of each.",
            clashes,
        )
        missing.append(words % {"number": clashes})
    sentences = {
        Standing.WAITING: _("%(name)s has not agreed yet."),
        Standing.DECLINED: _("%(name)s does not agree: take their lines out, or talk to them."),
    }
    missing += [
        sentences[each.standing] % {"name": each.author.name or _("Somebody")}
        for each in standing
        if each.standing in sentences
    ]
    if any(each.standing is Standing.UNKNOWN for each in standing):
        missing.append(_("There are words of somebody who is no longer known: take them out."))
    return missing


def named_authors(note: Note) -> list[str]:
    """The names of those who wrote and want to be named with it."""
    agreed = [each.author for each in list_standing(note) if each.standing is Standing.AGREED]
    return [author.name for author in agreed if author.is_named and author.name]


def _stand(author: NoteAuthor, lines: list[str], known: set[str]) -> Standing:
    if author.agreed and known.issuperset(lines):
        return Standing.AGREED
    if author.person_id is None and author.user_id is None:
        return Standing.UNKNOWN
    return Standing.DECLINED if author.declined else Standing.WAITING
