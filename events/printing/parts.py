"""What is long is printed in parts, so that none keeps its reader, and those behind, waiting."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.http import Http404, HttpRequest

BADGES, CARDS, SIGNS, LINES = 100, 100, 36, 250
"""How many make one PDF: three or four seconds each, measured."""

PARAMETER = "teil"
NUMBER = re.compile("[1-9][0-9]{0,3}")
Item = TypeVar("Item")


@dataclass(frozen=True)
class Part:
    """A part: its number, the first and the last of it, all counted from 1."""

    number: int
    first: int
    last: int


def list_parts(total: int, size: int) -> list[Part]:
    """The parts of so many."""
    firsts = range(0, total, size)
    return [Part(number, first + 1, min(first + size, total)) for number, first in enumerate(firsts, 1)]


def take_part(request: HttpRequest, items: Sequence[Item], size: int) -> tuple[Sequence[Item], int]:
    """The part that is asked for by ``?teil=``, else the first, and its number. Raises ``Http404``."""
    asked = request.GET.get(PARAMETER, "1")
    number = int(asked) if NUMBER.fullmatch(asked) else 0
    taken = items[(number - 1) * size : number * size] if number else ()
    if not taken and number != 1:
        raise Http404
    return taken, number
