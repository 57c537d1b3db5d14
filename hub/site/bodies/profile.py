"""What the page of one body shows: what it published, who answers, and who publishes near it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Case, Count, F, QuerySet, When, Window
from django.db.models.functions import RowNumber
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.publishing import published_by
from hub.documents import Contact, Viewer
from hub.municipalities.models import Body
from hub.site.bodies.rows import list_address
from hub.site.queries import body_entries, contributions, name_hubs
from theme.labels import KINDS_PLURAL, label

SHOWN = 4
"""Contributions of one kind and maturity on the page; the list has the others."""
STAGES: Mapping[str, str | Promise] = {
    "operation": pgettext_lazy("stage", "In operation"),
    "pilot": pgettext_lazy("stage", "Being tried out"),
    "idea": pgettext_lazy("stage", "Planned"),
    "ended": pgettext_lazy("stage", "Ended"),
    "": pgettext_lazy("stage", "State not given"),
}
REPORT, EVENT = "case_report", "event"


@dataclass(frozen=True)
class Group:
    """Contributions under one heading: the newest, how many there are, and the list of all."""

    title: str
    entries: Sequence[CatalogueEntry]
    total: int
    url: str

    @property
    def more(self) -> bool:
        """Whether the list has others."""
        return self.total > len(self.entries)


@dataclass(frozen=True)
class Figures:
    """How much bodies published, by kind and maturity, and from which hubs."""

    kinds: Mapping[tuple[str, str], int]
    origins: tuple[str, ...]

    @property
    def total(self) -> int:
        """All contributions."""
        return sum(self.kinds.values())

    def of_kind(self, kind: str) -> int:
        """Contributions of one kind."""
        return sum(number for (each, _maturity), number in self.kinds.items() if each == kind)


class Profile:
    """What a body, and what those merged into it, have published; four queries.

    ``keys`` are the body's own key, then those of its predecessors.
    """

    def __init__(self, body: Body, keys: Sequence[str], viewer: Viewer, now: dt.datetime) -> None:
        self.body = body
        self.keys = keys
        self.viewer = viewer
        self.now = now

    @property
    def published(self) -> QuerySet[CatalogueEntry]:
        """Everything, alone or with others, but the page about itself."""
        return contributions(self.viewer).filter(published_by(self.keys, self.viewer))

    @cached_property
    def portrait(self) -> CatalogueEntry | None:
        """The body's page about itself; one query."""
        return body_entries(self.viewer, [self.body.key]).get(self.body.key)

    @cached_property
    def figures(self) -> Figures:
        """How much there is; one query."""
        kinds: dict[tuple[str, str], int] = {}
        origins: dict[str, int] = {}
        rows = self.published.order_by().values_list("kind", "maturity", "origin").annotate(n=Count("pk"))
        for kind, maturity, origin, number in rows:
            kinds[kind, maturity] = kinds.get((kind, maturity), 0) + number
            origins[origin] = origins.get(origin, 0) + number
        return Figures(kinds, tuple(sorted(origins, key=lambda origin: (-origins[origin], origin))))

    @cached_property
    def newest(self) -> dict[tuple[str, str], list[CatalogueEntry]]:
        """The newest contributions of each kind and maturity, events left out; one query."""
        place = Window(
            RowNumber(),
            partition_by=[F("kind"), F("maturity")],
            order_by=[F("changed").desc(), F("pk").asc()],
        )
        found = self.published.exclude(kind=EVENT).annotate(place=place).filter(place__lte=SHOWN)
        groups: dict[tuple[str, str], list[CatalogueEntry]] = {}
        for entry in found.order_by("-changed", "pk"):
            groups.setdefault((entry.kind, entry.maturity), []).append(entry)
        return groups

    @cached_property
    def stages(self) -> list[Group]:
        """Case reports by how far they have come."""
        known = [*STAGES, *sorted({m for kind, m in self.figures.kinds if kind == REPORT} - set(STAGES))]
        return [
            Group(
                label(STAGES, maturity),
                self.newest.get((REPORT, maturity), []),
                total,
                self._address(art=REPORT, **({"reife": maturity} if maturity else {})),
            )
            for maturity in known
            if (total := self.figures.kinds.get((REPORT, maturity), 0))
        ]

    @cached_property
    def others(self) -> list[Group]:
        """Modules, and kinds that only a newer version knows."""
        kinds = sorted({kind for kind, _maturity in self.figures.kinds} - {REPORT, EVENT})
        kinds.sort(key=lambda kind: kind != "module")
        return [
            Group(
                label(KINDS_PLURAL, kind),
                [entry for (each, _m), group in self.newest.items() if each == kind for entry in group][
                    :SHOWN
                ],
                self.figures.of_kind(kind),
                self._address(art=kind),
            )
            for kind in kinds
        ]

    @cached_property
    def events(self) -> Group:
        """Events to come, next first, then those that were, latest first; one query."""
        coming = Case(When(ends__gte=self.now, then=F("starts")))
        order = (coming.asc(nulls_last=True), F("starts").desc(nulls_last=True), "pk")
        shown = list(self.published.filter(kind=EVENT).order_by(*order)[:SHOWN])
        return Group(label(KINDS_PLURAL, EVENT), shown, self.figures.of_kind(EVENT), self._address(art=EVENT))

    @cached_property
    def upcoming(self) -> list[CatalogueEntry]:
        """Of the events shown, those that have not ended."""
        return [entry for entry in self.events.entries if entry.ends and entry.ends >= self.now]

    @cached_property
    def past(self) -> list[CatalogueEntry]:
        """Of the events shown, those that have ended."""
        return [entry for entry in self.events.entries if entry not in self.upcoming]

    @property
    def area_km2(self) -> float | None:
        """The body's area in square kilometres."""
        return None if self.body.area_ha is None else self.body.area_ha / 100

    @property
    def address(self) -> str:
        """The list of everything it published."""
        return self._address()

    @cached_property
    def hubs(self) -> tuple[str, ...]:
        """Origins of what it published, the one with most first; that of its own page if there is only it."""
        if self.figures.origins or not self.portrait:
            return self.figures.origins
        return (self.portrait.origin,)

    @cached_property
    def sites(self) -> list[tuple[str, str]]:
        """Where it publishes: the origin of each hub and its name; one query if any is another hub's."""
        names = name_hubs(self.hubs)
        return [(origin, names[origin]) for origin in self.hubs]

    @cached_property
    def contacts(self) -> list[Contact]:
        """Who answers: the role its own page names, else those of its contributions."""
        own = read_contacts([self.portrait] if self.portrait else [])
        shown = [entry for group in (*self.stages, *self.others, self.events) for entry in group.entries]
        return own or read_contacts(shown)

    @property
    def is_demo(self) -> bool:
        """Whether its own page is marked as invented."""
        return bool(self.portrait and self.portrait.card.get("demo"))

    def _address(self, **filters: str) -> str:
        return list_address(self.keys, **filters)


def read_contacts(entries: Iterable[CatalogueEntry]) -> list[Contact]:
    """The contacts of these entries, each once."""
    named = (entry.card["contact"] for entry in entries if "contact" in entry.card)
    return list(dict.fromkeys(Contact(**contact) for contact in named))
