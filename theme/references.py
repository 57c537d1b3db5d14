"""What this instance holds of the documents that another one links or relates to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import by_ids, is_gone, is_readable
from hub.documents import Audience, Viewer


@dataclass(frozen=True)
class References:
    """By document id: the entries the viewer may read, and a note for those held but not readable."""

    readable: Mapping[str, CatalogueEntry] = field(default_factory=dict)
    withheld: Mapping[str, str] = field(default_factory=dict)


def find_references(object_ids: Iterable[str], viewer: Viewer) -> References:
    """The documents of these ids that the catalogue holds, sorted by what ``viewer`` may read; one query."""
    held = by_ids(CatalogueEntry.objects.filter(moved_to="").defer("body"), object_ids)
    readable: dict[str, CatalogueEntry] = {}
    withheld: dict[str, str] = {}
    for object_id, entry in held.items():
        if is_readable(entry, viewer):
            readable[object_id] = entry
        else:
            withheld[object_id] = _note(entry)
    return References(readable, withheld)


def _note(entry: CatalogueEntry) -> str:
    if is_gone(entry):
        return ""
    return _("members only") if entry.audience == Audience.MEMBERS else _("not public")
