"""A body's own statements, published or taken back, as their editors see them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q

from content.models import AdoptionPage, CheckPage, CoPublicationPage
from content.models.statement import StatementPage
from content.statements.rules import Standing, confirmed_until, standing_of
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import find_entries
from hub.documents import Viewer

MODELS: tuple[type[StatementPage], ...] = (CoPublicationPage, AdoptionPage, CheckPage)


@dataclass(frozen=True)
class Own:
    """One statement with the document it is about; ``target`` is None where that cannot be read any more."""

    page: StatementPage
    target: CatalogueEntry | None
    standing: Standing | None

    @property
    def kind(self) -> str:
        """What is stated."""
        return self.page.kind

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was taken back, by the body or because nobody confirmed it."""
        return not self.page.live

    @property
    def changed(self) -> bool:
        """Whether the document is another revision than the one it was said of."""
        return self.target is not None and self.target.digest != self.page.target_digest

    @property
    def confirmed_until(self) -> dt.date | None:
        """When an adoption begins to count as unconfirmed."""
        is_adoption = isinstance(self.page, AdoptionPage)
        return confirmed_until(self.page.confirmed) if is_adoption and self.page.confirmed else None

    @property
    def needs_confirming(self) -> bool:
        """Whether it would help to confirm it now: it ran out, or the document has changed."""
        if self.is_withdrawn or self.target is None:
            return False
        return self.standing == Standing.UNCONFIRMED or (self.changed and self.kind != "adoption")


def list_own(keys: Collection[str], viewer: Viewer, today: dt.date) -> list[Own]:
    """All statements of these bodies, those to confirm first; four queries."""
    own = _read(Q(maker__in=keys), viewer, today)
    return sorted(own, key=lambda each: (each.is_withdrawn, not each.needs_confirming))


def find_own(key: uuid.UUID, keys: Collection[str], viewer: Viewer, today: dt.date) -> Own | None:
    """The statement with that uuid, if one of these bodies made it; four queries at most."""
    return next(iter(_read(Q(maker__in=keys, translation_key=key), viewer, today)), None)


def _read(wanted: Q, viewer: Viewer, today: dt.date) -> list[Own]:
    pages: list[StatementPage] = []
    for model in MODELS:
        pages += model.objects.filter(wanted, alias_of=None).order_by("-confirmed", "pk")
    return read_targets(pages, viewer, today)


def read_targets(pages: Iterable[StatementPage], viewer: Viewer, today: dt.date) -> list[Own]:
    """These statements with the documents they are about; one query."""
    held = list(pages)
    targets = find_entries([page.target for page in held], viewer) if held else {}
    return [Own(page, targets.get(page.target), _standing(page, today)) for page in held]


def _standing(page: StatementPage, today: dt.date) -> Standing | None:
    if not isinstance(page, AdoptionPage):
        return None
    return standing_of(page.confirmed, page.since, page.until, today)
