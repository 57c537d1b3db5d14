"""Parameters by which lists and the search are filtered: names, values, and what these are called."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hub.municipalities.bands import BANDS
from theme.bands import UNKNOWN
from theme.labels import MATURITIES, Labels

MOST_VALUES = 30
LONGEST_VALUE = 60
SIZES: Labels = {band.code: band.label for band in BANDS}
GRADES: Labels = {**MATURITIES, UNKNOWN: _("unknown")}


@dataclass(frozen=True, eq=False)
class Parameter:
    """A parameter of the address, its heading and what its values are called.

    ``column`` names what is counted for it. A ``closed`` one has no values but those of ``labels``; with
    ``in_order`` they are shown in that order, else the most frequent first. A ``folded`` one is opened by
    those who need it.
    """

    name: str
    column: str
    title: str | Promise
    labels: Labels = field(default_factory=dict)
    closed: bool = False
    in_order: bool = False
    folded: bool = False

    def clean(self, given: Iterable[str]) -> list[str]:
        """The values that can be meant, each once; others are left out."""
        kept = dict.fromkeys(value for value in given if self.is_possible(value))
        return list(kept)[:MOST_VALUES]

    def is_possible(self, value: str) -> bool:
        """Whether the value may be asked for: no engine takes NUL, an address takes much else."""
        if self.closed:
            return value in self.labels
        return 0 < len(value) <= LONGEST_VALUE and value.isprintable()


class YearParameter(Parameter):
    """Years, of which there is no list."""

    def is_possible(self, value: str) -> bool:
        """Four digits."""
        return len(value) == 4 and value.isascii() and value.isdigit()
