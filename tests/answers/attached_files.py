"""Reports with attached files that were read, for tests of answers."""

from __future__ import annotations

from typing import Any

from hub.catalogue.consumers import run_consumers
from hub.catalogue.models import CatalogueEntry
from hub.documents import Attachment, Viewer
from search.answers.models import Passage
from search.reading.services import read_round
from tests.search.attaching import MANUAL, attach, document
from tests.search.catalogue import let_follow, store

PUBLIC = Viewer.anonymous()
BYLAW = "Die Stellplatzsatzung verlangt je Wohnung einen Stellplatz."
OTHER = "Der Anhang nennt die Gebühren der Friedhöfe."


def attached(*texts: str, file: Attachment | None = None, **fields: Any) -> CatalogueEntry:
    """A report with a file that was read as these pages, and the passages of both."""
    source = fields.pop("source", "")
    entry = store(document(file or attach(MANUAL, title="Leitfaden Bauen"), **fields), source=source)
    run_consumers("federation.files")
    let_follow()
    read_round()
    return entry


def of_files() -> list[Passage]:
    return list(Passage.objects.exclude(file="").order_by("object_id", "number"))
