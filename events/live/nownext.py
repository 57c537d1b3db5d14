"""What runs now, and what is next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from events.grid.board import Entry


@dataclass(frozen=True)
class NowNext:
    """Entries that run, and those that begin together after them, on the same day."""

    now: Sequence[Entry]
    next: Sequence[Entry]


def find_now_next(entries: Iterable[Entry], now: dt.datetime) -> NowNext:
    """By the time of the server; an entry runs from its start until just before its end."""
    ordered = sorted(entries, key=lambda entry: (entry.starts, entry.slot.room, entry.slot.title))
    running = [entry for entry in ordered if entry.starts <= now < entry.ends]
    ahead = [entry for entry in ordered if entry.starts > now]
    if ahead and ahead[0].starts.date() != now.astimezone(ahead[0].starts.tzinfo).date():
        ahead = []
    return NowNext(running, [entry for entry in ahead if entry.starts == ahead[0].starts])
