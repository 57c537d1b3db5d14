"""Writing catalogue entries: the columns that lists filter by are projected from the document here."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import Field

from hub.catalogue.bulk import insert_rows
from hub.catalogue.cards import build_card, confirmed_on, first_year_costs, licence_of, year_of
from hub.catalogue.models import CatalogueEntry, State
from hub.documents import Document
from hub.documents.series import last_end

OWN_COLUMNS = ("uuid", "origin", "first_published", "overlay", "label", "recovered", "moved_to")
"""What an update of a received entry does not touch."""

if TYPE_CHECKING:
    from hub.catalogue.log import ReceivedChange

ERASED_COLUMNS = (
    "title", "path", "topics", "stated_topics", "languages", "maturity", "starts", "ends", "expires",
    "co_publishers", "about", "related", "licence", "first_year_eur", "year", "confirmed", "card", "label",
)  # fmt: skip
"""What an erased item no longer says. Its kind, publishers and audience stay: whose it was, and for whom."""


def project(document: Document) -> dict[str, Any]:
    """The filter columns of an entry, from its document."""
    text = document.text()
    return {
        "kind": document.kind,
        "audience": document.audience.value,
        "title": text.title[:300],
        "summary": text.summary,
        "publishers": list(document.publishers),
        "topics": list(document.topics),
        "stated_topics": list(document.topics),
        "languages": sorted(document.texts),
        "maturity": document.case.maturity if document.case else "",
        "starts": document.event.starts if document.event else None,
        "ends": last_end(document.event) if document.event else None,
        "expires": document.expires,
        "co_publishers": list(document.co_publishers),
        "about": document.statement.about if document.statement else "",
        "related": list(dict.fromkeys(relation.target for relation in document.relations)),
        "licence": licence_of(document),
        "first_year_eur": first_year_costs(document.costs),
        "year": year_of(document),
        "confirmed": confirmed_on(document),
        "card": build_card(document),
    }


def check_projection(document: Document) -> None:
    """Check that a document's filter columns can be stored.

    Raises :class:`django.core.exceptions.ValidationError` for a value too long for its column.
    """
    for name, value in project(document).items():
        field = CatalogueEntry._meta.get_field(name)
        if isinstance(field, Field):
            field.run_validators(value)


def write_received(
    entry: CatalogueEntry | None, received: ReceivedChange, source: str, position: int
) -> CatalogueEntry:
    """Create or update the entry of a received document; what was hidden is shown.

    Raises what :func:`fill_received` does, or a database error for what cannot be stored; ``entry`` is then
    no longer what the database holds.
    """
    entry = fill_received(entry, received, source, position)
    entry.save()
    return entry


def fill_received(
    entry: CatalogueEntry | None, received: ReceivedChange, source: str, position: int = 0
) -> CatalogueEntry:
    """The entry of a received document, without saving; a new one if there is none.

    Raises :class:`hub.errors.UnreadableDocument`, :class:`ValueError` or :class:`OverflowError` for what
    cannot be read; ``entry`` is then left as it was.
    """
    document = received.document
    if entry is None:
        entry = CatalogueEntry(
            object_id=document.id,
            uuid=uuid.UUID(document.uuid),
            origin=received.origin,
            first_published=received.created,
        )
    fill(
        entry,
        document,
        received.body or "",
        received.object_digest,
        received.salt,
        received.revision,
        received.created,
        position,
    )
    entry.source = source
    return entry


def save_received(written: Sequence[CatalogueEntry]) -> None:
    """Store entries that were received, new and known ones, in one statement.

    What this instance itself says of them (see :class:`CatalogueEntry`) is left as it is. Raises a
    database error if any of them cannot be stored.
    """
    insert_rows(written, known_by="object_id", kept=OWN_COLUMNS)


def fill(
    entry: CatalogueEntry,
    document: Document,
    body: str,
    digest: str,
    salt: str,
    revision: int,
    changed: dt.datetime,
    position: int,
) -> None:
    """Set an entry to a published document, without saving. One that cannot be read changes nothing."""
    columns = project(document)
    entry.state, entry.hidden = State.LIVE, False
    entry.body, entry.digest, entry.salt = body, digest, salt
    entry.revision, entry.changed, entry.position = revision, changed, position
    for name, value in columns.items():
        setattr(entry, name, value)
    entry.__dict__.pop("document", None)


def hide(entry: CatalogueEntry, position: int) -> None:
    """Take a live entry out of sight without forgetting it, until :func:`fill_received`; without saving."""
    entry.hidden, entry.position = True, position


def take_offline(
    entry: CatalogueEntry, state: State, revision: int, changed: dt.datetime, position: int
) -> None:
    """Withdraw or erase, and save: the wording goes at once, the address and the chain stay."""
    empty(entry, state, revision, changed, position)
    entry.save()


def empty(entry: CatalogueEntry, state: State, revision: int, changed: dt.datetime, position: int) -> None:
    """What :func:`take_offline` does, without saving."""
    entry.state, entry.revision, entry.changed, entry.position = state, revision, changed, position
    entry.hidden = False
    entry.body = entry.digest = entry.salt = ""
    entry.summary = ""
    if state == State.ERASED:
        for name, nothing in _erased_columns():
            setattr(entry, name, nothing)
    entry.__dict__.pop("document", None)


def _erased_columns() -> Iterator[tuple[str, Any]]:
    """The columns that speak of an erased item, and what they hold without it."""
    for field in CatalogueEntry._meta.concrete_fields:
        if field.name in ERASED_COLUMNS:
            yield field.name, field.get_default()
