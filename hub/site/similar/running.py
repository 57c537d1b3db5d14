"""What bodies run, and how it bears on the document that somebody asks about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from content.statements.rules import Standing
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import cards
from hub.documents import Contact, Viewer
from hub.municipalities.similarity import product_key
from hub.site.similar.directory import ADOPTION, REPORT, Item, Known, Town
from theme import figures

PUBLISHED, CONNECTED, SOFTWARE = "published", "connected", "software"
WAYS: Mapping[str, str | Promise] = {
    PUBLISHED: pgettext_lazy("way of running", "has published it"),
    Standing.CURRENT: pgettext_lazy("way of running", "states that it uses it"),
    Standing.UNCONFIRMED: pgettext_lazy("way of running", "uses it, but has not confirmed it lately"),
    Standing.PLANNED: pgettext_lazy("way of running", "is going to use it"),
    Standing.ENDED: pgettext_lazy("way of running", "has used it, but does so no longer"),
    CONNECTED: pgettext_lazy("way of running", "has something that is connected with it"),
    SOFTWARE: pgettext_lazy("way of running", "reports on the same software"),
}
"""How something a body runs bears on a document, the strongest first."""
MONTHS = 12


@dataclass(frozen=True)
class Subject:
    """The document somebody asks about: who runs this?"""

    entry: CatalogueEntry
    products: frozenset[str]

    @classmethod
    def of(cls, entry: CatalogueEntry) -> Self:
        """With the products it names."""
        named = entry.card.get("software") or ()
        return cls(entry, frozenset(key for name in named if (key := product_key(name))))

    def way_of(self, item: Item, today: dt.date) -> str | None:
        """How ``item`` bears on it, a key of ``WAYS``; None if it does not."""
        if item.object_id == self.entry.object_id:
            return PUBLISHED
        if item.about == self.entry.object_id:
            return item.standing(today)
        if item.kind == ADOPTION:
            return None
        if item.object_id in self.entry.related or self.entry.object_id in item.related:
            return CONNECTED
        return SOFTWARE if item.kind == REPORT and self.products & item.products else None


@dataclass(frozen=True)
class Run:
    """One thing a body runs, with what it costs there and who answers.

    ``url`` and ``title`` are those of the document itself, for an adoption those of what was adopted;
    amounts are in euros, None is unknown. ``way`` says how it bears on the document asked about.
    """

    kind: str
    title: str
    url: str
    maturity: str
    once: int | None
    monthly: int | None
    contact: Contact | None
    population: int | None
    standing: Standing | None = None
    way: str = ""

    @property
    def once_each(self) -> str:
        """What it costs once, for each inhabitant."""
        return figures.per_inhabitant(self.once, self.population)

    @property
    def yearly_each(self) -> str:
        """What it costs a year, for each inhabitant."""
        yearly = None if self.monthly is None else self.monthly * MONTHS
        return figures.per_inhabitant(yearly, self.population)

    @property
    def way_label(self) -> str | Promise:
        """How it bears on the document asked about, in words."""
        return WAYS.get(self.way, "")


def read_runs(
    known: Known, wanted: Mapping[Town, tuple[Item, ...]], viewer: Viewer, subject: Subject | None = None
) -> dict[str, list[Run]]:
    """What these bodies run, by their keys; one query if they run anything."""
    items = {item.pk: item for found in wanted.values() for item in found}
    if not items:
        return {}
    targets = {item.about for item in items.values() if item.about}
    read = list(cards(viewer).filter(Q(pk__in=items) | Q(object_id__in=targets)))
    by_pk, by_id = {entry.pk: entry for entry in read}, {entry.object_id: entry for entry in read}
    runs: dict[str, list[Run]] = {}
    for town, found in wanted.items():
        for item in found:
            entry, shown = by_pk.get(item.pk), by_id.get(item.about or item.object_id)
            if entry is not None and shown is not None:
                way = (subject.way_of(item, known.today) if subject else None) or ""
                run = _build(entry, shown, town, item.standing(known.today), way)
                runs.setdefault(town.key, []).append(run)
    for each in runs.values():
        each.sort(key=lambda run: list(WAYS).index(run.way) if run.way else 0)
    return runs


def _build(
    entry: CatalogueEntry, shown: CatalogueEntry, town: Town, standing: Standing | None, way: str
) -> Run:
    card = entry.card
    return Run(
        kind=entry.kind,
        title=shown.title,
        url=shown.get_absolute_url(),
        maturity=entry.maturity,
        once=card.get("once"),
        monthly=card.get("monthly"),
        contact=Contact(**card["contact"]) if card.get("contact") else None,
        population=town.population,
        standing=standing,
        way=way,
    )
