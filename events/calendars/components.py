"""VEVENTs of events and the entries of their programmes, from the facts of documents alone."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from icalendar import Event as Component
from icalendar import vRecur

from events.calendars.zones import calendar_time, whole_second
from hub.documents import Document, Event, Slot
from hub.documents.series import Date, list_dates, rule_of

STATUSES = frozenset({"tentative", "confirmed", "cancelled"})
"""The statuses of an event that RFC 5545 knows (section 3.8.1.11); another one is left out."""
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Meeting:
    """What a calendar says of an event: its facts, and what its document adds to them.

    ``uid`` stays for ever, ``stamp`` is when it was last changed, ``address`` where it can be read.
    """

    uid: str
    stamp: dt.datetime
    address: str
    title: str
    facts: Event
    summary: str = ""
    topics: tuple[str, ...] = field(default=())
    contact: str = ""


def meeting_of(document: Document, stamp: dt.datetime) -> Meeting | None:
    """The meeting a document tells of; None if it is no event."""
    if document.event is None:
        return None
    text, contact = document.text(), document.contact
    return Meeting(
        uid=uid_of(document.uuid, document.origin),
        stamp=stamp,
        address=document.id,
        title=text.title,
        facts=document.event,
        summary=text.summary,
        topics=document.topics,
        contact=", ".join(filter(None, (contact.role, contact.email))) if contact else "",
    )


def uid_of(key: str, origin: str) -> str:
    """``<uuid>@<host>``: the event's uuid or the slot's, at the host that publishes it."""
    return f"{key}@{urlsplit(origin).hostname}"


def on_one_line(text: str) -> str:
    """A name as programs list it: line breaks and what cannot be seen become spaces."""
    return " ".join(CONTROL.sub(" ", text).split())


def build_meeting(meeting: Meeting, sequence: int | None = None) -> list[Component]:
    """The event, followed by those dates of a series that were moved; ``sequence`` replaces its own.

    Cancelled dates are taken out of the series by EXDATE, which all programs read alike.
    """
    facts = meeting.facts
    component = _start(meeting, facts.starts, facts.ends, sequence)
    _describe(component, meeting, ", ".join(filter(None, (facts.location, facts.address))))
    rule = rule_of(facts)
    if rule is None:
        return [component]
    component.add("rrule", vRecur.from_ical(str(rule)))
    dates = [date for date in list_dates(facts) if date.exception]
    for date in dates:
        if date.is_cancelled:
            component.add("exdate", calendar_time(date.at, facts.timezone))
    moved = [build_date(meeting, date, sequence) for date in dates if not date.is_cancelled]
    return [component, *moved]


def build_date(meeting: Meeting, date: Date, sequence: int | None) -> Component:
    """One date of a series, named by when it is by the rule (RECURRENCE-ID)."""
    facts = meeting.facts
    component = _start(meeting, date.starts, date.ends, sequence)
    component.add("recurrence-id", calendar_time(date.at, facts.timezone))
    usual = ", ".join(filter(None, (facts.location, facts.address)))
    _describe(component, meeting, (date.exception and date.exception.location) or usual)
    return component


def build_slot(meeting: Meeting, slot: Slot, sequence: int | None = None) -> Component:
    """One entry of the programme, which is a part of the event; for ``sequence`` see above."""
    component = _start(meeting, slot.starts, slot.ends, sequence)
    component["uid"] = uid_of(slot.uid, meeting.address)
    component.add("summary", on_one_line(slot.title))
    if place := ", ".join(filter(None, (slot.room, meeting.facts.location))):
        component.add("location", place)
    if lines := "\n".join(filter(None, [*slot.hosts, slot.summary])):
        component.add("description", _readable(lines))
    if online := slot.online_url or meeting.facts.online_url:
        component.add("conference", online, parameters={"VALUE": "URI"})
    component.add("related-to", meeting.uid)
    return component


def _start(meeting: Meeting, starts: dt.datetime, ends: dt.datetime, sequence: int | None) -> Component:
    component, facts = Component(), meeting.facts
    component.add("uid", meeting.uid)
    component.add("dtstamp", whole_second(meeting.stamp))
    component.add("last-modified", whole_second(meeting.stamp))
    component.add("sequence", facts.sequence if sequence is None else sequence)
    if facts.status in STATUSES:
        component.add("status", facts.status.upper())
    component.add("dtstart", calendar_time(starts, facts.timezone))
    component.add("dtend", calendar_time(ends, facts.timezone))
    component.add("url", meeting.address)
    return component


def _describe(component: Component, meeting: Meeting, place: str) -> None:
    facts = meeting.facts
    component.add("summary", on_one_line(meeting.title))
    if place:
        component.add("location", place)
    if lines := "\n".join(filter(None, (meeting.summary, facts.registration_url))):
        component.add("description", _readable(lines))
    if meeting.topics:
        component.add("categories", list(meeting.topics))
    if facts.online_url:
        component.add("conference", facts.online_url, parameters={"VALUE": "URI"})
    if meeting.contact:
        component.add("contact", meeting.contact)


def _readable(text: str) -> str:
    """Text of several lines without characters that RFC 5545 does not allow (section 3.3.11)."""
    return CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
