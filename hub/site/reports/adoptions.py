"""Adoptions as reports count them: who uses what, since when it is said, and what has ended."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils import timezone

from content.statements.rules import Standing, counting, owners_of, standing_of
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.publishing import published_by
from hub.catalogue.queries import cards
from hub.documents import Viewer
from hub.site.reports.periods import Period


@dataclass(frozen=True)
class Use:
    """One body's use of one document. ``said`` is the day it was published, ``until`` the end it named."""

    body: str
    about: str
    said: dt.date
    until: dt.date | None
    standing: Standing

    @property
    def is_current(self) -> bool:
        """Whether the body counts as a user today."""
        return self.standing == Standing.CURRENT


@dataclass(frozen=True)
class Uses:
    """All uses of some documents, with those documents by id."""

    uses: tuple[Use, ...]
    targets: dict[str, CatalogueEntry]

    @property
    def current(self) -> list[Use]:
        """Those of today."""
        return [use for use in self.uses if use.is_current]

    def new(self, period: Period) -> list[Use]:
        """Those that were stated in the period and were not taken back since."""
        return [use for use in self.uses if period.first <= use.said <= period.last]

    def ended(self, period: Period) -> list[Use]:
        """Those whose end lies in the period."""
        return [use for use in self.uses if use.until and period.first <= use.until <= period.last]

    def most_adopted(self, limit: int) -> list[tuple[str, int]]:
        """Documents by the number of bodies that use them today."""
        counts = Counter(use.about for use in self.current)
        return sorted(counts.items(), key=lambda pair: (-pair[1], self.targets[pair[0]].title))[:limit]


def read_uses(
    keys: Collection[str] | None, viewer: Viewer, today: dt.date, *, everywhere: bool = False
) -> Uses:
    """The uses of what these bodies publish; None for all of this instance, or ``everywhere`` of all hubs.

    Two queries.
    """
    owned = cards(viewer)
    if keys is not None:
        owned = owned.filter(published_by(keys, viewer))
    elif not everywhere:
        owned = owned.filter(source="")
    rows = list(cards(viewer).filter(kind="adoption", about__in=owned.values("object_id")))
    targets = cards(viewer).in_bulk({row.about for row in rows}, field_name="object_id")
    counted = counting(rows, owners_of("adoption", targets.values()), today)
    return Uses(tuple(_read(counted.values(), today)), targets)


def _read(rows: Iterable[CatalogueEntry], today: dt.date) -> Iterable[Use]:
    for row in rows:
        since, until = (_day(row.card.get(name)) for name in ("since", "until"))
        standing = standing_of(row.confirmed, since, until, today)
        said = timezone.localdate(row.first_published)
        yield Use(row.publishers[0], row.about, said, until, standing)


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
