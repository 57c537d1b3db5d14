"""Calendar files after RFC 5545 and RFC 7986.

The bytes depend on what is in them and nothing else: an unchanged feed gives the same bytes, so it is
answered with 304.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from icalendar import Calendar, vDuration
from icalendar import Event as Component

from events.calendars.components import Meeting, build_meeting, build_slot, meeting_of, on_one_line
from events.calendars.zones import BERLIN, build_berlin
from hub.catalogue.models import CatalogueEntry
from hub.errors import UnreadableDocument

REFRESH = dt.timedelta(hours=1)
"""How often readers should ask again (RFC 7986, section 5.7)."""
COLOUR = "steelblue"
"""A name of CSS3, as RFC 7986 wants it (section 5.9)."""


def build_calendar(
    name: str, entries: Iterable[CatalogueEntry], *, programme: bool = False, rise: int = 0
) -> bytes:
    """A feed of the events among ``entries``, with their programmes if asked for.

    ``rise`` is added to the sequence of what stands in these. ``name`` is what the subscription is called in
    the reader's list.
    """
    components: list[Component] = []
    for meeting in filter(None, map(read_meeting, entries)):
        components += build_meeting(meeting)
        if programme:
            sequence = meeting.facts.sequence + rise
            components += [build_slot(meeting, slot, sequence) for slot in meeting.facts.slots]
    return build_feed(name, components)


def read_meeting(entry: CatalogueEntry) -> Meeting | None:
    """The event of an entry; None for one that needs a newer version: it must not take a feed down."""
    try:
        return meeting_of(entry.document, entry.changed)
    except UnreadableDocument:
        return None


def build_feed(name: str, components: Iterable[Component]) -> bytes:
    """A calendar to subscribe to. A name of several lines, or with signs no program shows, becomes one."""
    calendar = Calendar()
    calendar.add("prodid", "-//Wissenshub//Kalender//DE")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", on_one_line(name))
    calendar.add("x-wr-calname", on_one_line(name))
    calendar.add("color", COLOUR)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    return fill_calendar(calendar, components)


def fill_calendar(calendar: Calendar, components: Iterable[Component]) -> bytes:
    """The bytes of a calendar with these components, and the time zone they need before them."""
    held = list(components)
    if any(component["dtstart"].params.get("TZID") == BERLIN for component in held):
        calendar.add_component(build_berlin())
    for component in held:
        calendar.add_component(component)
    return bytes(calendar.to_ical())
