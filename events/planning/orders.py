"""The orders that change a plan, and how they are read from JSON."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from events.planning.refusing import Refused
from hub.instants import read_instant


@dataclass(frozen=True)
class Place:
    """Put a session, placed or not, into a room; ``seen`` is the version of it that was seen."""

    key: uuid.UUID
    session: uuid.UUID
    room: uuid.UUID
    starts: dt.datetime
    seen: int


@dataclass(frozen=True)
class Remove:
    """Take a session out of its room."""

    key: uuid.UUID
    session: uuid.UUID
    seen: int


@dataclass(frozen=True)
class Swap:
    """Let two sessions change places; one that has none takes the other's, which is taken out."""

    key: uuid.UUID
    session: uuid.UUID
    other: uuid.UUID
    seen: int
    seen_other: int


@dataclass(frozen=True)
class Undo:
    """Append the inverse of the change with that number; that of an undo does it again."""

    key: uuid.UUID
    number: int


Order = Place | Remove | Swap | Undo


def read_order(data: object) -> Order:
    """The order in a JSON object. Raises :class:`Refused` (``malformed``) that names what is wrong."""
    if not isinstance(data, Mapping):
        raise Refused("malformed", _("An order is a JSON object."))
    shape = SHAPES.get(data["do"]) if isinstance(data.get("do"), str) else None
    if shape is None:
        raise Refused("malformed", _("“do” is one of place, remove, swap and undo."))
    kind, fields = shape
    return kind(**{name: _read(data, name, read) for name, read in fields.items()})


def _read(data: Mapping[str, Any], name: str, read: Callable[[Any], Any]) -> Any:
    try:
        return read(data[name])
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise Refused("malformed", _("“%(name)s” is missing or wrong.") % {"name": name}) from error


def _read_key(value: object) -> uuid.UUID:
    if not isinstance(value, str):
        raise TypeError
    return uuid.UUID(value)


def _read_number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
        raise ValueError
    return value


def _read_moment(value: object) -> dt.datetime:
    if not isinstance(value, str):
        raise TypeError
    return read_instant(dt.datetime.fromisoformat(value)).replace(second=0, microsecond=0)


SHAPES: Mapping[str, tuple[Callable[..., Order], Mapping[str, Callable[[Any], Any]]]] = {
    "place": (
        Place,
        {
            "key": _read_key,
            "session": _read_key,
            "room": _read_key,
            "starts": _read_moment,
            "seen": _read_number,
        },
    ),
    "remove": (Remove, {"key": _read_key, "session": _read_key, "seen": _read_number}),
    "swap": (
        Swap,
        {
            "key": _read_key,
            "session": _read_key,
            "other": _read_key,
            "seen": _read_number,
            "seen_other": _read_number,
        },
    ),
    "undo": (Undo, {"key": _read_key, "number": _read_number}),
}
