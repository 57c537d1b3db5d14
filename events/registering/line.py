"""The line for the seats of an event. Every function here is called with the desk's row locked.

A seat is taken by whoever has one and by whoever is offered one. The line never stands while a seat is free:
before somebody new joins, those who waited are served in the order of ``place``.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet

from events.dates import last_start
from events.models import EventDesk, EventPage, Interest, Person, Registration, Vote
from events.phases import Phase, is_open
from events.registering import letters
from events.registering.refusing import Reason, Refused

State = Registration.State
HOLDING = (State.CONFIRMED, State.OFFERED)
IN_LINE = (*HOLDING, State.WAITING)

BATCH = 50
"""How many are served at once, while all others wait for the desk; the job that looks each minute goes on."""


@dataclass(frozen=True)
class Line:
    """Seats that are taken, people who wait, the ``last`` place given; ``free`` None: no limit."""

    taken: int
    waiting: int
    last: int
    free: int | None


def lock_desk(desk_id: int) -> EventDesk:
    """The desk with its event, for this transaction alone.

    Its key stays free: a letter refers to the desk, and whoever writes one may hold the lock of the plan.
    """
    desks = EventDesk.objects.select_for_update(of=("self",), no_key=True)
    return desks.select_related("event").get(pk=desk_id)


def lock_open_desk(desk_id: int, now: dt.datetime) -> EventDesk:
    """The same while registration is open. Raises :class:`Refused`, also if the desk was closed just now."""
    try:
        desk = lock_desk(desk_id)
    except EventDesk.DoesNotExist:
        raise Refused(Reason.CLOSED) from None
    if not is_open(desk, Phase.REGISTRATION, now):
        raise Refused(Reason.CLOSED)
    return desk


def read_line(desk: EventDesk) -> Line:
    """How the line stands; one query."""
    found = registrations_of(desk).aggregate(
        taken=Count("pk", filter=Q(state__in=HOLDING)),
        waiting=Count("pk", filter=Q(state=State.WAITING)),
        last=Max("place"),
    )
    free = None if desk.seats is None else max(desk.seats - found["taken"], 0)
    return Line(found["taken"], found["waiting"], found["last"] or 0, free)


def registrations_of(desk: EventDesk) -> QuerySet[Registration]:
    """All registrations for the event."""
    return Registration.objects.filter(person__desk=desk)


def is_ahead(desk: EventDesk, now: dt.datetime) -> bool:
    """Whether the event is still to take place: nobody gets, loses or is offered a seat after it began.

    A series is, until its last date begins.
    """
    event = desk.event
    if not event.live or event.status == EventPage.Status.CANCELLED:
        return False
    starts = last_start(event)
    return starts is None or now < starts


def join(desk: EventDesk, registration: Registration, now: dt.datetime) -> None:
    """At the end of the line: a seat if one is free, else to wait.

    Raises :class:`Refused` where all is taken and nobody may wait.
    """
    advance(desk, now)
    line = read_line(desk)
    registration.place = line.last + 1
    if line.free is None or line.free > line.waiting:
        give_seat(desk, registration)
        return
    if not desk.has_waiting_list:
        raise Refused(Reason.FULL)
    registration.state, registration.offered_until = State.WAITING, None
    registration.save()
    letters.tell_waiting(desk, registration, ahead=line.waiting)


def give_seat(desk: EventDesk, registration: Registration) -> None:
    """The seat is theirs."""
    registration.state, registration.offered_until = State.CONFIRMED, None
    registration.save()
    letters.tell_seat(desk, registration)


def advance(desk: EventDesk, now: dt.datetime, cancelled: Collection[uuid.UUID] = ()) -> int:
    """End the offers whose time is over, then offer what is free to those who wait.

    Votes and interest go with the seat of those whose offer ends, and of those who ``cancelled``. At most
    :data:`BATCH` are served at once; how many were.
    """
    _drop_marks([*cancelled, *_expire(desk, now)])
    if not is_ahead(desk, now):
        return 0
    line = read_line(desk)
    waiting = registrations_of(desk).filter(state=State.WAITING).select_related("person")
    number = BATCH if line.free is None else min(line.free, BATCH)
    served = list(waiting.order_by("place", "pk")[:number] if line.waiting else [])
    for registration in served:
        _offer(desk, registration, now)
    return len(served)


def _offer(desk: EventDesk, registration: Registration, now: dt.datetime) -> None:
    """Whoever has no address would never read of an offer: the seat is theirs at once."""
    if not (desk.offer_hours and registration.person.has_address):
        give_seat(desk, registration)
        return
    until = now + dt.timedelta(hours=desk.offer_hours)
    registration.state = State.OFFERED
    registration.offered_until = min(filter(None, (until, last_start(desk.event))))
    registration.save()
    letters.tell_offer(desk, registration)


def _expire(desk: EventDesk, now: dt.datetime) -> list[uuid.UUID]:
    """Whose offer has ended. Nobody is told after the event has begun: nothing is left to do for them."""
    overdue = registrations_of(desk).filter(state=State.OFFERED, offered_until__lte=now)
    found = list(overdue.select_related("person").order_by("place", "pk"))
    for registration in found:
        registration.state, registration.offered_until = State.EXPIRED, None
        registration.save()
        if is_ahead(desk, now):
            letters.tell_expired(desk, registration)
    return [registration.person_id for registration in found]


def _drop_marks(people: Collection[uuid.UUID]) -> None:
    """Votes and interest of these are deleted.

    The people are locked first, as when they vote, and in the order in which merging sessions locks voters.
    """
    if not people:
        return
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk"))
    Vote.objects.filter(person__in=people).delete()
    Interest.objects.filter(person__in=people).delete()
