"""Figures about who gets the digest, for reports. None of them says anything about a person."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import QuerySet

from hub.site.digest.models import Subscription
from hub.site.listing.bodies import Bodies

FEWEST = 3
"""Fewer than this are shown as „unter 3“: one who knows who reads could tell whom they are."""


@dataclass(frozen=True)
class RegionCount:
    """How many get the digest for a region; ``number`` is None for fewer than :data:`FEWEST`."""

    key: str
    name: str
    number: int | None


def confirmed() -> QuerySet[Subscription]:
    """Those who get the digest."""
    return Subscription.objects.filter(confirmed__isnull=False)


def subscriber_count() -> int | None:
    """How many get the digest; None for some but fewer than :data:`FEWEST`. One query."""
    return _blurred(confirmed().count())


def subscribers_by_region() -> list[RegionCount]:
    """How many chose each district or independent city, the most first, those of nobody left out.

    Who chose a single municipality counts for its district, and once for each district. The row with the
    empty key counts those who want all regions. Two queries.
    """
    bodies, numbers = Bodies(), Counter[str]()
    for regions in confirmed().values_list("regions", flat=True):
        rows = (bodies.rows.get(key) for key in regions)
        numbers.update({row.region for row in rows if row} if regions else {""})
    names = bodies.names
    found = [RegionCount(key, names.get(key, key), _blurred(number)) for key, number in numbers.items()]
    return sorted(found, key=lambda each: (each.key != "", -(each.number or 0), each.name))


def _blurred(number: int) -> int | None:
    return None if 0 < number < FEWEST else number
