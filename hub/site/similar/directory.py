"""All bodies with what they run, as light rows: two or three queries, whatever their number.

What a body runs are its case reports, modules and other things to take over, and what it states to have
adopted. What a dissolved body left counts for its successor.

What is known is kept in the process until the catalogue, the directory or the day is another one: anybody
may ask for it, and with many thousand entries reading it takes a second. Nothing is shown from it that is
not read again for the viewer, but for titles and counts.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, NamedTuple

from django.db.models import Q, Value
from django.utils import timezone

from content.statements.rules import Standing, counting, owners_of, standing_of
from hub.catalogue.queries import entries, newest_position
from hub.documents import UNLISTED, Audience, Viewer
from hub.municipalities.models import Body
from hub.municipalities.names import normalise_name
from hub.municipalities.regions import resolve_all
from hub.municipalities.similarity import Profile, product_key

ADOPTION, REPORT, MODULE = "adoption", "case_report", "module"
RUNNABLE = frozenset({REPORT, MODULE, ADOPTION, "dataset", "indicator", "training", "motion"})
"""Kinds that show what a body does, and that another can take over."""

OFFERED = RUNNABLE - {ADOPTION}
"""Of these somebody may ask who runs them."""

NOT_IN_USE = frozenset({"idea", "ended"})
"""Maturities of reports whose software is not in use, or not any more."""

EARTH_KM = 6371.0088


class Town(NamedTuple):
    """The columns of a body that the formula and its list need."""

    key: str
    name: str
    kind: str
    population: int | None
    area_ha: int | None
    latitude: float | None
    longitude: float | None
    dissolved: dt.date | None
    successor_id: str | None

    @property
    def density(self) -> float | None:
        """Inhabitants per km²."""
        return self.population * 100 / self.area_ha if self.population and self.area_ha else None

    @property
    def kind_label(self) -> str:
        """What its kind is called."""
        return str(dict(Body.Kind.choices).get(self.kind, self.kind))

    def distance_to(self, other: Town) -> float | None:
        """Kilometres along a great circle (haversine); None where a place is unknown."""
        if None in (self.latitude, self.longitude, other.latitude, other.longitude):
            return None
        here, there = math.radians(self.latitude or 0), math.radians(other.latitude or 0)
        along = math.radians((other.longitude or 0) - (self.longitude or 0))
        chord = (
            math.sin((there - here) / 2) ** 2 + math.cos(here) * math.cos(there) * math.sin(along / 2) ** 2
        )
        return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, chord)))


class Item(NamedTuple):
    """One thing a body runs. Of an adoption ``about`` is what it is of, ``since`` and ``until`` ISO days."""

    pk: int
    object_id: str
    kind: str
    title: str
    summary: str
    publishers: list[str]
    topics: list[str]
    maturity: str
    about: str
    related: list[str]
    confirmed: dt.date | None
    software: list[str] | None
    since: str | None
    until: str | None

    @property
    def products(self) -> frozenset[str]:
        """Its products as they are compared."""
        return frozenset(key for name in self.software or () if (key := product_key(name)))

    def standing(self, today: dt.date) -> Standing | None:
        """How an adoption stands on that day; None for what is none."""
        if self.kind != ADOPTION:
            return None
        since, until = (dt.date.fromisoformat(day) if day else None for day in (self.since, self.until))
        return standing_of(self.confirmed, since, until, today)


ON_CARD = ("software", "since", "until")
COLUMNS = tuple("card__" + name if name in ON_CARD else name for name in Item._fields)
Key = tuple[frozenset[Audience], bool]
Stamp = tuple[int, dt.date]


@dataclass
class Known:
    """Everything the viewer may know of all bodies; shared, so nobody changes it.

    Adoptions of what they may not read are left out, and those that count for nothing; of several that a
    body states of one document the last confirmed holds.
    """

    towns: dict[str, Town]
    items: list[Item]
    titles: dict[str, Item]
    today: dt.date
    _held: ClassVar[dict[Key, tuple[Stamp, Known]]] = {}
    """The newest of each kind of viewer, of whom there are few."""

    @classmethod
    def load(cls, viewer: Viewer, *, with_summaries: bool = False) -> Known:
        """Bodies and what they run: two queries, and a third where something has changed.

        Items have no summary unless it is asked for.
        """
        key = (viewer.audiences, with_summaries)
        # The position is read first: what changes meanwhile comes with a later one, and is read then.
        stamp = (newest_position(), timezone.localdate())
        rows = Body.objects.order_by("name", "key").values_list(*Town._fields)
        towns = {town.key: town for town in (Town(*values) for values in rows)}
        held = cls._held.get(key)
        if held and held[0] == stamp and held[1].towns == towns:
            return held[1]
        known = cls._read(viewer, towns, stamp[1], with_summaries)
        cls._held[key] = stamp, known
        return known

    @classmethod
    def forget(cls) -> None:
        """Read anew next time; for tests, whose catalogues begin at the same position again and again."""
        cls._held.clear()

    @classmethod
    def _read(cls, viewer: Viewer, towns: dict[str, Town], today: dt.date, with_summaries: bool) -> Known:
        wanted = entries(viewer).filter(Q(~Q(kind__in=sorted(UNLISTED)), about="") | Q(kind=ADOPTION))
        columns = [Value("") if name == "summary" and not with_summaries else name for name in COLUMNS]
        found = [Item(*values) for values in wanted.order_by("-changed", "pk").values_list(*columns)]
        titles = {item.object_id: item for item in found if item.kind != ADOPTION}
        owners = owners_of(ADOPTION, titles.values())
        stated = counting([item for item in found if item.kind == ADOPTION], owners, today)
        held = {item.pk for item in stated.values()}
        items = [
            item for item in found if item.kind in RUNNABLE and (item.kind != ADOPTION or item.pk in held)
        ]
        return cls(towns, items, titles, today)

    @cached_property
    def successors(self) -> dict[str, str]:
        """The body that now stands for each dissolved one, by their keys."""
        ways = {town.key: town.successor_id for town in self.towns.values() if town.successor_id}
        return resolve_all(ways)

    @cached_property
    def by_town(self) -> dict[str, list[Item]]:
        """What each body runs, newest first."""
        held: dict[str, list[Item]] = defaultdict(list)
        for item in self.items:
            for key in dict.fromkeys(self.successors.get(key, key) for key in item.publishers):
                held[key].append(item)
        return dict(held)

    def profile(self, town: Town) -> Profile:
        """What the formula reads of a body."""
        return Profile(town.population, town.kind, town.density, self._software.get(town.key, frozenset()))

    @cached_property
    def words(self) -> dict[int, str]:
        """What is said of each item, as a search compares it, by its row."""
        return {item.pk: normalise_name(" ".join(self._said_of(item))) for item in self.items}

    def _said_of(self, item: Item) -> list[str]:
        about = self.titles.get(item.about)
        said = [item.title, item.summary, *(item.software or ())]
        return [*said, about.title, about.summary] if about else said

    def name_of(self, software: str) -> str:
        """A product or module as people call it, from its key in a profile."""
        module = self.titles.get(software)
        return module.title if module else self._product_names.get(software, software)

    @cached_property
    def _product_names(self) -> dict[str, str]:
        spelt = ((product_key(name), name) for item in self.items for name in item.software or ())
        return dict(sorted(spelt, key=lambda pair: (len(pair[1]), pair[1]), reverse=True))

    @cached_property
    def _software(self) -> dict[str, frozenset[str]]:
        return {key: self._software_of(items) for key, items in self.by_town.items()}

    def _software_of(self, items: Iterable[Item]) -> frozenset[str]:
        found: set[str] = set()
        for item in items:
            if item.standing(self.today) == Standing.CURRENT:
                found.add(item.about)
            elif item.kind == MODULE:
                found.add(item.object_id)
            elif item.kind == REPORT and item.maturity not in NOT_IN_USE:
                found |= item.products
        return frozenset(found)
