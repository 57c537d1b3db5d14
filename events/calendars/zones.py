"""Times as calendars write them: Berlin with rules of its own, all other zones in UTC."""

from __future__ import annotations

import datetime as dt

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

from hub.instants import localise

BERLIN = "Europe/Berlin"


def build_berlin() -> Timezone:
    """Central European time with the rules in force since 1996 (directive 2000/84/EC).

    Yearly rules, since some readers use only the first date of a list.
    """
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


def calendar_time(moment: dt.datetime, zone: str) -> dt.datetime:
    """The moment as it is written for an event of that zone, to the second."""
    local = localise(whole_second(moment), BERLIN if zone == BERLIN else "UTC")
    # A local time that occurs twice means the first one (RFC 5545, section 3.3.5): the second is UTC.
    return localise(local, "UTC") if local.fold else local


def whole_second(moment: dt.datetime) -> dt.datetime:
    """The moment in UTC, to the second."""
    return localise(moment, "UTC").replace(microsecond=0)
