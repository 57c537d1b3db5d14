"""Writing catalogue entries: the columns that lists filter by are projected from the document here."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any

from django.db.models import Field

from hub.catalogue.cards import build_card, confirmed_on, first_year_costs, licence_of, year_of
from hub.catalogue.models import CatalogueEntry, State
from hub.documents import Document

if TYPE_CHECKING:
    from hub.catalogue.log import ReceivedChange


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
        "ends": document.event.ends if document.event else None,
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

    Raises :class:`hub.errors.UnreadableDocument`, :class:`ValueError`, :class:`OverflowError` or a
    database error for what cannot be stored; ``entry`` is then no longer what the database holds.
    """
    body = received.body or ""
    document = Document.from_bytes(body)
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
        body,
        received.object_digest,
        received.salt,
        received.revision,
        received.created,
        position,
    )
    entry.source = source
    entry.save()
    return entry


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
    """Set an entry to a published document, without saving."""
    entry.state, entry.hidden = State.LIVE, False
    entry.body, entry.digest, entry.salt = body, digest, salt
    entry.revision, entry.changed, entry.position = revision, changed, position
    for name, value in project(document).items():
        setattr(entry, name, value)
    entry.__dict__.pop("document", None)


def hide(entry: CatalogueEntry, position: int) -> None:
    """Take a live entry out of sight without forgetting it, until :func:`write_received`."""
    entry.hidden, entry.position = True, position
    entry.save(update_fields=["hidden", "position"])


def take_offline(
    entry: CatalogueEntry, state: State, revision: int, changed: dt.datetime, position: int
) -> None:
    """Withdraw or erase: the wording goes at once, the address and the chain stay."""
    entry.state, entry.revision, entry.changed, entry.position = state, revision, changed, position
    entry.hidden = False
    entry.body = entry.digest = entry.salt = ""
    entry.summary = ""
    if state == State.ERASED:
        entry.title = ""
    entry.__dict__.pop("document", None)
    entry.save()
