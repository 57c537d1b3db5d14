"""Documents of an unknown major version: shown by their fixed header, whole after an upgrade."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from hub.catalogue import entries
from hub.catalogue.models import CatalogueEntry
from hub.documents import Document

if TYPE_CHECKING:
    from hub.catalogue.log import ReceivedChange


def write_header(
    entry: CatalogueEntry | None, received: ReceivedChange, header: Document, source: str, position: int
) -> CatalogueEntry:
    """Create or update the entry of a received document by its ``header``; the body is kept as received.

    What this instance itself says of the item stays as it is. Raises a database error for what cannot be
    stored.
    """
    is_new = entry is None
    if entry is None:
        entry = CatalogueEntry(
            object_id=header.id,
            uuid=uuid.UUID(header.uuid),
            origin=received.origin,
            first_published=received.created,
        )
    body, digest = received.body or "", received.object_digest
    entries.fill(entry, header, body, digest, received.salt, received.revision, received.created, position)
    entry.source = source
    if is_new:
        entry.save(force_insert=True)
    else:
        entry.save(update_fields=_received_columns())
    return entry


def _received_columns() -> list[str]:
    columns = (field for field in CatalogueEntry._meta.concrete_fields if not field.primary_key)
    return [field.attname for field in columns if field.attname not in entries.OWN_COLUMNS]
