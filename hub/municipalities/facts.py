"""What is known of a body on one day, and how it is drawn from the official directory."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from hub.municipalities import gv100ad
from hub.municipalities.models import Body
from hub.municipalities.names import (
    association_name,
    district_name,
    municipality_name,
    normalise_name,
)

PUBLISHER = "Destatis, Gemeindeverzeichnis GV100AD"
LICENCE = "dl-de/by-2-0"
VERBANDSGEMEINDE_CODE = "53"


class Place(NamedTuple):
    """A point on WGS 84, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one body.

    ``district`` and ``association`` are keys, empty where it has none. None means unknown, there and
    for population, area and place.
    """

    key: str
    name: str
    kind: str
    source: str
    as_of: dt.date
    population: int | None = None
    population_date: dt.date | None = None
    area_ha: int | None = None
    place: Place | None = None
    seat: str = ""
    postcode: str = ""
    district: str | None = ""
    association: str | None = ""


class Stamp(NamedTuple):
    """Where facts are from, of which day, and of which day their population is."""

    source: str
    as_of: dt.date
    population_date: dt.date


def source_text(as_of: dt.date, place_source: str = "") -> str:
    """The sentence that names the source, as the licence asks for it."""
    places = f"; Lage: {place_source}" if place_source else ""
    return f"{PUBLISHER}, Gebietsstand {as_of:%d.%m.%Y}{places}; {LICENCE}"


def default_population_date(as_of: dt.date) -> dt.date:
    """31 December of the year before the territorial status: what the directories of a year carry."""
    return dt.date(as_of.year - 1, 12, 31)


def facts_of(
    directory: gv100ad.Directory, states: Collection[str], places: Mapping[str, Place], stamp: Stamp
) -> list[Facts]:
    """The bodies of these states: districts, then associations, then municipalities.

    Population and area of districts and associations are sums over their municipalities; a district's
    area counts its unincorporated areas too. Their place is that of the municipality they have their
    seat in, or None.
    """
    rows = [row for row in directory.municipalities.values() if row.key[:2] in states]
    within: dict[str, list[gv100ad.MunicipalityRow]] = defaultdict(list)
    for row in rows:
        within[row.district].append(row)
        within[row.association].append(row)
    seats = Seats(row for row in rows if row.is_body)
    return [
        *(
            _district_facts(district, within[district.key], places.get(seats.find_for(district) or ""), stamp)
            for district in directory.districts.values()
            if district.key[:2] in states and not district.is_independent
        ),
        *(
            _association_facts(each, within[each.key], places.get(seats.find_for(each) or ""), stamp)
            for each in directory.associations.values()
            if each.key[:2] in states and each.is_body
        ),
        *(_municipality_facts(row, directory, places.get(row.key), stamp) for row in rows if row.is_body),
    ]


class Seats:
    """Finds the municipality a district or an association has its seat in.

    It is looked for by name among the association's own municipalities, then in the district, then
    among the state's independent cities, which are the seat of districts around them.
    """

    def __init__(self, rows: Iterable[gv100ad.MunicipalityRow]) -> None:
        self._keys: dict[tuple[str, str], list[str]] = defaultdict(list)
        for row in rows:
            name = normalise_name(municipality_name(row.name))
            scopes = [row.association, row.district]
            if row.text_code in gv100ad.CITIES:
                scopes.append(row.key[:2])
            for scope in scopes:
                self._keys[scope, name].append(row.key)

    def find_for(self, row: gv100ad.DistrictRow | gv100ad.AssociationRow) -> str | None:
        """The municipality's key; None if there is none of that name or several."""
        name = normalise_name(municipality_name(row.seat))
        for scope in (row.key, row.key[:5], row.key[:2]):
            keys = self._keys.get((scope, name), [])
            if keys:
                return keys[0] if len(keys) == 1 else None
        return None


def _district_facts(
    row: gv100ad.DistrictRow,
    parts: Iterable[gv100ad.MunicipalityRow],
    place: Place | None,
    stamp: Stamp,
) -> Facts:
    parts = list(parts)
    return Facts(
        key=row.key,
        name=district_name(row.name, row.text_code),
        kind=Body.Kind.DISTRICT,
        source=stamp.source,
        as_of=stamp.as_of,
        population=sum(part.population for part in parts),
        population_date=stamp.population_date,
        area_ha=sum(part.area_ha for part in parts),
        place=place,
        seat=municipality_name(row.seat),
    )


def _association_facts(
    row: gv100ad.AssociationRow,
    members: Iterable[gv100ad.MunicipalityRow],
    place: Place | None,
    stamp: Stamp,
) -> Facts:
    members = list(members)
    is_verbandsgemeinde = row.text_code == VERBANDSGEMEINDE_CODE
    return Facts(
        key=row.key,
        name=association_name(row.name, row.text_code),
        kind=Body.Kind.VERBANDSGEMEINDE if is_verbandsgemeinde else Body.Kind.OTHER,
        source=stamp.source,
        as_of=stamp.as_of,
        population=sum(member.population for member in members),
        population_date=stamp.population_date,
        area_ha=sum(member.area_ha for member in members),
        place=place,
        seat=municipality_name(row.seat),
        district=row.district,
    )


def _municipality_facts(
    row: gv100ad.MunicipalityRow, directory: gv100ad.Directory, place: Place | None, stamp: Stamp
) -> Facts:
    is_city = row.text_code in gv100ad.CITIES
    is_in_district = not directory.districts[row.district].is_independent
    kind = Body.Kind.TOWN if row.text_code in gv100ad.TOWNS else Body.Kind.MUNICIPALITY
    return Facts(
        key=row.key,
        name=municipality_name(row.name),
        kind=Body.Kind.CITY if is_city else kind,
        source=stamp.source,
        as_of=stamp.as_of,
        population=row.population,
        population_date=stamp.population_date,
        area_ha=row.area_ha,
        place=place,
        postcode=row.postcode,
        district=row.district if is_in_district else "",
        association=row.association if directory.associations[row.association].is_body else "",
    )
