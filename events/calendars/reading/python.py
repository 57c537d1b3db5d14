"""recurring-ical-events, on top of icalendar."""

from __future__ import annotations

import datetime as dt

from icalendar import Calendar

from events.calendars.reading.instances import Instance, ReaderMissing, begin_within, instance_of


def read(body: bytes, first: dt.datetime, last: dt.datetime) -> set[Instance]:
    """Every date of every event that begins in that time."""
    try:
        import recurring_ical_events
    except ImportError as error:
        raise ReaderMissing("recurring-ical-events") from error
    found = recurring_ical_events.of(Calendar.from_ical(body)).between(first, last)
    dates = {instance_of(str(event["uid"]), event.start, event.end) for event in found}
    return begin_within(dates, first, last)
