"""Registering somebody by hand, before and during an event: who calls, or has no address at all.

Whoever is entered ticks nothing: what they agree to they say themselves, by their link.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from events.calendars.invitations import write_invitation
from events.mailing.writing import write_letter
from events.models import EventDesk, Person, Registration
from events.models.person import NOWHERE
from events.phases import is_cancelled
from events.proving import disown
from events.registering import letters, line
from events.registering.refusing import Reason, Refused
from hub.documents.series import last_end

State = Registration.State


@dataclass(frozen=True)
class Typed:
    """Who is entered. The same ``key`` again is the same person, who is registered once.

    ``beyond``: with a seat even where all are taken, before those who wait.
    """

    key: uuid.UUID
    given_name: str
    family_name: str
    affiliation: str = ""
    email: str = ""
    beyond: bool = False


class KnownAlready(Exception):
    """Nothing was changed: the ``person`` of that address is registered, or has to be confirmed."""

    def __init__(self, person: Person) -> None:
        super().__init__(person.pk)
        self.person = person


def may_enter(desk: EventDesk, now: dt.datetime) -> bool:
    """Until the event, of a series its last date, is over; not for drafts and cancelled ones."""
    facts = desk.event.build_schedule()
    return desk.event.live and not is_cancelled(desk) and facts is not None and now < last_end(facts)


def enter(desk_id: int, typed: Typed, now: dt.datetime) -> Registration:
    """A seat, or the end of the line; with an address they get the mail with their link, else none.

    Nobody has proven the address by that: no reminder goes there until they save their data by the link.
    Raises :class:`KnownAlready`, and :class:`events.registering.refusing.Refused` once the event is over, or
    where all seats are taken and nobody may wait: nobody waits any more once it has begun.
    """
    with transaction.atomic():
        desk = line.lock_desk(desk_id)
        if not may_enter(desk, now):
            raise Refused(Reason.OVER)
        if done := Registration.objects.filter(person__desk=desk, person=typed.key).first():
            return done
        person = _find(desk, typed) or _add(desk, typed)
        registration = Registration.objects.filter(person=person).first() or Registration(person=person)
        if registration.pk is not None and registration.state in (*line.IN_LINE, State.UNCONFIRMED):
            raise KnownAlready(person)
        registration.person = person
        _join(desk, registration, now, beyond=typed.beyond)
        return registration


def _find(desk: EventDesk, typed: Typed) -> Person | None:
    """Whoever has that address. What anybody typed of them, who never proved it, counts no more."""
    person = desk.people.filter(email__iexact=typed.email).first() if typed.email else None
    if person is not None and person.confirmed is None:
        disown(person)
        for name, value in _names(typed).items():
            setattr(person, name, value)
        person.save(update_fields=list(_names(typed)))
    return person


def _add(desk: EventDesk, typed: Typed) -> Person:
    key = uuid.uuid4() if Person.objects.filter(pk=typed.key).exists() else typed.key
    email = typed.email.lower() or f"{key.hex}@{NOWHERE}"
    return desk.people.create(pk=key, email=email, unreachable=_tell_lack(typed), **_names(typed))


def _tell_lack(typed: Typed) -> str:
    if typed.email:
        return ""
    with translation.override(settings.LANGUAGE_CODE):
        return gettext("No e-mail address is known. Tell the person yourself.")


def _join(desk: EventDesk, registration: Registration, now: dt.datetime, *, beyond: bool) -> None:
    """Those who wait go first, as long as anybody is served."""
    line.advance(desk, now)
    stands = line.read_line(desk)
    registration.place = stands.last + 1
    if beyond or stands.free is None or stands.free > stands.waiting:
        registration.state, registration.offered_until = State.CONFIRMED, None
        registration.save()
        _tell_seat(desk, registration)
        return
    if not (desk.has_waiting_list and line.is_ahead(desk, now)):
        raise Refused(Reason.FULL)
    registration.state, registration.offered_until = State.WAITING, None
    registration.save()
    if registration.person.has_address:
        letters.tell_waiting(desk, registration, ahead=stands.waiting)


def _tell_seat(desk: EventDesk, registration: Registration) -> None:
    """As the letter of a seat always is, and also while the event goes on."""
    person, facts = registration.person, desk.event.build_schedule()
    if facts is None or not person.has_address:
        return
    person.desk = desk
    write_letter(
        desk,
        person,
        "registered",
        f"{registration.pk}.{registration.place}",
        invitation=write_invitation(registration),
        not_after=last_end(facts),
        registration=registration,
    )


def _names(typed: Typed) -> dict[str, str]:
    return {
        "given_name": typed.given_name,
        "family_name": typed.family_name,
        "affiliation": typed.affiliation,
    }
