"""Writing letters."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from events.mailing.waking import wake_after_commit
from events.models import EventDesk, Letter, Person
from events.models.person import NOWHERE
from events.people import participation_url


@dataclass(frozen=True)
class Invitation:
    """An iTIP object that goes with a letter: ``method`` is REQUEST or CANCEL (RFC 5546)."""

    method: str
    calendar: bytes


def write_letter(
    desk: EventDesk,
    to: Person | str,
    name: str,
    occasion: str,
    *,
    invitation: Invitation | None = None,
    not_after: dt.datetime | None = None,
    language: str = "de",
    **context: Any,
) -> Letter:
    """The letter ``name`` on this occasion, to be sent after commit; the same one again is the first.

    The template ``events/mail/<name>.txt`` begins with the subject and an empty line; it knows ``desk``,
    ``event``, ``person``, the person's ``link`` and what is given as context.
    """
    person = to if isinstance(to, Person) else None
    address = person.email if person else str(to)
    known = Letter.objects.filter(desk=desk, address=address, name=name, occasion=occasion).first()
    if known:
        return known
    link = participation_url(person) if person else ""
    about = {"desk": desk, "event": desk.event, "person": person, "link": link, **context}
    with translation.override(person.language if person else language):
        written = render_to_string(f"events/mail/{name}.txt", about)
    subject, _, text = written.partition("\n\n")
    wake_after_commit()
    return Letter.objects.create(
        desk=desk,
        person=person,
        address=address,
        name=name,
        occasion=occasion,
        subject=" ".join(subject.split())[:300],
        text=text.strip() + "\n",
        calendar=invitation.calendar.decode() if invitation else "",
        method=invitation.method if invitation else "",
        not_after=not_after,
        failed=_find_fault(address),
    )


def _find_fault(address: str) -> str:
    """Why it is not sent at all: organisers read it where they see letters that failed."""
    if not address.endswith(f"@{NOWHERE}"):
        return ""
    with translation.override(settings.LANGUAGE_CODE):
        return gettext("Not sent: no e-mail address is known.")
