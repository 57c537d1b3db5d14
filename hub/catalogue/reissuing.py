"""Publishing own documents anew in the schema of this version, one after the other."""

from __future__ import annotations

import uuid

from hub.catalogue import guarding, settling
from hub.catalogue.models import CatalogueEntry, State
from hub.catalogue.versions import same_bytes
from hub.documents import SCHEMA, number_of, version_of
from hub.env import env


def outdated_documents() -> list[uuid.UUID]:
    """The own live items with a page whose document is of an older minor version, oldest change first."""
    # Documents are canonical JSON, in which a field is written in one way alone.
    current = f'"schema_version":"{SCHEMA}"'
    own = CatalogueEntry.objects.filter(origin=env.origin, state=State.LIVE, recovered=False)
    found = own.exclude(body__contains=current).order_by("position").values_list("uuid", "body")
    return [key for key, body in found.iterator() if _is_older(version_of(body))]


def _is_older(version: str) -> bool:
    theirs, mine = number_of(version), number_of(SCHEMA)
    return theirs is not None and mine is not None and theirs < mine


def reissue(key: uuid.UUID) -> bool:
    """Publish one item as this version builds it; returns whether its revision was raised.

    Raises :class:`hub.errors.NotCurrent` while the own log may be older than what peers hold of it.
    """
    guarding.ensure_current()
    return settling.read_again(key, same_bytes)
