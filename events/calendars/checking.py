"""Whether all programs read a calendar file alike, to the second."""

from __future__ import annotations

import datetime as dt
import subprocess
from dataclasses import dataclass, field

from icalendar import Calendar

from events.calendars.reading import READERS
from events.calendars.reading.instances import Instance, ReaderMissing

BEFORE, AFTER = dt.timedelta(days=1), dt.timedelta(days=800)
"""What is looked at: from before the first date of a file until two years after the last that begins one."""


@dataclass
class Finding:
    """What was found in one file: every date the first reader sees, who read it, and what is wrong."""

    dates: list[Instance] = field(default_factory=list)
    readers: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def check_file(body: bytes) -> Finding:
    """Read a file with every reader that is installed and compare what they find."""
    try:
        calendar = Calendar.from_ical(body)
        starts = [_as_utc(event.start) for event in calendar.events if "dtstart" in event]
    except ValueError as error:
        return Finding(faults=[f"no calendar: {error}"])
    finding = Finding(faults=_list_errors(calendar))
    if not starts:
        return finding
    first, last = min(starts) - BEFORE, max(starts) + AFTER
    found: dict[str, set[Instance]] = {}
    for name, read in READERS.items():
        try:
            found[name] = read(body, first, last)
        except ReaderMissing:
            finding.missing.append(name)
        except subprocess.CalledProcessError as error:
            finding.faults.append(f"{name} cannot read it: {error.stderr.decode()[-300:].strip()}")
        except Exception as error:
            finding.faults.append(f"{name} cannot read it: {type(error).__name__}: {error}")
    finding.readers = list(found)
    finding.dates = sorted(set().union(*found.values()), key=lambda date: (date.starts, date.uid))
    finding.faults += _compare(found)
    return finding


def _list_errors(calendar: Calendar) -> list[str]:
    """Whatever icalendar could not read is kept as an error of its component, and else ignored."""
    return [
        f"{component.name} {component.get('uid', '')}: {name}: {message}"
        for component in calendar.walk()
        for name, message in component.errors
    ]


def _compare(found: dict[str, set[Instance]]) -> list[str]:
    """One line for each date that not all see, with who does."""
    faults = []
    for date in sorted(set().union(*found.values()), key=lambda date: (date.starts, date.uid)):
        seen = [name for name, dates in found.items() if date in dates]
        if len(seen) < len(found):
            not_seen = [name for name in found if name not in seen]
            span = f"{date.starts:%Y-%m-%dT%H:%M:%SZ} to {date.ends:%Y-%m-%dT%H:%M:%SZ}"
            faults.append(f"{date.uid}: {span}: seen by {', '.join(seen)}, not by {', '.join(not_seen)}")
    return faults


def _as_utc(moment: dt.datetime | dt.date) -> dt.datetime:
    if not isinstance(moment, dt.datetime):
        moment = dt.datetime.combine(moment, dt.time(), dt.UTC)
    return moment.replace(tzinfo=moment.tzinfo or dt.UTC).astimezone(dt.UTC)
