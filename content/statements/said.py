"""What bodies say of a document, as it counts: adopters, readers, co-publishers. No query here."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from content.statements.rules import Standing, confirmed_until
from hub.catalogue.models import CatalogueEntry
from hub.documents import Contact, Document


@dataclass(frozen=True)
class Said:
    """What a body said of a document. ``changed``: the document is another revision now."""

    body: str
    entry: CatalogueEntry
    document: Document
    changed: bool

    @property
    def about(self) -> str:
        """The id of the document it is about."""
        return self.entry.about

    @property
    def made(self) -> dt.date | None:
        """When it was first said."""
        return self.document.statement.made if self.document.statement else None

    @property
    def confirmed(self) -> dt.date | None:
        """When it was last said."""
        return self.entry.confirmed

    @property
    def note(self) -> str:
        """What was added."""
        return self.document.statement.note if self.document.statement else ""


@dataclass(frozen=True)
class Adopter(Said):
    """A body that uses a document, or did. Costs are in whole euros, None is „unbekannt“."""

    standing: Standing

    @property
    def version(self) -> str:
        """Which version."""
        return self.document.adoption.version if self.document.adoption else ""

    @property
    def since(self) -> dt.date | None:
        """From when."""
        return self.document.adoption.since if self.document.adoption else None

    @property
    def until(self) -> dt.date | None:
        """Until when."""
        return self.document.adoption.until if self.document.adoption else None

    @property
    def costs_once(self) -> int | None:
        """What it cost once."""
        return self.document.costs.once_eur if self.document.costs else None

    @property
    def costs_monthly(self) -> int | None:
        """What it costs each month."""
        return self.document.costs.monthly_eur if self.document.costs else None

    @property
    def contact(self) -> Contact | None:
        """Who answers."""
        return self.document.contact

    @property
    def is_current(self) -> bool:
        """Whether the body counts as a user today."""
        return self.standing == Standing.CURRENT

    @property
    def confirmed_until(self) -> dt.date | None:
        """The day on which it begins to count as unconfirmed."""
        return confirmed_until(self.confirmed) if self.confirmed else None


@dataclass(frozen=True)
class CoPublisher:
    """A body its owner names as co-publisher; without ``said`` it was asked and has not confirmed."""

    body: str
    said: Said | None = None

    @property
    def state(self) -> str:
        """``asked``, ``confirmed``, or ``changed`` where the document has changed since."""
        if self.said is None:
            return "asked"
        return "changed" if self.said.changed else "confirmed"


@dataclass(frozen=True)
class Statements:
    """All that others say of one document: adopters with the current first, checks, co-publishers."""

    adoptions: tuple[Adopter, ...] = ()
    checks: tuple[Said, ...] = ()
    co_publications: tuple[CoPublisher, ...] = ()

    @property
    def users(self) -> tuple[Adopter, ...]:
        """Those who use it today."""
        return tuple(adopter for adopter in self.adoptions if adopter.is_current)

    @property
    def others(self) -> tuple[Adopter, ...]:
        """Those who plan to, have not confirmed it, or did once."""
        return tuple(adopter for adopter in self.adoptions if not adopter.is_current)


@dataclass(frozen=True)
class Uses:
    """Adoptions a body made, and those of today that others made of what is its own, with the documents."""

    made: tuple[tuple[Adopter, CatalogueEntry], ...]
    received: tuple[tuple[Adopter, CatalogueEntry], ...]


@dataclass(frozen=True)
class Noted:
    """Something said lately of a document: that a body uses it, plans to, or has read it."""

    said: Said
    entry: CatalogueEntry

    @property
    def standing(self) -> Standing | None:
        """How an adoption stands; None for a check."""
        return self.said.standing if isinstance(self.said, Adopter) else None


@dataclass(frozen=True)
class Waiting:
    """A document that names a body as co-publisher; ``changed`` if it confirmed an earlier revision."""

    body: str
    entry: CatalogueEntry
    changed: bool
