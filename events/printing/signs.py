"""Room signs and session cards: what stands on them, in sizes that fit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from events.printing.codes import Codes
from events.printing.released import Released, ReleasedDay
from hub.documents import Slot
from hub.instants import localise
from theme.measuring import LEADING, Fitted, fit, text_width

MM = 72 / 25.4
"""Points of a millimetre."""

SIGN_WIDTH, SIGN_HEIGHT = 265 * MM, 124 * MM
"""What a sign leaves for its sessions, on A4 across."""

SIGN_SIZES = tuple(range(44, 20, -2))
"""The last can still be read from three metres."""

HOSTS = 0.58
"""How large the hosts stand below a title, in sizes of it."""

GAP = 0.42
"""Between two sessions of a sign, in sizes of their titles."""

CARD_WIDTH, CARD_TITLE = 128 * MM, 46 * MM
CARD_HOSTS = (88 * MM, 26 * MM)


@dataclass(frozen=True)
class Entry:
    """A session as it stands on a sign or card."""

    starts: dt.datetime
    ends: dt.datetime
    room: str
    title: Fitted
    hosts: Fitted
    code: str = ""


@dataclass(frozen=True)
class Sign:
    """A sheet for a door: one room on one day; ``size`` is that of the times, ``indent`` what they need."""

    room: Fitted
    note: str
    date: dt.date
    entries: tuple[Entry, ...]
    size: float
    indent: float
    number: int
    count: int


def build_signs(released: Released) -> list[Sign]:
    """A sign for each room on each day on which it is used; a second one where the day is too full."""
    return [
        sign for day in released.days for room in released.rooms for sign in _signs_of(released, day, room)
    ]


def list_sessions(released: Released) -> list[Slot]:
    """The sessions in the order of their cards: by day, time and room."""
    order = {room: number for number, room in enumerate(released.rooms)}
    return sorted(released.slots, key=lambda slot: (slot.starts, order[slot.room], slot.uid))


def build_cards(released: Released, slots: Iterable[Slot], codes: Codes) -> list[Entry]:
    """A card for each of these sessions."""
    return [
        Entry(
            starts=localise(slot.starts, released.zone),
            ends=localise(slot.ends, released.zone),
            room=slot.room,
            title=fit(slot.title, CARD_WIDTH, CARD_TITLE, range(34, 12, -2), bold=True),
            hosts=fit(" · ".join(slot.hosts), *CARD_HOSTS, range(15, 8, -1)),
            code=codes.add(released.card_address(slot)),
        )
        for slot in slots
    ]


def _signs_of(released: Released, day: ReleasedDay, room: str) -> Iterator[Sign]:
    slots = [slot for slot in day.slots if slot.room == room]
    if not slots:
        return
    size = next(
        (size for size in SIGN_SIZES if _height(_entries(released, slots, size), size) <= SIGN_HEIGHT), 0
    )
    sheets = [_entries(released, slots, size)] if size else list(_share_out(released, slots))
    size = size or SIGN_SIZES[-1]
    about = released.about_rooms.get(room)
    for number, entries in enumerate(sheets, 1):
        yield Sign(
            room=fit(room, 225 * MM, 60, (60, 54, 48, 42, 36), bold=True),
            note=about.note if about else "",
            date=day.date,
            entries=tuple(entries),
            size=size,
            indent=_indent(size),
            number=number,
            count=len(sheets),
        )


def _share_out(released: Released, slots: Iterable[Slot]) -> Iterator[list[Entry]]:
    """As many on a sheet as fit in the smallest size."""
    size = SIGN_SIZES[-1]
    sheet: list[Entry] = []
    for entry in _entries(released, slots, size):
        if sheet and _height([*sheet, entry], size) > SIGN_HEIGHT:
            yield sheet
            sheet = []
        sheet.append(entry)
    yield sheet


def _entries(released: Released, slots: Iterable[Slot], size: float) -> list[Entry]:
    width = SIGN_WIDTH - _indent(size)
    return [
        Entry(
            starts=localise(slot.starts, released.zone),
            ends=localise(slot.ends, released.zone),
            room=slot.room,
            title=fit(slot.title, width, 2 * size * LEADING, (size,), bold=True),
            hosts=fit(" · ".join(slot.hosts), width, size * HOSTS * LEADING, (size * HOSTS,)),
        )
        for slot in slots
    ]


def _indent(size: float) -> float:
    return text_width("00:00–00:00", size, bold=True) + 8 * MM


def _height(entries: Iterable[Entry], size: float) -> float:
    return sum(entry.title.height + entry.hosts.height + GAP * size for entry in entries)
