"""What no schema can say of a schedule, in either form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from events.printing.checking.faults import Fault
from events.printing.checking.trees import Path


@dataclass(frozen=True)
class Entry:
    """A session of a file that fits its schema. ``room`` is where it lies, ``named`` what it says itself."""

    line: int
    day: int
    guid: str
    number: str
    slug: str
    title: str
    starts: dt.datetime
    clock: str
    ends: dt.datetime
    room: str
    named: str


@dataclass(frozen=True)
class DayFrame:
    """A day of a file: its number among the days, and from when to when it lasts."""

    line: int
    index: int
    date: str
    starts: dt.datetime
    ends: dt.datetime


@dataclass(frozen=True)
class Frame:
    """A whole file. ``once`` are the lines on which what stands once in the conference stands."""

    line: int
    acronym: str
    count: str
    days: list[DayFrame]
    entries: list[Entry]
    once: dict[str, list[int]]


def check_rules(frame: Frame) -> Iterator[Fault]:
    """What is wrong with it."""
    for name, lines in frame.once.items():
        if len(lines) != 1:
            much = "lacks" if not lines else "holds more than one"
            yield Fault(lines[1] if lines else frame.line, f"The conference {much} “{name}”.")
    if frame.count and int(frame.count) != len(frame.days):
        yield Fault(frame.line, f"The conference says {frame.count} days, and there are {len(frame.days)}.")
    yield from _check_days(frame.days)
    for name in ("guid", "number", "slug"):
        yield from _check_unique(frame.entries, name)
    for entry in frame.entries:
        yield from _check_entry(entry, frame)
    yield from _check_rooms(frame.entries)


def _check_days(days: list[DayFrame]) -> Iterator[Fault]:
    for day in days:
        if day.ends <= day.starts:
            yield Fault(day.line, f"The day {day.date} ends before it starts.")
        if day.starts.date().isoformat() != day.date:
            yield Fault(day.line, f"The day {day.date} starts on {day.starts.date()}.")
    for before, after in pairwise(days):
        if after.index <= before.index or after.starts < before.ends:
            yield Fault(after.line, f"The day {after.date} does not follow the one before it.")


def _check_unique(entries: Iterable[Entry], name: str) -> Iterator[Fault]:
    seen: dict[str, Entry] = {}
    for entry in entries:
        value = str(getattr(entry, name)).lower()
        if value and (first := seen.setdefault(value, entry)) is not entry:
            said = "id" if name == "number" else name
            yield Fault(
                entry.line,
                f"“{entry.title}” has the {said} of “{first.title}” in line {first.line}: {value}.",
            )


def _check_entry(entry: Entry, frame: Frame) -> Iterator[Fault]:
    day = frame.days[entry.day]
    if not day.starts <= entry.starts < day.ends:
        yield Fault(
            entry.line,
            f"“{entry.title}” starts {entry.starts:%Y-%m-%d %H:%M}, which is not on the day {day.date} "
            f"({day.starts:%H:%M} to {day.ends:%H:%M}).",
        )
    if entry.clock[:5] != f"{entry.starts:%H:%M}":
        yield Fault(entry.line, f"“{entry.title}” says {entry.clock}, and its date {entry.starts:%H:%M}.")
    if entry.ends <= entry.starts:
        yield Fault(entry.line, f"“{entry.title}” lasts no time.")
    if entry.room != entry.named:
        yield Fault(entry.line, f"“{entry.title}” lies in “{entry.room}” and says “{entry.named}”.")
    if entry.slug and not entry.slug.startswith(f"{frame.acronym}-"):
        yield Fault(entry.line, f"The slug of “{entry.title}” does not begin with “{frame.acronym}-”.")


def _check_rooms(entries: list[Entry]) -> Iterator[Fault]:
    for before, after in pairwise(sorted(entries, key=lambda entry: (entry.room, entry.starts, entry.line))):
        if before.room == after.room and after.starts < before.ends:
            yield Fault(
                after.line,
                f"“{after.title}” begins in “{after.room}” while “{before.title}” runs (line {before.line}).",
            )


def frame_of_xml(root: Any) -> Frame:
    """The frame of a schedule.xml that fits its schema, from its root as lxml has it."""
    conference = root.find("conference")
    days, entries = [], []
    for place, day in enumerate(root.findall("day")):
        about = day.attrib
        frame = DayFrame(
            day.sourceline, int(about["index"]), about["date"], _moment(about["start"]), _moment(about["end"])
        )
        days.append(frame)
        for room in day.findall("room"):
            entries += [_entry_of_xml(event, place, room.get("name")) for event in room.findall("event")]
    once = {name: [each.sourceline for each in conference.findall(name)] for name in ("acronym", "title")}
    acronym, count = (conference.findtext(name, "") for name in ("acronym", "days"))
    return Frame(conference.sourceline, acronym, count, days, entries, once)


def frame_of_json(said: Any, lines: dict[Path, int]) -> Frame:
    """The frame of a schedule.json that fits its schema."""
    conference, base = said["schedule"]["conference"], ("schedule", "conference")
    days, entries = [], []
    for place, day in enumerate(conference["days"]):
        here: Path = (*base, "days", place)
        frame = DayFrame(
            lines[here], day["index"], day["date"], _moment(day["day_start"]), _moment(day["day_end"])
        )
        days.append(frame)
        for room, talks in day["rooms"].items():
            entries += [
                _entry_of_json(talk, place, room, lines[(*here, "rooms", room, number)])
                for number, talk in enumerate(talks)
            ]
    count = str(int(conference["daysCount"]))
    return Frame(lines[base], conference["acronym"], count, days, entries, {})


def _entry_of_xml(event: Any, day: int, room: str) -> Entry:
    starts = _moment(event.findtext("date"))
    return Entry(
        line=event.sourceline,
        day=day,
        guid=event.get("guid"),
        number=event.get("id"),
        slug=event.findtext("slug", ""),
        title=event.findtext("title"),
        starts=starts,
        clock=event.findtext("start"),
        ends=starts + _duration(event.findtext("duration")),
        room=room,
        named=event.findtext("room"),
    )


def _entry_of_json(talk: dict[str, Any], day: int, room: str, line: int) -> Entry:
    starts = _moment(talk["date"])
    return Entry(
        line=line,
        day=day,
        guid=talk["guid"],
        number=str(talk["id"]),
        slug=talk.get("slug") or "",
        title=talk["title"],
        starts=starts,
        clock=talk["start"],
        ends=starts + _duration(talk["duration"]),
        room=room,
        named=talk["room"],
    )


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text.strip())


def _duration(text: str) -> dt.timedelta:
    hours, minutes, *seconds = map(int, text.strip().split(":"))
    return dt.timedelta(hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)
