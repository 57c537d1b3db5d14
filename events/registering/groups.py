"""A town registers its colleagues: each gets a letter and the link to all that is theirs."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from events.models import EventDesk, Person, Registration
from events.proving import disown, end_links
from events.registering import letters, line, services
from events.registering.line import IN_LINE
from events.registering.queries import count_left, list_registered, place_in_line
from events.registering.refusing import Reason, Refused


@dataclass(frozen=True)
class Colleague:
    """Somebody to be registered."""

    given_name: str
    family_name: str
    email: str


def register_colleagues(
    registrar: Person, people: Sequence[Colleague], affiliation: str, now: dt.datetime
) -> list[Registration]:
    """Register them in this order: the first take the seats that are free, the others wait in the same order.

    Only those who are not known here: who takes part or waits keeps what they have and gets no letter, all
    others, as who cancelled, get the link by which they decide themselves. Raises :class:`Refused`, and then
    nobody was registered.
    """
    with transaction.atomic():
        desk = line.lock_open_desk(registrar.desk_id, now)
        if len(people) > count_left(desk, list_registered(registrar)):
            raise Refused(Reason.TOO_MANY)
        made = []
        for each in people:
            if known := desk.people.filter(email__iexact=each.email).first():
                _ask(desk, known, now)
            else:
                made.append(_register(desk, registrar, each, affiliation, now))
        return made


def _ask(desk: EventDesk, known: Person, now: dt.datetime) -> None:
    disown(known)
    registration, _ = Registration.objects.get_or_create(person=known)
    if registration.state not in IN_LINE:
        registration.person = known
        letters.ask_to_confirm(desk, registration, now)


def _register(
    desk: EventDesk, registrar: Person, colleague: Colleague, affiliation: str, now: dt.datetime
) -> Registration:
    person = desk.people.create(
        email=colleague.email.lower(),
        given_name=colleague.given_name,
        family_name=colleague.family_name,
        affiliation=affiliation,
        body=registrar.body,
        language=registrar.language,
    )
    registration = Registration(person=person, registered_by=registrar)
    line.join(desk, registration, now)
    return registration


def find_colleague(registrar: Person, key: uuid.UUID) -> Registration | None:
    """The registration of a person whom they registered; None of anybody else."""
    found = Registration.objects.select_related("person").filter(registered_by=registrar, person=key)
    return found.first()


def cancel_colleague(registrar: Person, key: uuid.UUID, now: dt.datetime) -> bool:
    """Give their place to the next; a letter tells them by whom. Raises :class:`Refused`.

    False if they had no place any more, or have one of their own.
    """
    with transaction.atomic():
        line.lock_desk(registrar.desk_id)
        registration = find_colleague(registrar, key)
        if registration is None or registration.state not in IN_LINE:
            return False
        services.cancel(registration.person, now, registrar=registrar.name or registrar.email)
        return True


def may_correct(registration: Registration) -> bool:
    """Whether the address was never confirmed: it may be a slip of whoever typed it."""
    person = registration.person
    return person.confirmed is None and person.user_id is None and registration.state in IN_LINE


def correct_colleague(registrar: Person, key: uuid.UUID, email: str, now: dt.datetime) -> None:
    """The address they meant: the first letter goes there, links at the mistyped one end, and it is told so.

    Raises :class:`Refused`.
    """
    with transaction.atomic():
        desk = line.lock_desk(registrar.desk_id)
        registration = find_colleague(registrar, key)
        if registration is None or not may_correct(registration):
            raise Refused(Reason.OPENED)
        if not line.is_ahead(desk, now):
            raise Refused(Reason.OVER)
        if desk.people.filter(email__iexact=email).exists():
            raise Refused(Reason.TAKEN)
        person = registration.person
        end_links(person)
        old, person.email, person.unreachable = person.email, email.lower(), ""
        person.save(update_fields=["email", "unreachable"])
        letters.tell_moved(desk, person, old)
        letters.tell_again(desk, registration, ahead=(place_in_line(desk, registration) or 1) - 1)
