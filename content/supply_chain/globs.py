"""Patterns of paths, matched in one pass over the path however many stars they have."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

WITHIN, ANYTHING, ANY_SIGN = object(), object(), object()
"""Any signs but a slash, any signs at all, one sign."""

MOST_STEPS = 20_000_000
"""Signs looked at for one archive, some ten seconds: thousands of patterns times thousands of files."""


@dataclass
class Effort:
    """How many more signs may be looked at. Patterns match nothing once they are used up."""

    left: int = field(default_factory=lambda: MOST_STEPS)


@dataclass(frozen=True)
class Glob:
    """A pattern as sets of bits, one for each of its parts: which of them a sign may stand for.

    All places that the signs read so far may have led to are followed at once, so nothing is tried twice.
    """

    signs: dict[str, int]
    any_sign: int
    within: int
    anything: int
    end: int
    least: int

    def matches(self, path: str, effort: Effort) -> bool:
        """Whether the pattern stands for the whole of ``path``."""
        effort.left -= 1
        if len(path) < self.least or effort.left < 0:
            return False
        stars = self.within | self.anything
        places = 1 | (1 & stars) << 1
        for sign in path:
            effort.left -= 1
            stay = places & (self.anything if sign == "/" else stars)
            places = stay | (places & (self.signs.get(sign, 0) | self.any_sign)) << 1
            places |= (places & stars) << 1
            if not places:
                return False
        return bool(places & self.end)


def reuse_glob(pattern: str) -> Glob:
    """``*`` stands for anything within a folder, ``**`` for anything; a backslash takes the star as it is."""
    pieces = re.findall(r"\\.|\*\*|\*|[^*\\]|\\$", pattern, re.DOTALL)
    meaning = {"**": ANYTHING, "*": WITHIN}
    return _glob(meaning.get(piece) or piece[-1] for piece in pieces)


def loose_glob(pattern: str) -> Glob:
    """``*`` and ``?`` stand for anything, slashes included."""
    meaning = {"*": ANYTHING, "?": ANY_SIGN}
    return _glob(meaning.get(sign) or sign for sign in pattern)


def _glob(parts: Iterable[object]) -> Glob:
    kept: list[object] = []
    for part in parts:
        if part in (WITHIN, ANYTHING) and kept and kept[-1] in (WITHIN, ANYTHING):
            kept[-1] = ANYTHING if ANYTHING in (part, kept[-1]) else WITHIN
        else:
            kept.append(part)
    least = sum(1 for part in kept if part not in (WITHIN, ANYTHING))
    places: dict[object, int] = {}
    for n, part in enumerate(kept):
        places[part] = places.get(part, 0) | 1 << n
    any_sign, within, anything = (places.pop(each, 0) for each in (ANY_SIGN, WITHIN, ANYTHING))
    signs = {part: bits for part, bits in places.items() if isinstance(part, str)}
    return Glob(signs, any_sign, within, anything, 1 << len(kept), least)
