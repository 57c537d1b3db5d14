"""Calendars after RFC 5545 and RFC 7986, from documents alone.

The bytes depend on the entries and nothing else: the same entries give the same bytes, so an
unchanged feed is answered with 304. Times of Berlin carry a VTIMEZONE with yearly rules, since
some readers use only the first date of a list; times of other zones are written in UTC.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from urllib.parse import urlsplit

from icalendar import Calendar, Timezone, TimezoneDaylight, TimezoneStandard, vDuration
from icalendar import Event as Component

from hub.catalogue.models import CatalogueEntry
from hub.documents import Document, Event, Slot
from hub.errors import UnreadableDocument
from hub.instants import localise

BERLIN = "Europe/Berlin"
REFRESH = dt.timedelta(hours=1)
"""How often readers should ask again (RFC 7986, section 5.7)."""
STATUSES = frozenset({"tentative", "confirmed", "cancelled"})
"""The statuses of an event that RFC 5545 knows (section 3.8.1.11); another one is left out."""


def build_calendar(name: str, entries: Iterable[CatalogueEntry], *, programme: bool = False) -> bytes:
    """An iCalendar file of the events among ``entries``, with their programmes if asked for.

    ``name`` is what the subscription is called in the reader's list.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Wissenshub//Kalender//DE")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    components = [component for entry in entries for component in _build_components(entry, programme)]
    if any(component["dtstart"].params.get("TZID") == BERLIN for component in components):
        calendar.add_component(build_berlin())
    for component in components:
        calendar.add_component(component)
    return bytes(calendar.to_ical())


def build_berlin() -> Timezone:
    """Central European time with the rules in force since 1996 (directive 2000/84/EC)."""
    zone = Timezone()
    zone.add("tzid", BERLIN)
    for part, name, start, month, before, after in (
        (TimezoneDaylight(), "CEST", dt.datetime(1996, 3, 31, 2), 3, 1, 2),  # noqa: DTZ001 - local, RFC 5545
        (TimezoneStandard(), "CET", dt.datetime(1996, 10, 27, 3), 10, 2, 1),  # noqa: DTZ001 - section 3.6.5
    ):
        part.add("dtstart", start)
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1su"})
        part.add("tzoffsetfrom", dt.timedelta(hours=before))
        part.add("tzoffsetto", dt.timedelta(hours=after))
        part.add("tzname", name)
        zone.add_component(part)
    return zone


def uid_of(document: Document, slot: Slot | None = None) -> str:
    """``<uuid>@<host>``: the event's uuid or the slot's, at the host that publishes it."""
    return f"{slot.uid if slot else document.uuid}@{urlsplit(document.origin).hostname}"


def _build_components(entry: CatalogueEntry, programme: bool) -> list[Component]:
    try:
        document = entry.document
    except UnreadableDocument:
        return []  # one entry that needs a newer version must not take the whole feed down
    event = document.event
    if event is None:
        return []
    components = [_build_event(entry, document, event)]
    if programme:
        components += [_build_slot(entry, document, event, slot) for slot in event.slots]
    return components


def _build_event(entry: CatalogueEntry, document: Document, event: Event) -> Component:
    text = document.text()
    component = _start_component(entry, document, event, None)
    component.add("summary", text.title)
    if place := ", ".join(filter(None, (event.location, event.address))):
        component.add("location", place)
    lines = [text.summary]
    if event.registration_url:
        lines.append(event.registration_url)
    component.add("description", "\n".join(filter(None, lines)))
    if document.topics:
        component.add("categories", list(document.topics))
    if event.online_url:
        component.add("conference", event.online_url, parameters={"VALUE": "URI"})
    if document.contact and (
        contact := ", ".join(filter(None, (document.contact.role, document.contact.email)))
    ):
        component.add("contact", contact)
    return component


def _build_slot(entry: CatalogueEntry, document: Document, event: Event, slot: Slot) -> Component:
    component = _start_component(entry, document, event, slot)
    component.add("summary", slot.title)
    if place := ", ".join(filter(None, (slot.room, event.location))):
        component.add("location", place)
    if lines := [*slot.hosts, slot.summary]:
        component.add("description", "\n".join(filter(None, lines)))
    component.add("related-to", uid_of(document))
    return component


def _start_component(entry: CatalogueEntry, document: Document, event: Event, slot: Slot | None) -> Component:
    when = slot or event
    component = Component()
    component.add("uid", uid_of(document, slot))
    component.add("dtstamp", _whole_second(entry.changed))
    component.add("last-modified", _whole_second(entry.changed))
    component.add("sequence", event.sequence)
    if event.status in STATUSES:
        component.add("status", event.status.upper())
    component.add("dtstart", _local(when.starts, event.timezone))
    component.add("dtend", _local(when.ends, event.timezone))
    component.add("url", document.id)
    return component


def _local(moment: dt.datetime, zone: str) -> dt.datetime:
    local = localise(_whole_second(moment), BERLIN if zone == BERLIN else "UTC")
    # A local time that occurs twice means the first one (RFC 5545, section 3.3.5): the second is UTC.
    return localise(local, "UTC") if local.fold else local


def _whole_second(moment: dt.datetime) -> dt.datetime:
    return localise(moment, "UTC").replace(microsecond=0)
