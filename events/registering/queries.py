"""What is read about registrations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from events.dates import last_end
from events.models import EventDesk, EventPage, Person, Registration
from events.people import write_token
from events.registering.line import registrations_of
from hub.accounts.models import User
from hub.env import env

State = Registration.State

MOST_LINKS = 5
"""Events of which somebody gets the link by one form: each is a mail."""


@dataclass(frozen=True)
class Participation:
    """An event somebody takes part in or proposed something for, and the token of their page."""

    person: Person
    registration: Registration | None
    token: str


def offered_registration(event: EventPage) -> str:
    """Where one takes part: here, from when its desk says when registration or proposals open.

    That page leads to both, and to the page's own address, which is offered alone before. One query.
    """
    key = event.translation_key
    opens = Q(registration_opens__isnull=False) | Q(proposals_open__isnull=False)
    if EventDesk.objects.filter(opens, event__translation_key=key).exists():
        return env.origin + reverse("events:register", args=[key])
    return str(event.registration_url)


def place_in_line(desk: EventDesk, registration: Registration | None) -> int | None:
    """1 for whoever is next, None for whoever does not wait; at most one query."""
    if registration is None or registration.state != State.WAITING:
        return None
    waiting = registrations_of(desk).filter(state=State.WAITING)
    return waiting.filter(place__lt=registration.place or 0).count() + 1


def list_participations(user: User, now: dt.datetime) -> list[Participation]:
    """Events of an account that are not over yet, by their beginning; one query.

    Under an address that it has only typed it takes part in nothing, and gets no link.
    """
    people = Person.objects.filter(
        user=user, confirmed__isnull=False, desk__event__live=True, desk__event__ends__gte=now
    )
    found = people.select_related("desk__event", "registration").order_by("desk__event__starts", "pk")
    return [
        Participation(person, getattr(person, "registration", None), write_token(person)) for person in found
    ]


def list_known(email: str, now: dt.datetime) -> list[Person]:
    """Whoever an address is in events that are not over yet, the next ones first; one query.

    Of a series its first date counts, so one that began long ago comes before those of next week; after its
    last one it is over.
    """
    found = Person.objects.filter(email__iexact=email, desk__event__live=True).select_related("desk__event")
    ahead = Q(desk__event__ends__gte=now) | Q(desk__event__ends=None) | ~Q(desk__event__recurrence_rule="")
    ends = (
        (each, last_end(each.desk.event))
        for each in found.filter(ahead).order_by("desk__event__starts", "pk")
    )
    return [each for each, end in ends if end is None or end >= now][:MOST_LINKS]


def list_registered(person: Person) -> Sequence[Registration]:
    """Whom they have registered, in the order of the line; one query."""
    found = Registration.objects.filter(registered_by=person).select_related("person")
    return list(found.order_by("place", "pk"))


def count_left(desk: EventDesk, held: Sequence[Registration]) -> int:
    """How many more somebody may register who has registered these: those who are gone do not count."""
    there = [each for each in held if each.state not in (State.CANCELLED, State.EXPIRED)]
    return max(desk.group_size - len(there), 0)
