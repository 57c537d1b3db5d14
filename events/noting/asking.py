"""Asking those who wrote to agree, by mail; on the page they are asked as well."""

from __future__ import annotations

import datetime as dt

from events.mailing.writing import write_letter
from events.models import EventDesk, Note, NoteAuthor, Person, Registration
from events.noting.addresses import consent_address
from events.noting.consents import Standing, list_standing


def ask_authors(note: Note, address: str, now: dt.datetime) -> int:
    """One letter to each whose words stand in the text and who did not agree; returns how many were written.

    ``address`` is that of the note's page. Whoever cannot be reached by mail is asked there alone, as are
    the members of a meeting for which no desk writes mails.
    """
    waiting = [each.author for each in list_standing(note) if each.standing is not Standing.AGREED]
    NoteAuthor.objects.filter(pk__in=[author.pk for author in waiting]).update(asked=now, declined=None)
    desk = find_desk_of(note)
    return sum(_write(desk, note, author, address) for author in waiting) if desk else 0


def find_desk_of(note: Note) -> EventDesk | None:
    """The desk of the event; meetings may have none."""
    desks = EventDesk.objects.select_related("event")
    if note.session_id:
        return desks.filter(plan__sessions=note.session_id).first()
    return desks.filter(event__meetings=note.meeting_id).first()


def _write(desk: EventDesk, note: Note, author: NoteAuthor, address: str) -> bool:
    to = author.person or (author.user.email if author.user else "")
    if not to or (author.person and not _is_theirs(author.person)):
        return False
    if author.person and note.session_id:
        address = consent_address(note, author.person)
    title = note.session.title if note.session else desk.event.title
    occasion = f"{note.pk}-{note.version}"
    write_letter(desk, to, "note_consent", occasion, author=author, title=title, address=address)
    return True


def _is_theirs(person: Person) -> bool:
    """Whether the address is theirs: one that somebody else typed, at the door or elsewhere, is not yet.

    It is confirmed by what its owner does with their link. For whoever was registered by their town, the town
    stands.
    """
    registration = Registration.objects.filter(person=person).first() if person.confirmed is None else None
    return person.confirmed is not None or bool(registration and registration.registered_by_id)
