"""Documents with attached files, for tests: handed in or received, published and read."""

from __future__ import annotations

import io
from typing import Any

from hub.catalogue.consumers import run_consumers
from hub.catalogue.models import CatalogueEntry
from hub.documents import Attachment, Document
from hub.files.services import store as store_bytes
from search.engines.base import Query
from search.engines.postgres import PostgresEngine
from search.reading import PDF
from search.reading.running import FoundPage, Reading
from search.reading.services import read_round
from tests.search.attached import pdf
from tests.search.catalogue import make_document, store

PEER = "https://trier.example"
MANUAL = pdf("Inhalt des Leitfadens", "Der Hundesteuerbescheid\nwird elektronisch versandt.", "Anhang")


def attach(data: bytes, name: str = "leitfaden.pdf", media_type: str = PDF, title: str = "") -> Attachment:
    """Bytes that were handed in here, as a document names them."""
    stored = store_bytes(io.BytesIO(data), media_type)
    return attachment(stored.digest, len(data), name, media_type, title)


def attachment(
    digest: str, size: int, name: str = "leitfaden.pdf", media_type: str = PDF, title: str = ""
) -> Attachment:
    return Attachment(url="", name=name, media_type=media_type, size=size, digest=digest, title=title)


def document(*files: Attachment, title: str = "Steuern online", **fields: Any) -> Document:
    return make_document(title, "So lief es.", attachments=files, **fields)


def follow() -> None:
    """What a worker does once something was published, in its order."""
    run_consumers("federation.files")
    run_consumers("search")
    run_consumers("search.files")


def publish_and_read(*documents: Document, **columns: Any) -> list[CatalogueEntry]:
    entries = [store(each, **columns) for each in documents]
    follow()
    assert read_round() is False
    return entries


def searched(text: str) -> list[str]:
    return [hit.object_id for hit in PostgresEngine().search(Query(text)).hits]


def reading(*texts: str) -> Reading:
    return Reading(tuple(FoundPage(number, "", text) for number, text in enumerate(texts, 1)))
