"""How wide text is on paper, by the metrics of the font that is printed: to choose a size that fits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # it brings no type information

from theme.pdf import FONTS, static_file

UNKNOWN_SIGN = 1.0
"""Width, in em, of a sign the font lacks: another one draws it, at most as wide as it is high."""

MARGIN = 1.02
"""What is taken for wider than it is, for signs whose pairs are moved apart."""


LEADING = 1.14
"""From line to line, in sizes."""

SMALLER = 40.0
"""Where shrinking begins, if the sizes that were asked for end above."""


@dataclass(frozen=True)
class Fitted:
    """Text set so that it fits: the size in points, and the lines."""

    size: float
    lines: tuple[str, ...]

    @property
    def height(self) -> float:
        """Of all lines, in points."""
        return len(self.lines) * self.size * LEADING


def text_width(text: str, size: float = 1.0, *, bold: bool = False) -> float:
    """The width in points of a line of Fira Sans (600 if ``bold``) of that size in points."""
    widths = _widths("SemiBold" if bold else "Regular")
    return sum(widths.get(ord(sign), UNKNOWN_SIGN) for sign in text) * size * MARGIN


def wrap(text: str, width: float, size: float, *, bold: bool = False) -> tuple[str, ...]:
    """The lines of a text in ``width`` points; it breaks at blanks and behind hyphens, never within words."""
    lines: list[str] = []
    for word in _pieces(text):
        together = lines[-1] + word if lines else word
        if lines and text_width(together.rstrip(), size, bold=bold) <= width:
            lines[-1] = together
        else:
            lines.append(word)
    return tuple(line.strip() for line in lines)


def fit(text: str, width: float, height: float, sizes: Iterable[float], *, bold: bool = False) -> Fitted:
    """The text in the first of these sizes in which it stands in a box of these points.

    Where it stands in none of them, it is shrunk below the last until it does.
    """
    fitted = Fitted(0, ())
    for size in (*sizes, *(SMALLER * 0.95**step for step in range(80))):
        if fitted.lines and size >= fitted.size:
            continue
        fitted = Fitted(round(size, 2), wrap(text, width, size, bold=bold))
        is_low = len(fitted.lines) * size * LEADING <= height
        if is_low and _widest(fitted.lines, size, bold=bold) <= width:
            break
    return fitted


def _widest(lines: Iterable[str], size: float, *, bold: bool) -> float:
    return max((text_width(line, size, bold=bold) for line in lines), default=0.0)


def _pieces(text: str) -> list[str]:
    """Words with what follows them, cut behind hyphens."""
    pieces = []
    for word in text.split():
        parts = word.replace("-", "-\0").split("\0")
        parts = [part for part in parts if part]
        pieces += [*parts[:-1], parts[-1] + " "] if parts else []
    return pieces


@cache
def _widths(face: str) -> dict[int, float]:
    """The width of each sign in em, read once for a process."""
    with TTFont(static_file(f"{FONTS}/FiraSans-{face}.woff2")) as font:
        unit, advances = font["head"].unitsPerEm, font["hmtx"].metrics
        return {code: advances[glyph][0] / unit for code, glyph in font.getBestCmap().items()}
