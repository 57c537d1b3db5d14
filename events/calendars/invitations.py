"""Invitations to an event by mail: iTIP (RFC 5546) as iMIP carries it (RFC 6047)."""

from __future__ import annotations

import dataclasses
from email.utils import parseaddr

from django.utils import timezone
from icalendar import Calendar, vCalAddress
from icalendar import Event as Component

from events.calendars.components import build_meeting, on_one_line
from events.calendars.files import fill_calendar
from events.calendars.own import meeting_of_page
from events.mailing.writing import Invitation
from events.models import Registration
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


def _write(registration: Registration, method: str) -> Invitation:
    event = registration.person.desk.event
    meeting = meeting_of_page(event)
    if meeting is None:
        raise ValueError("an event without a time")
    _note_as_told(registration)
    facts = meeting.facts.model_copy(update={"status": "cancelled"} if method == CANCEL else {})
    told = dataclasses.replace(meeting, stamp=timezone.now(), facts=facts)
    components = build_meeting(told, registration.sequence + event.sequence)
    if method == CANCEL:
        components = components[:1]  # of a series, all dates at once
    for component in components:
        _address(component, registration)
    calendar = Calendar()
    calendar.add("prodid", "-//Wissenshub//Einladung//DE")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return Invitation(method, fill_calendar(calendar, components))


def _note_as_told(registration: Registration) -> None:
    """Whatever follows has a higher sequence, else programs take it for what they know (section 2.1.4)."""
    if registration.told_schedule:
        registration.sequence += 1
    registration.told_schedule = registration.person.desk.event.digest_meeting()
    registration.save(update_fields=["sequence", "told_schedule", "changed"])


def _address(component: Component, registration: Registration) -> None:
    """From whom to whom. The organiser is a bare ``mailto:``, which every program can answer."""
    person = registration.person
    organiser = person.desk.contact_email or parseaddr(env.mail_from)[1]
    component.add("organizer", vCalAddress(f"mailto:{organiser}"))
    attendee = vCalAddress(f"mailto:{person.email}")
    attendee.params["CN"] = on_one_line(person.name).replace('"', "'")
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    attendee.params["PARTSTAT"] = "ACCEPTED"
    attendee.params["RSVP"] = "FALSE"
    component.add("attendee", attendee)
