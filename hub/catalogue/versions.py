"""Whether an own document, built by this version, says what was published, perhaps by an older one.

A newer minor version adds optional fields, so the same page gives other bytes after an upgrade. That alone
raises no revision: else every instance would send its whole catalogue anew on one night.
"""

from __future__ import annotations

import json
from typing import Any

from hub.catalogue.models import CatalogueEntry
from hub.documents import Document, digest_of, version_of
from hub.errors import UnreadableDocument


def same_bytes(entry: CatalogueEntry, document: Document) -> bool:
    """Whether it is the same to the byte."""
    return entry.digest == digest_of(document.to_bytes(), entry.salt)


def same_content(entry: CatalogueEntry, document: Document) -> bool:
    """Whether both read the same: for a page that somebody has saved, which may fill new fields."""
    if same_bytes(entry, document):
        return True
    if not is_of_other_version(entry, document):
        return False
    try:
        held = entry.document
    except UnreadableDocument:
        return False
    return held.model_copy(update={"schema_version": document.schema_version}) == document


def same_as_said(entry: CatalogueEntry, document: Document) -> bool:
    """Whether all that was published is still so: for reading a page again that nobody has touched.

    What its version had no field for is left until the page is saved or reissued.
    """
    if same_bytes(entry, document):
        return True
    if not is_of_other_version(entry, document):
        return False
    held, built = json.loads(entry.body), json.loads(document.to_bytes())
    return _is_within({**held, "schema_version": document.schema_version}, built)


def is_of_other_version(entry: CatalogueEntry, document: Document) -> bool:
    """Whether the entry was built by another version of the schema."""
    return version_of(entry.body) != document.schema_version


def _is_within(held: Any, built: Any) -> bool:
    """Whether ``built`` has everything of ``held``, in lists in the same order."""
    if isinstance(held, dict) and isinstance(built, dict):
        return all(name in built and _is_within(value, built[name]) for name, value in held.items())
    if isinstance(held, list) and isinstance(built, list):
        return len(held) == len(built) and all(map(_is_within, held, built))
    return bool(held == built)
