"""The wall on a phone: cards that hang nowhere, and the times with their rooms, one below the other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format

from events.grid.plain import Stand, list_rooms
from events.models import Session
from events.planning.wording import Clock
from hub.instants import localise

Described = Mapping[str, Any]
"""A session or a room as :func:`events.planning.queries.build_stand` describes it."""


@dataclass(frozen=True)
class Card:
    """A card; ``hands`` is None if nobody presented it or nobody counted."""

    session: Described
    hands: int | None = None

    @property
    def hosts(self) -> str:
        """Who runs it."""
        return ", ".join(host["name"] for host in self.session["hosts"])


@dataclass(frozen=True)
class Cell:
    """A room at a time. ``does`` is what a tap does with the chosen card: place, swap, or nothing.

    ``value`` is what the tap sends: the room and the time, or the other card and its version.
    """

    room: Described
    cards: tuple[Card, ...]
    does: str = ""
    value: str = ""
    is_here: bool = False


@dataclass(frozen=True)
class Row:
    """A time, or a break; ``day`` only where a day of several begins."""

    day: str
    time: str
    label: str
    is_break: bool
    is_over: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Wall:
    """Cards that hang nowhere, those with most hands first, and the times."""

    tray: Sequence[Card]
    rows: Sequence[Row]

    @property
    def past(self) -> list[Row]:
        """What is over."""
        return [row for row in self.rows if row.is_over]

    @property
    def ahead(self) -> list[Row]:
        """What goes on or comes."""
        return [row for row in self.rows if not row.is_over]


def build_wall(
    stand: Stand, clock: Clock, chosen: Described | None, hands: Mapping[str, int | None], now: dt.datetime
) -> Wall:
    """The wall, with what a tap on each place does with the chosen card. ``hands`` are by session."""
    rows = list(_build_rows(stand, clock, chosen, hands, now))
    hanging = {card.session["id"] for row in rows for cell in row.cells for card in cell.cards}
    loose = [
        Card(session, hands.get(session["id"]))
        for session in stand["sessions"]
        if session["state"] == Session.State.ACCEPTED and session["id"] not in hanging
    ]
    return Wall(sorted(loose, key=lambda card: (-(card.hands or 0), card.session["title"].casefold())), rows)


def _build_rows(
    stand: Stand, clock: Clock, chosen: Described | None, hands: Mapping[str, int | None], now: dt.datetime
) -> Iterator[Row]:
    rooms, day = list_rooms(stand), ""
    for band in stand["bands"]:
        starts, ends = dt.datetime.fromisoformat(band["starts"]), dt.datetime.fromisoformat(band["ends"])
        here = date_format(localise(starts, clock.zone), "l, j. F") if clock.has_several_days else ""
        time = f"{clock.tell(starts)}–{clock.tell(ends)}"
        cells = [] if band["is_break"] else [_build_cell(stand, room, band, chosen, hands) for room in rooms]
        named = here if here != day else ""
        yield Row(named, time, band["label"], band["is_break"], ends <= now, tuple(cells))
        day = here


def _build_cell(
    stand: Stand,
    room: Described,
    band: Described,
    chosen: Described | None,
    hands: Mapping[str, int | None],
) -> Cell:
    there = [session for session in stand["sessions"] if _hangs(session["placement"], room, band)]
    cards = tuple(Card(session, hands.get(session["id"])) for session in there)
    if chosen is None:
        return Cell(room, cards)
    if any(session["id"] == chosen["id"] for session in there):
        return Cell(room, cards, is_here=True)
    if not there:
        return Cell(room, cards, "" if room["hidden"] else "place", f"{room['id']}/{band['starts']}")
    if len(there) > 1:
        return Cell(room, cards)
    return Cell(room, cards, "swap", f"{there[0]['id']}/{there[0]['version']}")


def _hangs(place: Described | None, room: Described, band: Described) -> bool:
    return (
        place is not None
        and place["room"] == room["id"]
        and place["starts"] < band["ends"]
        and band["starts"] < place["ends"]
    )
