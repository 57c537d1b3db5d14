"""Invitations to an event by mail: iTIP (RFC 5546) as iMIP carries it (RFC 6047)."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable
from email.utils import parseaddr

from django.utils import timezone
from icalendar import Calendar, vCalAddress
from icalendar import Event as Component

from events.calendars.components import Meeting, build_date, build_meeting, build_slot, on_one_line
from events.calendars.files import fill_calendar
from events.calendars.pages import meeting_of_page
from events.mailing.writing import Invitation
from events.models import EventDesk, EventPage, Person, Registration, Release
from hub.documents import Slot
from hub.documents.series import Date
from hub.env import env

REQUEST, CANCEL = "REQUEST", "CANCEL"


def write_invitation(registration: Registration) -> Invitation:
    """The event as it is now, for somebody who has a seat, or an update of what they were told before.

    The person is noted as told of it, so call it in the transaction that writes the letter. Raises
    ``ValueError`` while the event has no time.
    """
    return _write(registration, REQUEST)


def write_cancellation(registration: Registration) -> Invitation:
    """Takes the event out of their calendar: they have no seat any more, or it does not take place.

    For the rest see :func:`write_invitation`.
    """
    return _write(registration, CANCEL)


def write_date(registration: Registration, date: Date) -> Invitation:
    """One date of a series as it is now, by itself: Outlook takes the change of a date in no other way.

    CANCEL if it does not take place. For the rest see :func:`write_invitation`.
    """
    method = CANCEL if date.is_cancelled else REQUEST
    desk = registration.person.desk
    meeting = _meeting_of(desk.event, method, timezone.now())
    note_as_told(registration)
    component = build_date(meeting, date, registration.sequence + desk.event.sequence)
    _address(component, desk, registration.person.email, registration.person.name)
    return _enclose(method, [component])


def write_host_invitation(
    release: Release,
    slot: Slot,
    to: Person | str,
    name: str,
    *,
    is_cancelled: bool,
    stamp: dt.datetime | None = None,
) -> Invitation:
    """A session for the calendar of one who runs it, as the release has it; cancelled, it leaves there.

    The sequence rises with each release, with each change of the plan and with each of the published event,
    so an entry that comes back is higher than its cancellation. ``stamp``: when this is told, if not by the
    release itself. Raises ``ValueError`` while the event has no time.
    """
    desk, method = release.plan.desk, CANCEL if is_cancelled else REQUEST
    meeting = _meeting_of(desk.event, method, stamp or release.at)
    sequence = desk.event.sequence + release.number + release.plan.version
    component = build_slot(meeting, slot, sequence)
    _address(component, desk, to.email if isinstance(to, Person) else to, name)
    return _enclose(method, [component])


def _write(registration: Registration, method: str) -> Invitation:
    desk = registration.person.desk
    meeting = _meeting_of(desk.event, method, timezone.now())
    note_as_told(registration)
    components = build_meeting(meeting, registration.sequence + desk.event.sequence)
    if method == CANCEL:
        components = components[:1]  # of a series, all dates at once
    for component in components:
        _address(component, desk, registration.person.email, registration.person.name)
    return _enclose(method, components)


def _meeting_of(event: EventPage, method: str, stamp: dt.datetime) -> Meeting:
    meeting = meeting_of_page(event)
    if meeting is None:
        raise ValueError("an event without a time")
    facts = meeting.facts.model_copy(update={"status": "cancelled"} if method == CANCEL else {})
    return dataclasses.replace(meeting, stamp=stamp, facts=facts)


def _enclose(method: str, components: Iterable[Component]) -> Invitation:
    calendar = Calendar()
    calendar.add("prodid", "-//Wissenshub//Einladung//DE")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return Invitation(method, fill_calendar(calendar, components))


def note_as_told(registration: Registration) -> None:
    """They know the event as it is now.

    Whatever follows has a higher sequence, else programs take it for what they know (section 2.1.4).
    """
    if registration.told_schedule:
        registration.sequence += 1
    event = registration.person.desk.event
    registration.told_schedule, registration.told_facts = event.digest_meeting(), event.dump_meeting()
    registration.save(update_fields=["sequence", "told_schedule", "told_facts", "changed"])


def note_as_known(registration: Registration) -> None:
    """They know when the event is, without an entry in their calendar: they wait for a seat."""
    registration.told_facts = registration.person.desk.event.dump_meeting()
    registration.save(update_fields=["told_facts", "changed"])


def _address(component: Component, desk: EventDesk, email: str, name: str) -> None:
    """From whom to whom. The organiser is a bare ``mailto:``, which every program can answer."""
    component.add("organizer", vCalAddress(f"mailto:{desk.contact_email or parseaddr(env.mail_from)[1]}"))
    attendee = vCalAddress(f"mailto:{email}")
    attendee.params["CN"] = on_one_line(name).replace('"', "'")
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    attendee.params["PARTSTAT"] = "ACCEPTED"
    attendee.params["RSVP"] = "FALSE"
    component.add("attendee", attendee)
