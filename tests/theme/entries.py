"""Catalogue entries for tests of pages, written without a page or a log."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from typing import Any

from hub.catalogue.entries import fill
from hub.catalogue.models import CatalogueEntry
from hub.documents import Block, Case, Contact, Costs, Document, Section, Text, digest_of
from hub.env import env
from hub.municipalities.models import Body

NUMBERS = itertools.count(1)
BEYOND = 1_000_000
"""Positions of made-up entries lie beyond those that are given out in a test."""
NOW = dt.datetime(2026, 11, 1, 9, 0, tzinfo=dt.UTC)
KOBLENZ = "07111000"
CITIES = {"07315000": ("Mainz", 222_889), KOBLENZ: ("Koblenz", 115_298), "07211000": ("Trier", 112_461)}


def add_bodies() -> None:
    """Three cities of the alliance."""
    for key, (name, population) in CITIES.items():
        fields = {"name": name, "kind": Body.Kind.CITY, "population": population}
        Body.objects.update_or_create(key=key, defaults=fields)


def make_document(
    title: str = "Parkraumsensorik", *, origin: str = env.origin, html: str = "", **fields: Any
) -> Document:
    """A case report of Koblenz with one section of one block."""
    block = Block(anchor="ziel-1", html=html or "<p>Suchzeit senken.</p>", text="Suchzeit senken.")
    values: dict[str, Any] = {
        "id": f"{origin}/id/{uuid.uuid4()}",
        "kind": "case_report",
        "publishers": (KOBLENZ,),
        "texts": {
            "de": Text(
                title=title,
                summary="Kurz.",
                sections=(Section(anchor="ziel", heading="Ziel", blocks=(block,)),),
            )
        },
        "topics": ("mobilitaet",),
        "contact": Contact(role="Verkehrsplanung", email="verkehr@koblenz.demo.invalid"),
        "costs": Costs(once_eur=96_400, monthly_eur=1_180),
        "case": Case(maturity="operation", evidence="measured", evidence_date=dt.date(2026, 6, 30)),
    }
    return Document(**{**values, **fields})


def add_entry(
    document: Document | None = None, *, source: str = "", path: str = "", **fields: Any
) -> CatalogueEntry:
    """The saved entry of ``document``."""
    document = document or make_document()
    body, number = document.to_bytes(), next(NUMBERS)
    entry = CatalogueEntry(
        object_id=document.id,
        uuid=uuid.UUID(document.uuid),
        origin=document.origin,
        source=source,
        path=path,
        first_published=NOW,
    )
    changed = fields.pop("changed", NOW + dt.timedelta(seconds=number))
    fill(entry, document, body.decode(), digest_of(body, ""), "", 1, changed, BEYOND + number)
    for name, value in fields.items():
        setattr(entry, name, value)
    entry.save()
    return entry
