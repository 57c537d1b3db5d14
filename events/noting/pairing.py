"""Which lines of two texts are the same ones: the longest common sequence, as far as that is cheap to find.

Anybody may send texts that repeat a line thousands of times. So no more than :data:`COMPARED` pairs of lines
are looked at between two lines that are certain. ``merging.js`` follows the same rules.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

COMPARED = 10_000
"""Pairs of lines that are compared; parts beyond it are split at lines that stand once in each."""

Lines = Sequence[str]
Pairs = list[tuple[int, int]]


def pair_lines(base: Lines, text: Lines) -> Pairs:
    """Places ``(in base, in text)`` of lines that are the same, in their order.

    What is the same at both ends is not compared. A part between lines that are certain in which nearly all
    repeats itself, and which is too long to be compared, has no pairs.
    """
    shorter = min(len(base), len(text))
    head = next((i for i in range(shorter) if base[i] != text[i]), shorter)
    rest = shorter - head
    tail = next((i for i in range(rest) if base[-1 - i] != text[-1 - i]), rest)
    inner = _pair_inner(base[head : len(base) - tail], text[head : len(text) - tail])
    return [
        *((i, i) for i in range(head)),
        *((head + i, head + j) for i, j in inner),
        *((len(base) - i, len(text) - i) for i in range(tail, 0, -1)),
    ]


def _pair_inner(one: Lines, two: Lines) -> Iterator[tuple[int, int]]:
    if len(one) * len(two) <= COMPARED:
        yield from _pair_all(one, two)
        return
    start = first = 0
    for end, last in [*_pair_unique(one, two), (len(one), len(two))]:
        if (end - start) * (last - first) <= COMPARED:
            yield from ((start + i, first + j) for i, j in _pair_all(one[start:end], two[first:last]))
        if end < len(one):
            yield end, last
        start, first = end + 1, last + 1


def _pair_all(one: Lines, two: Lines) -> Pairs:
    """The longest common sequence; of two as long, the one that leaves out lines of ``one`` first."""
    if not one or not two:
        return []
    longest = [[0] * (len(two) + 1)]
    for line in reversed(one):
        below, row = longest[-1], [0] * (len(two) + 1)
        for j in range(len(two) - 1, -1, -1):
            row[j] = below[j + 1] + 1 if line == two[j] else max(below[j], row[j + 1])
        longest.append(row)
    longest.reverse()
    pairs, i, j = [], 0, 0
    while i < len(one) and j < len(two):
        if one[i] == two[j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif longest[i + 1][j] >= longest[i][j + 1]:
            i += 1
        else:
            j += 1
    return pairs


def _pair_unique(one: Lines, two: Lines) -> Pairs:
    """Lines that stand once in each, the longest series of them that has the same order in both."""
    counted, others = Counter(one), Counter(two)
    places = {line: j for j, line in enumerate(two) if others[line] == 1}
    shared = [(i, places[line]) for i, line in enumerate(one) if counted[line] == 1 and line in places]
    ends: list[int] = []
    lasts: list[int] = []
    before: list[int] = []
    for index, (_, j) in enumerate(shared):
        length = bisect_left(ends, j)
        before.append(lasts[length - 1] if length else -1)
        ends[length : length + 1], lasts[length : length + 1] = [j], [index]
    series: Pairs = []
    index = lasts[-1] if lasts else -1
    while index >= 0:
        series.append(shared[index])
        index = before[index]
    return series[::-1]
