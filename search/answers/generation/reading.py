"""Reading JSON objects out of a model's words while they come in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

LONGEST_OBJECT = 20_000
"""Characters after which an object that was opened is no longer waited for."""

DEEPEST = 20
_OPENS, _CLOSES = "<think>", "</think>"


class ObjectReader:
    """Finds the objects that say something, wherever they stand: on lines, in a list, in a larger object.

    What stands around them is passed over, as is what a model thinks aloud. A line break inside a string is
    no JSON: the object is given up there, and the next line begins anew.
    """

    def __init__(self) -> None:
        self._held: list[str] = []
        self._starts: list[int] = []
        self._in_string = self._escaped = self._thinking = False
        self._tail = ""

    def feed(self, piece: str) -> Iterator[dict[str, Any]]:
        """The objects with ``claim`` or ``none`` that this piece completes."""
        for sign in piece:
            found = self._step(sign)
            if found is not None:
                yield found

    def _step(self, sign: str) -> dict[str, Any] | None:
        if not self._starts and self._is_thought(sign):
            return None
        if self._starts:
            self._held.append(sign)
        if self._in_string:
            self._step_in_string(sign)
        elif sign == '"' and self._starts:
            self._in_string = True
        elif sign == "{":
            self._open()
        elif sign == "}" and self._starts:
            return self._close()
        if len(self._held) > LONGEST_OBJECT or len(self._starts) > DEEPEST:
            self._give_up()
        return None

    def _is_thought(self, sign: str) -> bool:
        self._tail = (self._tail + sign)[-len(_CLOSES) :]
        if self._tail.endswith(_OPENS):
            self._thinking = True
        elif self._tail == _CLOSES:
            self._thinking = False
        return self._thinking

    def _step_in_string(self, sign: str) -> None:
        if sign == "\n":
            self._give_up()
        elif self._escaped:
            self._escaped = False
        elif sign == "\\":
            self._escaped = True
        elif sign == '"':
            self._in_string = False

    def _open(self) -> None:
        if not self._starts:
            self._held = ["{"]
        self._starts.append(len(self._held) - 1)

    def _close(self) -> dict[str, Any] | None:
        text = "".join(self._held[self._starts.pop() :])
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            return None
        return found if "claim" in found or found.get("none") is True else None

    def _give_up(self) -> None:
        self._held, self._starts = [], []
        self._in_string = self._escaped = False
