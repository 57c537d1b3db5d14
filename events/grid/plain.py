"""The plan as a table to read, for whoever has no scripts; built from what the editor's scripts read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format

from events.models import Session
from events.planning.wording import Clock
from hub.instants import localise

Stand = Mapping[str, Any]


@dataclass(frozen=True)
class PlainSession:
    """What a cell says of a session."""

    id: str
    title: str
    host_names: str


@dataclass(frozen=True)
class Row:
    """A band: its time, and what runs in each room; ``day`` only where a day of several begins."""

    day: str
    time: str
    label: str
    is_break: bool
    cells: tuple[tuple[PlainSession, ...], ...] = ()


@dataclass(frozen=True)
class PlainTable:
    """Rooms as columns, bands as rows, and what is accepted and lies in no cell."""

    rooms: Sequence[Mapping[str, Any]]
    rows: Sequence[Row]
    tray: Sequence[PlainSession]

    @property
    def width(self) -> int:
        """Columns, that of the times included."""
        return len(self.rooms) + 1


def build_table(stand: Stand) -> PlainTable | None:
    """The table of a plan in the shape of ``stand.json``; None while it has no rooms or no bands."""
    rooms = list_rooms(stand)
    bands = [band for band in stand["bands"] if not band["is_break"]]
    if not rooms or not bands:
        return None
    clock = _clock_of(stand)
    rows, day, days = [], "", {_tell_day(clock, band) for band in stand["bands"]}
    for band in stand["bands"]:
        here = _tell_day(clock, band)
        cells = () if band["is_break"] else tuple(_cell(stand, room, band) for room in rooms)
        named = here if len(days) > 1 and here != day else ""
        time = "–".join(map(clock.tell, _moments(band)))
        rows.append(Row(named, time, band["label"], band["is_break"], cells))
        day = here
    placed = {session.id for row in rows for cell in row.cells for session in cell}
    waiting = [each for each in stand["sessions"] if each["state"] == Session.State.ACCEPTED]
    tray = sorted(map(_describe, waiting), key=lambda session: session.title.casefold())
    return PlainTable(rooms, rows, [session for session in tray if session.id not in placed])


def list_rooms(stand: Stand) -> list[Mapping[str, Any]]:
    """The rooms with a column: those that are not hidden, or hold something."""
    used = {session["placement"]["room"] for session in stand["sessions"] if session["placement"]}
    return [room for room in stand["rooms"] if not room["hidden"] or room["id"] in used]


def list_times(stand: Stand) -> list[tuple[str, str]]:
    """The bands that take sessions, as choices: start and wording, with the day if there are several."""
    clock = _clock_of(stand)
    bands = [band for band in stand["bands"] if not band["is_break"]]
    return [(band["starts"], clock.tell_span(*_moments(band))) for band in bands]


def tell_place(stand: Stand, session: Mapping[str, Any]) -> str:
    """„Raum 1, 10:00 bis 10:45“; empty for a session in the tray."""
    place = session["placement"]
    if place is None:
        return ""
    name = next(room["name"] for room in stand["rooms"] if room["id"] == place["room"])
    return _clock_of(stand).tell_place(name, *_moments(place))


def find_session(stand: Stand, key: str) -> Mapping[str, Any] | None:
    """The session of that id; None if the plan does not list it."""
    return next((session for session in stand["sessions"] if session["id"] == key), None)


def _clock_of(stand: Stand) -> Clock:
    return Clock(stand["event"]["time_zone"], *_moments(stand["event"]))


def _moments(part: Mapping[str, Any]) -> tuple[dt.datetime, dt.datetime]:
    return dt.datetime.fromisoformat(part["starts"]), dt.datetime.fromisoformat(part["ends"])


def _tell_day(clock: Clock, band: Mapping[str, Any]) -> str:
    return date_format(localise(_moments(band)[0], clock.zone), "l, j. F")


def _cell(stand: Stand, room: Mapping[str, Any], band: Mapping[str, Any]) -> tuple[PlainSession, ...]:
    there = [
        session
        for session in stand["sessions"]
        if (place := session["placement"])
        and place["room"] == room["id"]
        and place["starts"] < band["ends"]
        and band["starts"] < place["ends"]
    ]
    return tuple(map(_describe, sorted(there, key=lambda session: str(session["placement"]["starts"]))))


def _describe(session: Mapping[str, Any]) -> PlainSession:
    return PlainSession(session["id"], session["title"], ", ".join(host["name"] for host in session["hosts"]))
