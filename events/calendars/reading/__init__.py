"""How other programs read a calendar file: each answers with the instants it finds.

They are tools of development, so each is imported when it is asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from events.calendars.reading import ical_js, pimutils, python
from events.calendars.reading.instances import Instance

Reader = Callable[[bytes, dt.datetime, dt.datetime], set[Instance]]
"""Takes a file and the time that is looked at, whose end is outside it."""

READERS: Mapping[str, Reader] = {
    "recurring-ical-events": python.read,
    "khal": pimutils.read_with_khal,
    "vdirsyncer": pimutils.read_with_vdirsyncer,
    "ical.js": ical_js.read,
}
