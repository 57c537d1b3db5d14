"""Events for tests: a day with rooms, bands and sessions, and people who take part."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from wagtail.models import Page

from events.models import (
    Band,
    EventDesk,
    EventPage,
    Host,
    Person,
    Placement,
    Plan,
    Registration,
    Room,
    Session,
    SessionHost,
)
from hub.instants import localise

DAYS_AHEAD = 30
HOURS = ((9, 10), (10, 11), (11, 12), (13, 14), (14, 15), (15, 16))


def at(hour: int, minute: int = 0, *, days: int = DAYS_AHEAD) -> dt.datetime:
    """That time of the day in Berlin, on the day of the event; ``days`` from today elsewhere."""
    day = localise(timezone.now(), "Europe/Berlin") + dt.timedelta(days=days)
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)


def add_event(section: Page, title: str = "Barcamp", *, live: bool = True, **fields: Any) -> EventPage:
    """An event of one day from 9 to 17 in thirty days, published by default."""
    values: dict[str, Any] = {
        "summary": "Ein Tag Austausch.",
        "starts": at(9),
        "ends": at(17),
        "location": "Digital Hub",
        "topics": ["ikz"],
        **fields,
    }
    page = EventPage(title=title, live=False, **values)
    section.add_child(instance=page)
    if live:
        page.save_revision().publish()
    return EventPage.objects.get(pk=page.pk)


def add_desk(event: EventPage, **fields: Any) -> EventDesk:
    """Its desk; registration, proposals and the vote are open by default."""
    opened = timezone.now() - dt.timedelta(days=1)
    values: dict[str, Any] = {
        "registration_opens": opened,
        "proposals_open": opened,
        "votes_open": opened,
        "contact_name": "Geschäftsstelle",
        "contact_email": "barcamp@mainz.demo.invalid",
        **fields,
    }
    return EventDesk.objects.create(event=event, **values)


def add_participant(desk: EventDesk, name: str = "Kim", **fields: Any) -> Person:
    """Somebody with a confirmed address; nobody has a seat by it (see :func:`add_seat`)."""
    values: dict[str, Any] = {
        "email": f"{name.lower()}@stadt.demo.invalid",
        "given_name": name,
        "family_name": "Beispiel",
        "confirmed": timezone.now(),
        **fields,
    }
    return Person.objects.create(desk=desk, **values)


def add_seat(person: Person, state: str = Registration.State.CONFIRMED, **fields: Any) -> Registration:
    """A registration; the place in the line is the next."""
    place = fields.pop("place", Registration.objects.filter(person__desk=person.desk).count() + 1)
    return Registration.objects.create(person=person, state=state, place=place, **fields)


def add_plan(desk: EventDesk, rooms: int = 2) -> Plan:
    """A plan with so many rooms, six bands of an hour and a break at noon."""
    plan = Plan.objects.create(desk=desk)
    for number in range(1, rooms + 1):
        Room.objects.create(plan=plan, name=f"Raum {number}", position=number, capacity=20 * number)
    for first, last in HOURS:
        Band.objects.create(plan=plan, during=(at(first), at(last)))
    Band.objects.create(plan=plan, during=(at(12), at(13)), label="Mittagspause", is_break=True)
    return plan


def add_session(plan: Plan, title: str = "KI im Bürgerbüro", *hosts: Host, **fields: Any) -> Session:
    """An accepted session with these hosts, in no room yet."""
    values: dict[str, Any] = {"state": Session.State.ACCEPTED, **fields}
    session = Session.objects.create(plan=plan, title=title, **values)
    for position, host in enumerate(hosts):
        SessionHost.objects.create(session=session, host=host, position=position)
    return session


def add_host(plan: Plan, name: str = "Alex Beispiel", **fields: Any) -> Host:
    """Somebody who runs sessions."""
    return Host.objects.create(plan=plan, name=name, **fields)


def put(session: Session, room: Room, first: int, last: int) -> Placement:
    """The session in that room, from one hour to another."""
    return Placement.objects.create(session=session, room=room, during=(at(first), at(last)))
