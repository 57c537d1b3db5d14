"""A town registers its colleagues: each gets a letter and the link to all that is theirs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from events.models import EventDesk, Person, Registration
from events.phases import Phase, is_open
from events.registering import line
from events.registering.line import IN_LINE
from events.registering.queries import count_left, list_registered
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

    Who takes part or waits already keeps what they have and gets no letter. Raises :class:`Refused`, and then
    nobody was registered.
    """
    with transaction.atomic():
        desk = line.lock_desk(registrar.desk_id)
        if not is_open(desk, Phase.REGISTRATION, now):
            raise Refused(Reason.CLOSED)
        new = [each for each in people if not _takes_part(desk, each.email)]
        if len(new) > count_left(desk, list_registered(registrar)):
            raise Refused(Reason.TOO_MANY)
        return [_register(desk, registrar, each, affiliation, now) for each in new]


def _takes_part(desk: EventDesk, email: str) -> bool:
    return line.registrations_of(desk).filter(person__email__iexact=email, state__in=IN_LINE).exists()


def _register(
    desk: EventDesk, registrar: Person, colleague: Colleague, affiliation: str, now: dt.datetime
) -> Registration:
    person = desk.people.filter(email__iexact=colleague.email).first()
    if person is None:
        person = desk.people.create(
            email=colleague.email.lower(),
            given_name=colleague.given_name,
            family_name=colleague.family_name,
            affiliation=affiliation,
            body=registrar.body,
            language=registrar.language,
        )
    registration, _ = Registration.objects.get_or_create(person=person)
    registration.person, registration.registered_by = person, registrar
    line.join(desk, registration, now)
    return registration
