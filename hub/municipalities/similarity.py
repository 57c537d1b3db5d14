"""How alike two bodies are: one documented formula, a score of 0 to 100 with its reasons.

Four parts, each worth 0 to 1, are weighed:

=========  ======  ==========================================================================
part       weight  value
=========  ======  ==========================================================================
size       40      same size class 1, next class 0.5, two classes apart 0.2, else 0
kind       25      same kind 1, related kinds (``RELATED``) 0.5, else 0
density    15      the lower number of inhabitants per km², divided by the higher one
software   20      shared products, divided by how many could be shared, three at most
=========  ======  ==========================================================================

The score is the weighed mean in per cent, rounded half up. A part of which one of the two says nothing
drops out and the weights of the others fill its place. Inhabitants and kind must be known of both: without
them there is no score, for what remains says too little. The formula is symmetric.

Why so: what a solution costs and who can look after it hangs on the size of the administration first, then
on its tasks (kind), on distances (density), and on what is there already (software). Sharing counts up to
three products only, since reports never name all that a town runs. The reasoning stands in
``docs/decisions/0006-towns-like-mine.md``; readers find it at ``/aehnlich/formel/``.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from hub.municipalities.bands import band_distance, band_of
from hub.municipalities.models import Body

SIZE, KIND, DENSITY, SOFTWARE = "size", "kind", "density", "software"
WEIGHTS = {SIZE: 40, KIND: 25, DENSITY: 15, SOFTWARE: 20}
MINIMUM = (SIZE, KIND)
"""Without these there is no score."""

BY_DISTANCE = (1.0, 0.5, 0.2)
"""Value of the size by the number of classes apart; 0 beyond."""

RELATED = frozenset(
    frozenset(pair)
    for pair in (
        (Body.Kind.CITY, Body.Kind.TOWN),
        (Body.Kind.CITY, Body.Kind.DISTRICT),
        (Body.Kind.TOWN, Body.Kind.VERBANDSGEMEINDE),
        (Body.Kind.TOWN, Body.Kind.MUNICIPALITY),
    )
)
"""Kinds with some tasks in common: independent cities do what districts do, towns have an administration of
their own as Verbandsgemeinden have."""

RELATED_VALUE = 0.5
MOST_SHARED = 3

LONGEST_NAME = 200
"""What of a product's name is compared; names come from other hubs, too."""

BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
GAPS = re.compile(r"[\s,]+")
VERSION = re.compile(r" (?:version\s*|v\.?\s*)?(?:\d{1,2}|\d+(?:\.\d+)+)(?:\.x)?$", re.IGNORECASE)
SIGNS = re.compile(r"[^\w+#]+")


@dataclass(frozen=True, slots=True)
class Profile:
    """What the formula reads of a body.

    ``density`` is in inhabitants per km², ``software`` holds normalised product names (``product_key``) and
    the ids of modules it publishes or has adopted. None, an empty kind and no software mean unknown.
    """

    population: int | None = None
    kind: str = ""
    density: float | None = None
    software: frozenset[str] = field(default_factory=frozenset)

    @property
    def band(self) -> str:
        """Its size class; empty where its inhabitants are unknown."""
        return band_of(self.population)


class PartOfScore(NamedTuple):
    """One part: its weight, its value from 0 to 1 or None where it dropped out, and what both have."""

    name: str
    weight: int
    value: float | None
    shared: frozenset[str] = frozenset()


class Similarity(NamedTuple):
    """How alike two bodies are. ``score`` is None where ``missing`` holds what cannot be done without."""

    score: int | None
    parts: tuple[PartOfScore, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the parts that dropped out."""
        return tuple(part.name for part in self.parts if part.value is None)

    def part(self, name: str) -> PartOfScore:
        """The part of that name."""
        return next(part for part in self.parts if part.name == name)


def similarity(a: Profile, b: Profile) -> Similarity:
    """How alike ``a`` and ``b`` are; see the module for the formula."""
    shared = a.software & b.software
    parts = (
        PartOfScore(SIZE, WEIGHTS[SIZE], _value_of_size(a, b)),
        PartOfScore(KIND, WEIGHTS[KIND], _value_of_kind(a, b)),
        PartOfScore(DENSITY, WEIGHTS[DENSITY], _value_of_density(a, b)),
        PartOfScore(SOFTWARE, WEIGHTS[SOFTWARE], _value_of_software(a, b), shared),
    )
    if parts[0].value is None or parts[1].value is None:
        return Similarity(None, parts)
    known = [(part.weight, part.value) for part in parts if part.value is not None]
    mean = sum(weight * value for weight, value in known) / sum(weight for weight, _value in known)
    return Similarity(math.floor(mean * 100 + 0.5), parts)


@lru_cache(maxsize=4096)
def product_key(name: str) -> str:
    """A product's name as it is compared: without case, brackets, version and signs.

    „Nextcloud 28“ and „NextCloud (gehostet)“ are the same product, „Microsoft 365“ stays what it is.
    """
    plain = unicodedata.normalize("NFKC", BRACKETS.sub(" ", name[:LONGEST_NAME])).casefold()
    plain = GAPS.sub(" ", plain).strip()
    shorter = VERSION.sub("", plain)
    return SIGNS.sub(" ", shorter or plain).strip()


def _value_of_size(a: Profile, b: Profile) -> float | None:
    if not a.band or not b.band:
        return None
    apart = band_distance(a.band, b.band)
    return BY_DISTANCE[apart] if apart < len(BY_DISTANCE) else 0.0


def _value_of_kind(a: Profile, b: Profile) -> float | None:
    if not a.kind or not b.kind:
        return None
    if a.kind == b.kind:
        return 1.0
    return RELATED_VALUE if frozenset((a.kind, b.kind)) in RELATED else 0.0


def _value_of_density(a: Profile, b: Profile) -> float | None:
    if not a.density or not b.density:
        return None
    return min(a.density, b.density) / max(a.density, b.density)


def _value_of_software(a: Profile, b: Profile) -> float | None:
    if not a.software or not b.software:
        return None
    possible = min(MOST_SHARED, len(a.software), len(b.software))
    return min(1.0, len(a.software & b.software) / possible)
