"""Who wrote which line: told line by line as texts follow each other, so that nobody is published unasked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import takewhile

from events.noting.merging import align, is_mark

Writers = list[list[int]]
"""For each line the ids of those whose words stand in it; blank lines and marks have nobody."""


def trace(
    before: str, writers: Writers, after: str, author: int, earlier: Mapping[str, list[int]] | None = None
) -> Writers:
    """The writers of ``after``, which ``author`` made of ``before``.

    Whoever changes a line writes it together with those who wrote it before; a line that stands elsewhere now
    stays whose it was, and so does one that comes back (``earlier`` has its writers).
    """
    old, new = before.split("\n"), after.split("\n")
    held = writers + [[] for _ in range(len(old) - len(writers))]
    found, known = align(old, new), {**(earlier or {}), **_by_line(before, held)}
    traced: Writers = []
    for index in range(len(old) + 1):
        traced += [known.get(line) or [author] for line in found.before[index]]
        if index < len(old) and (line := found.lines[index]) is not None:
            traced.append(_name(old[index], held[index], line, author, known))
    return [[] if _is_nobodys(line) else who for line, who in zip(new, traced, strict=True)]


def list_new(before: str, after: str) -> set[str]:
    """Lines of ``after`` with words that ``before`` does not have."""
    return {line for line in set(after.split("\n")) - set(before.split("\n")) if not _is_nobodys(line)}


def join(merged: str, *sides: tuple[str, Writers]) -> Writers:
    """The writers of a merged text, each line of which stands in one of the sides."""
    known = [_by_line(text, writers) for text, writers in sides]
    return [
        [] if _is_nobodys(line) else next((side[line] for side in known if side.get(line)), [])
        for line in merged.split("\n")
    ]


def lines_of(text: str, writers: Writers, author: int) -> list[str]:
    """The lines in which somebody's words stand."""
    return [line for line, who in zip(text.split("\n"), writers, strict=False) if author in who]


def _by_line(text: str, writers: Writers) -> dict[str, list[int]]:
    """Everybody who wrote a line of these words, wherever it stands."""
    found: dict[str, set[int]] = {}
    for line, who in zip(text.split("\n"), writers, strict=False):
        found.setdefault(line, set()).update(who)
    return {line: sorted(who) for line, who in found.items()}


def _name(old: str, held: list[int], new: str, author: int, known: Mapping[str, list[int]]) -> list[int]:
    if old == new:
        return held
    if known.get(new):
        return known[new]
    return sorted({*held, author}) if _is_alike(old, new) else [author]


def _is_alike(old: str, new: str) -> bool:
    """Whether one line was made of the other: half of it stayed, at its ends or word by word.

    Linear in the length, which anybody may choose.
    """
    head = _count_shared(old, new)
    tail = _count_shared(old[head:][::-1], new[head:][::-1])
    if 2 * (head + tail) >= max(len(old), len(new)):
        return True
    words, others = Counter(old.split()), Counter(new.split())
    return 2 * (words & others).total() >= max(words.total(), others.total())


def _count_shared(one: str, two: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, two, strict=False)))


def _is_nobodys(line: str) -> bool:
    return not line.strip() or is_mark(line)
