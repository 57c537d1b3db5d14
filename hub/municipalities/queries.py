"""Reading the directory of bodies: search, successors, neighbours, regions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Case, F, FloatField, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import ASin, Cos, Greatest, Least, Power, Radians, Sin, Sqrt

from hub.municipalities.models import Body
from hub.municipalities.names import normalise_name

__all__ = [
    "Region",
    "current_bodies",
    "neighbours",
    "normalise_name",
    "region_of",
    "resolve_successor",
    "search_bodies",
]

KIND = Body.Kind
TOWNS = (KIND.CITY, KIND.TOWN)
MUNICIPALITIES = (KIND.CITY, KIND.TOWN, KIND.MUNICIPALITY)
# Words that say what a body is rather than what it is called.
KIND_WORDS: Mapping[str, Collection[str]] = {
    "vg": (KIND.VERBANDSGEMEINDE,),
    "verbandsgemeindeverwaltung": (KIND.VERBANDSGEMEINDE,),
    "kreis": (KIND.DISTRICT,),
    "lk": (KIND.DISTRICT,),
    "landkreis": (KIND.DISTRICT,),
    "kreisverwaltung": (KIND.DISTRICT,),
    "stadt": TOWNS,
    "stadtverwaltung": TOWNS,
    "gemeinde": (KIND.MUNICIPALITY,),
    "ortsgemeinde": (KIND.MUNICIPALITY,),
    "gemeindeverwaltung": (KIND.MUNICIPALITY,),
}
# A city is as near to a district as another district is.
LEVELS: Mapping[str, Collection[str]] = {
    KIND.VERBANDSGEMEINDE: (KIND.VERBANDSGEMEINDE,),
    KIND.DISTRICT: (KIND.DISTRICT, KIND.CITY),
}
EARTH_KM = 6371.0088  # mean radius (IUGG)
LAST_OF_CHAIN = """
    WITH RECURSIVE chain AS (
        SELECT b.*, 0 AS step, ARRAY[b.key::text] AS passed FROM municipalities_body b WHERE b.key = %s
        UNION ALL
        SELECT b.*, chain.step + 1, chain.passed || b.key::text
        FROM chain JOIN municipalities_body b ON b.key = chain.successor_id
        WHERE NOT b.key = ANY (chain.passed)
    )
    SELECT * FROM chain ORDER BY step DESC LIMIT 1
"""


def current_bodies() -> QuerySet[Body]:
    """All bodies that were not dissolved."""
    return Body.objects.filter(dissolved__isnull=True)


def search_bodies(text: str, among: QuerySet[Body] | None = None) -> QuerySet[Body]:
    """The bodies that answer to all words of ``text``; all of them if it is empty.

    A word is the beginning of a word of the name (umlauts as such or as ae, oe, ue), the beginning of
    the key or postcode, or says what kind it is („VG Adenau“, „Kreis Ahrweiler“). The same name comes
    first, then names that begin so, each by population. ``among`` are the current bodies by default.
    """
    found = current_bodies() if among is None else among
    words = normalise_name(text).split()
    if not words:
        return found if not text.strip() else found.none()
    own_key = Q(key=text.strip().casefold())
    found = found.filter(own_key | _all_of(words))
    name = " ".join(word for word in words if word not in KIND_WORDS) or " ".join(words)
    rank = Case(
        When(search_name=name, then=Value(0)),
        When(search_name__startswith=name, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return found.order_by(rank, F("population").desc(nulls_last=True), "name", "key")


def resolve_successor(body: Body) -> Body:
    """The last in the chain of successors, in one query; the body itself if it has none.

    A dissolved one comes back where nobody succeeded it.
    """
    if body.successor_id is None:
        return body
    return next(iter(Body.objects.raw(LAST_OF_CHAIN, [body.key])))


def neighbours(body: Body, limit: int = 5) -> QuerySet[Body]:
    """The nearest current bodies of the same level, nearest first, with ``distance_km``.

    Municipalities have municipalities for neighbours, Verbandsgemeinden their like, districts also the
    independent cities. The distance is that along a great circle (haversine). None for a body without a
    place.
    """
    if body.latitude is None or body.longitude is None:
        return Body.objects.none()
    of_level = current_bodies().filter(
        kind__in=LEVELS.get(body.kind, MUNICIPALITIES), latitude__isnull=False, longitude__isnull=False
    )
    near = of_level.exclude(key=body.key).annotate(distance_km=_distance(body.latitude, body.longitude))
    return near.order_by("distance_km", "key")[:limit]


@dataclass(frozen=True)
class Region:
    """A district with the current bodies in it, or a body that is in none."""

    body: Body
    bodies: QuerySet[Body]


def region_of(body: Body) -> Region:
    """The district the body is in, or itself if it is one or is in none, as independent cities are."""
    centre = body.district or body
    return Region(centre, current_bodies().filter(district=centre))


def _all_of(words: Collection[str]) -> Q:
    condition = Q()
    for word in words:
        condition &= _matches(word)
    return condition


def _matches(word: str) -> Q:
    condition = Q(search_name__startswith=word) | Q(search_name__contains=f" {word}")
    if word.isdigit():
        condition |= Q(key__startswith=word) | Q(postcode__startswith=word)
    if word in KIND_WORDS:
        condition |= Q(kind__in=KIND_WORDS[word])
    if word == "st":
        condition |= _matches("sankt")
    return condition


def _distance(latitude: float, longitude: float) -> CombinedExpression:
    """Kilometres from the row's place to that point, by the haversine formula."""
    across = Power(Sin((Radians("latitude") - Radians(Value(latitude))) / 2), 2)
    along = Power(Sin((Radians("longitude") - Radians(Value(longitude))) / 2), 2)
    chord = across + along * Cos(Radians("latitude")) * Cos(Radians(Value(latitude)))
    # Rounding could carry the chord out of the domain of the arc sine.
    inside = Least(Greatest(chord, Value(0.0)), Value(1.0))
    return ASin(Sqrt(inside, output_field=FloatField())) * Value(2 * EARTH_KM)
