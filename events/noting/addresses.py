"""Where the note of a session is written, and where its authors answer."""

from __future__ import annotations

from django.urls import reverse

from events.models import Note, Person, Session
from events.people import write_token
from hub.env import env


def session_address(session: Session) -> str:
    """The whole address of the page on which the note of a session is written."""
    return env.origin + reverse("events:note", args=[session.plan.desk.event.translation_key, session.pk])


def consent_address(note: Note, person: Person) -> str:
    """The same with the person's own link: whoever follows it needs no account."""
    return env.origin + reverse("events:note_link", args=[note.session_id, write_token(person)])
