"""A schedule as ``schedule.xml`` and as ``schedule.json``.

Both say that there is no licence and no recording: nobody has agreed to it by proposing a session.
"""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from events.printing.schedule import Schedule, ScheduleDay, Speaker, Talk
from hub.env import env

GENERATOR = "Wissenshub"
STEP = "00:05"
"""How finely apps draw the time."""

KIND = "workshop"
"""What c3voc calls a session that is no talk."""

ONLINE = "Online"
"""What the way to follow a session from afar is called."""

WEB = ("https://", "http://")
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Signs that no XML 1.0 holds (section 2.2)."""


def write_xml(schedule: Schedule, address: str) -> bytes:
    """The schedule as XML; ``address`` is where it stands."""
    root = Element("schedule")
    SubElement(root, "generator", name=GENERATOR, system=env.origin)
    _add(root, "url", address)
    _add(root, "version", schedule.version)
    conference = SubElement(root, "conference")
    for name, value in _conference(schedule).items():
        _add(conference, name, str(value))
    for day in schedule.days:
        _add_day(root, schedule, day)
    indent(root)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def write_json(schedule: Schedule, address: str) -> bytes:
    """The schedule as JSON; ``address`` is where it stands."""
    conference = _conference(schedule)
    conference["daysCount"] = conference.pop("days")
    conference["rooms"] = [
        {"name": name, "guid": str(key), "capacity": schedule.capacities.get(name)}
        for name, key in schedule.rooms.items()
    ]
    conference["tracks"] = []
    conference["days"] = [
        {
            "index": day.index,
            "date": day.date.isoformat(),
            "day_start": day.starts.isoformat(),
            "day_end": day.ends.isoformat(),
            "rooms": {name: [_talk(talk, schedule) for talk in talks] for name, talks in day.rooms},
        }
        for day in schedule.days
    ]
    said = {
        "generator": {"name": GENERATOR, "url": env.origin},
        "schedule": {
            "url": address,
            "version": schedule.version,
            "base_url": env.origin,
            "conference": conference,
        },
    }
    return json.dumps(said, ensure_ascii=False, indent=2).encode() + b"\n"


def _conference(schedule: Schedule) -> dict[str, Any]:
    return {
        "acronym": schedule.acronym,
        "title": schedule.title,
        "start": schedule.first.isoformat(),
        "end": schedule.last.isoformat(),
        "days": len(schedule.days),
        "timeslot_duration": STEP,
        "time_zone_name": schedule.zone,
        "url": schedule.address,
    }


def _add_day(root: Element, schedule: Schedule, day: ScheduleDay) -> None:
    about = {"index": str(day.index), "date": day.date.isoformat()}
    into = SubElement(root, "day", about, start=day.starts.isoformat(), end=day.ends.isoformat())
    for name, talks in day.rooms:
        room = SubElement(into, "room", name=_clean(name), guid=str(schedule.rooms[name]))
        for talk in talks:
            _add_talk(room, talk, schedule)


def _add_talk(room: Element, talk: Talk, schedule: Schedule) -> None:
    event = SubElement(room, "event", id=str(talk.number), guid=str(talk.key))
    said = _talk(talk, schedule)
    for name in ("date", "start", "duration", "room", "slug", "url", "title", "subtitle", "track", "type"):
        _add(event, name, said[name])
    for name in ("language", "abstract", "description"):
        _add(event, name, said[name])
    recording = SubElement(event, "recording")
    _add(recording, "license", said["recording_license"])
    _add(recording, "optout", "true" if said["do_not_record"] else "false")
    persons = SubElement(event, "persons")
    for speaker in talk.speakers:
        person = SubElement(persons, "person", id=str(speaker.number), guid=str(speaker.key))
        person.text = _clean(speaker.name)
    links = SubElement(event, "links")
    for link in said["links"]:
        SubElement(links, "link", href=_clean(link["url"])).text = link["title"]
    SubElement(event, "attachments")


def _talk(talk: Talk, schedule: Schedule) -> dict[str, Any]:
    return {
        "guid": str(talk.key),
        "id": talk.number,
        "date": talk.starts.isoformat(timespec="seconds"),
        "start": f"{talk.starts:%H:%M}",
        "end": talk.ends.isoformat(timespec="seconds"),
        "duration": talk.duration,
        "room": talk.room,
        "slug": talk.slug,
        "url": talk.address,
        "title": talk.title,
        "subtitle": "",
        "track": "",
        "type": KIND,
        "language": schedule.language,
        "abstract": talk.abstract,
        "description": "",
        "recording_license": "",
        "do_not_record": True,
        "persons": [_person(speaker) for speaker in talk.speakers],
        "links": [{"url": talk.online, "title": ONLINE}] if talk.online.startswith(WEB) else [],
        "attachments": [],
    }


def _person(speaker: Speaker) -> dict[str, Any]:
    return {"id": speaker.number, "guid": str(speaker.key), "public_name": speaker.name}


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _clean(text)


def _clean(text: str) -> str:
    return NOT_IN_XML.sub("", text)
