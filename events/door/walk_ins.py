"""Who stands at the door without a seat: they are written down by hand, or get one from the organisers.

No mail goes out, for the event is about to begin or going on, and whoever is there reads the page.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from events.dates import is_on
from events.door.answering import Answer
from events.door.scans import Scan
from events.door.services import Doorkeeper, check_in
from events.models import EventDesk, Registration
from events.people import add_person
from events.phases import is_cancelled
from events.registering.line import lock_desk, registrations_of

State = Registration.State
BEFORE = dt.timedelta(hours=12)
"""How long before an event seats are given at its door."""


class NotNow(Exception):
    """Seats are given at the door on the day only; before, registration is the way."""


class AskOrganisers(Exception):
    """The person is known for the event and has no seat: whether they get one, its organisers decide."""


@dataclass(frozen=True)
class WalkIn:
    """Who came."""

    given_name: str
    family_name: str
    email: str
    affiliation: str = ""


def is_day(desk: EventDesk, now: dt.datetime) -> bool:
    """Whether seats are given at the door: from hours before the event, or one of its dates, to its end."""
    return not is_cancelled(desk) and is_on(desk.event, now, BEFORE)


def add_walk_in(
    desk_id: int, by: Doorkeeper, who: WalkIn, key: uuid.UUID, now: dt.datetime, *, may_seat: bool
) -> Answer:
    """Register somebody and check them in. Somebody with a seat under that address is checked in alone.

    ``may_seat``: whoever is known already and has no seat gets one. Raises :class:`AskOrganisers` otherwise,
    and :class:`NotNow`; nothing is changed then.
    """
    with transaction.atomic():
        desk = _lock_day(desk_id, now)
        names = {"given_name": who.given_name, "family_name": who.family_name}
        is_known = desk.people.filter(email__iexact=who.email).exists()
        person = add_person(desk, who.email, affiliation=who.affiliation, **names)
        registration = Registration.objects.filter(person=person).first() or Registration(person=person)
        if registration.pk is None or registration.state != State.CONFIRMED:
            if is_known and not may_seat:
                raise AskOrganisers
            _seat(desk, registration)
        return _let_in(desk, by, registration, key, now)


def admit(desk_id: int, by: Doorkeeper, registration_id: int, key: uuid.UUID, now: dt.datetime) -> Answer:
    """An organiser gives somebody who has none a seat and lets them in. Raises :class:`NotNow`.

    Raises ``Registration.DoesNotExist`` for somebody of another event.
    """
    with transaction.atomic():
        desk = _lock_day(desk_id, now)
        registration = registrations_of(desk).get(pk=registration_id)
        if registration.state != State.CONFIRMED:
            _seat(desk, registration)
        return _let_in(desk, by, registration, key, now)


def _lock_day(desk_id: int, now: dt.datetime) -> EventDesk:
    desk = lock_desk(desk_id)
    if not is_day(desk, now):
        raise NotNow
    return desk


def _seat(desk: EventDesk, registration: Registration) -> None:
    """At the end of the line, whoever they are."""
    last = registrations_of(desk).aggregate(n=Max("place"))["n"] or 0
    registration.place = registration.place or last + 1
    registration.state, registration.offered_until = State.CONFIRMED, None
    registration.save()


def _let_in(
    desk: EventDesk, by: Doorkeeper, registration: Registration, key: uuid.UUID, now: dt.datetime
) -> Answer:
    return check_in(desk.pk, by, [Scan(str(key), key, registration.badge, now)], now)[0]
