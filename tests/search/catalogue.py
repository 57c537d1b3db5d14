"""Catalogue entries for tests of search and answers, written as settling and federation write them."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from hub.catalogue import entries, log
from hub.catalogue.consumers import consumer_names, run_consumers
from hub.catalogue.models import CatalogueEntry, State
from hub.documents import Block, Case, Document, Section, Text, digest_of
from hub.env import env

KOBLENZ = "07111000"
MAINZ = "07315000"


def section(heading: str, *texts: str, anchor: str = "") -> Section:
    """A section whose blocks are paragraphs with these texts."""
    anchor = anchor or heading.lower().replace(" ", "-")
    blocks = (
        Block(anchor=f"{anchor}-{n}", html=f"<p>{text}</p>", text=text) for n, text in enumerate(texts, 1)
    )
    return Section(anchor=anchor, heading=heading, blocks=tuple(blocks))


def make_document(title: str, *texts: str, origin: str = "", **fields: Any) -> Document:
    """A case report with one section „Verlauf“, unless ``sections`` says otherwise."""
    sections = fields.pop("sections", None) or (section("Verlauf", *texts),)
    maturity = fields.pop("maturity", "pilot")
    wording = Text(title=title, summary=fields.pop("summary", ""), sections=tuple(sections))
    values: dict[str, Any] = {
        "id": f"{origin or env.origin}/id/{uuid.uuid4()}",
        "kind": "case_report",
        "publishers": (MAINZ,),
        "texts": {"de": wording},
        "case": Case(maturity=maturity),
    }
    return Document(**{**values, **fields})


def store(
    document: Document, *, source: str = "", at: dt.datetime | None = None, **columns: Any
) -> CatalogueEntry:
    """Write or replace the live entry of a document, without running consumers."""
    entry = CatalogueEntry.objects.filter(object_id=document.id).first()
    now = at or timezone.now()
    if entry is None:
        entry = CatalogueEntry(
            object_id=document.id,
            uuid=uuid.UUID(document.uuid),
            origin=document.origin,
            source=source,
            first_published=now,
        )
    body, salt = document.to_bytes(), "5a17"
    revision = (entry.revision or 0) + 1
    entries.fill(
        entry, document, body.decode(), digest_of(body, salt), salt, revision, now, log.next_position()
    )
    entry.path = "" if source else f"/wissen/{document.uuid}/"
    for name, value in columns.items():
        setattr(entry, name, value)
    entry.save()
    return entry


def publish(document: Document, **fields: Any) -> CatalogueEntry:
    """Store a document and let search and answers follow."""
    entry = store(document, **fields)
    let_follow()
    return entry


def let_follow() -> None:
    """Let the index of every engine and the passages follow, PostgreSQL first."""
    for name in sorted(consumer_names(), key=len):
        if name == "passages" or name.split(".")[0] == "search":
            run_consumers(name)


def withdraw(entry: CatalogueEntry, *, follow: bool = True) -> None:
    """Withdraw an entry; with ``follow=False`` as it is before the consumers ran."""
    entries.take_offline(entry, State.WITHDRAWN, entry.revision + 1, timezone.now(), log.next_position())
    if follow:
        let_follow()
