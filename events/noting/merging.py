"""Merging what two people wrote at the same time, line by line; nothing that anybody wrote gets lost.

Both texts are laid against the one that both had before them. What each put between two lines stays, that of
the first before that of the second. A line that one of them changed is changed, one that one of them took
out is gone. Where both changed the same line, both versions stay, marked with who wrote them::

    ▼▼▼ Kim Beispiel
    Der Antrag kostet 40 Euro.
    ◆◆◆ Lou Muster
    Der Antrag kostet 60 Euro.
    ▲▲▲

A line that one changed and the other took out stays as it was changed. A blank line that both wrote on
is no clash, both versions follow each other. ``merging.js`` follows the same rules in the browser.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from events.noting.pairing import pair_lines

FIRST, SECOND, END = "▼▼▼", "◆◆◆", "▲▲▲"
"""How the lines begin that mark two versions."""

Lines = Sequence[str]


@dataclass
class Alignment:
    """A text laid against another one of ``n`` lines.

    ``lines[i]`` is what stands for its line ``i``, None if it was taken out; ``before[i]`` what was put
    before it, ``before[n]`` at the end.
    """

    lines: list[str | None]
    before: list[list[str]]


@dataclass
class _Clash:
    """Lines next to each other of which there are two versions."""

    one: list[str] = field(default_factory=list)
    two: list[str] = field(default_factory=list)


def merge(base: str, one: str, two: str, *, names: tuple[str, str] = ("", "")) -> str:
    """Both texts in one; ``names`` say whose version is whose where they clash."""
    return "\n".join(merge_lines(base.split("\n"), one.split("\n"), two.split("\n"), names))


def merge_lines(base: Lines, one: Lines, two: Lines, names: tuple[str, str] = ("", "")) -> list[str]:
    """The same for texts that are split already."""
    first, second = align(base, one), align(base, two)
    merged: list[str] = []
    clash = _Clash()
    for index in range(len(base) + 1):
        if between := _both(first.before[index], second.before[index]):
            clash = _mark(merged, clash, names)
            merged += between
        if index == len(base):
            break
        versions = _choose(base[index], first.lines[index], second.lines[index])
        if len(versions) == 2:
            clash.one.append(versions[0])
            clash.two.append(versions[1])
        elif versions:
            clash = _mark(merged, clash, names)
            merged += versions
    _mark(merged, clash, names)
    return merged


def merge_strangers(one: str, two: str, *, names: tuple[str, str] = ("", "")) -> str:
    """Both in one where nobody knows what they had before them: all lines of both stay."""
    first, second = one.split("\n"), two.split("\n")
    shared = [first[index] for index, _ in pair_lines(first, second)]
    return "\n".join(merge_lines(shared, first, second, names))


def count_clashes(text: str) -> int:
    """How many places have two versions."""
    return sum(line.startswith(FIRST) for line in text.split("\n"))


def is_mark(line: str) -> bool:
    """Whether a line only says whose version follows."""
    return line.startswith((FIRST, SECOND, END))


def strip_names(text: str) -> str:
    """The text, whose marks name nobody any more."""
    return "\n".join(line[: len(FIRST)] if is_mark(line) else line for line in text.split("\n"))


def align(base: Lines, text: Lines) -> Alignment:
    """Lay ``text`` against ``base``. Lines changed next to each other are paired in their order.

    What was written on a blank line was put there, and the blank line is gone.
    """
    found = Alignment([None] * len(base), [[] for _ in range(len(base) + 1)])
    for start, end, first, last in _blocks(base, text):
        paired = min(end - start, last - first)
        for index, line in enumerate(text[first : first + paired], start):
            if base[index].strip() or line == base[index]:
                found.lines[index] = line
            else:
                found.before[index + 1].append(line)
        found.before[end] += text[first + paired : last]
    return found


def _blocks(base: Lines, text: Lines) -> Iterator[tuple[int, int, int, int]]:
    """Parts that belong together, ``base[start:end]`` became ``text[first:last]``: lines that stayed, and
    what is between them.
    """
    start = first = 0
    for end, last in [*pair_lines(base, text), (len(base), len(text))]:
        yield start, end, first, last
        yield end, min(end + 1, len(base)), last, min(last + 1, len(text))
        start, first = end + 1, last + 1


def _both(one: list[str], two: list[str]) -> list[str]:
    return one if one == two else one + two


def _choose(base: str, one: str | None, two: str | None) -> list[str]:
    """The versions of one line that stay: none, one, or two that clash."""
    if one in (base, two):
        return [] if two is None else [two]
    if two == base:
        return [] if one is None else [one]
    return [line for line in (one, two) if line is not None]


def _mark(merged: list[str], clash: _Clash, names: tuple[str, str]) -> _Clash:
    """Write down the clash so far, if there is one; returns the next."""
    if clash.one:
        first, second = (f"{mark} {name}".strip() for mark, name in zip((FIRST, SECOND), names, strict=True))
        merged += [first, *clash.one, second, *clash.two, END]
    return _Clash()
