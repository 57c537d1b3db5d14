"""Size classes of municipalities by their inhabitants.

The limits are those of the official statistics (Statistisches Bundesamt, Gemeindegrößenklassen). Its
classes below 1,000, from 2,000 to 5,000 and from 200,000 are taken together here: they ask the same of an
administration.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Band:
    """A size class: ``start`` inhabitants up to, not including, ``end``; None is without limit."""

    code: str
    label: str | Promise
    start: int
    end: int | None


BANDS = (
    Band("1", _("under 1,000 inhabitants"), 0, 1_000),
    Band("1000", _("1,000 to 1,999 inhabitants"), 1_000, 2_000),
    Band("2000", _("2,000 to 4,999 inhabitants"), 2_000, 5_000),
    Band("5000", _("5,000 to 9,999 inhabitants"), 5_000, 10_000),
    Band("10000", _("10,000 to 19,999 inhabitants"), 10_000, 20_000),
    Band("20000", _("20,000 to 49,999 inhabitants"), 20_000, 50_000),
    Band("50000", _("50,000 to 99,999 inhabitants"), 50_000, 100_000),
    Band("100000", _("100,000 to 199,999 inhabitants"), 100_000, 200_000),
    Band("200000", _("200,000 inhabitants and more"), 200_000, None),
)
"""All size classes, the smallest first. Their codes stand in addresses."""

STARTS = [band.start for band in BANDS]
ORDER = {band.code: place for place, band in enumerate(BANDS)}
BY_CODE = {band.code: band for band in BANDS}


def band_of(population: int | None) -> str:
    """The code of the size class of that many inhabitants; empty where the number is not known."""
    if population is None or population < 0:
        return ""
    return BANDS[bisect_right(STARTS, population) - 1].code


def band_label(code: str) -> str:
    """What a size class is called, or the code itself."""
    return str(BY_CODE[code].label) if code in BY_CODE else code


def band_distance(one: str, other: str) -> int:
    """How many classes lie between two of them: 0 for the same, 1 for neighbours.

    Raises :class:`KeyError` for an unknown code.
    """
    return abs(ORDER[one] - ORDER[other])
