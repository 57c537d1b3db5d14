"""Fills a database with made-up documents, as if settled and received.

The content of one demo city is there too, so that something can be published; consumers think they have
read everything, and no index is built.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Sequence
from itertools import islice
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction

from hub.catalogue import entries
from hub.catalogue.bulk import insert_rows
from hub.catalogue.consumers import consumer_names
from hub.catalogue.log import next_positions
from hub.catalogue.models import CatalogueEntry, Cursor
from hub.catalogue.queries import newest_position
from hub.catalogue.settling import settle
from hub.documents import Attachment, digest_of
from hub.env import env
from hub.files.models import FileReference, FileState, StoredFile
from hub.municipalities.models import Body
from search.models import FilePage, FileText, SearchIndex, TextState
from search.targets import PassageTarget
from tests.load.search_documents import BODIES, Made, body_key, make_documents
from tests.load.search_wording import place_name

CITY = "mainz"
BATCH = 500
DISTRICTS = 24


def measure(count: str) -> dict[str, Any]:
    """Fill it with so many; seconds, and the bytes of all documents."""
    began = time.perf_counter()
    with open(os.devnull, "w") as nowhere:
        call_command("load_demo", CITY, stdout=nowhere)
    settle()
    fill_bodies()
    made = make_documents(int(count), env.origin)
    written = 0
    while batch := list(islice(made, BATCH)):
        written += store(batch)
    follow_no_more()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return {"seconds": time.perf_counter() - began, "bytes": written}


def follow_no_more() -> None:
    """All consumers have read everything, and the passages of answers, which nobody asks, count as built."""
    for consumer in consumer_names():
        Cursor.objects.update_or_create(consumer=consumer, defaults={"position": newest_position()})
    passages = PassageTarget()
    SearchIndex.objects.create(engine=passages.name, generation=passages.first, shape=passages.shape)


def fill_bodies() -> None:
    """Municipalities of all sizes in some districts."""
    districts = [
        Body(key=f"98{number:03}", name=f"Kreis {place_name(5_000 + number)}", kind=Body.Kind.DISTRICT)
        for number in range(DISTRICTS)
    ]
    Body.objects.bulk_create(districts)
    towns = [
        Body(
            key=body_key(number),
            name=place_name(number),
            kind=Body.Kind.MUNICIPALITY,
            population=300 + 210_000 // (1 + number * 7 % 400),
            district=districts[number % DISTRICTS],
            source="made up",
        )
        for number in range(BODIES)
    ]
    Body.objects.bulk_create(towns)


def store(batch: Sequence[Made]) -> int:
    """Entries with their documents, and the texts of their files; returns the bytes of the documents."""
    with transaction.atomic():
        rows = [_entry(made, at) for made, at in zip(batch, next_positions(len(batch)), strict=True)]
        insert_rows(rows)
        _store_files([made for made in batch if made.pages])
    return sum(len(row.body.encode()) for row in rows)


def _entry(made: Made, position: int) -> CatalogueEntry:
    document, body = made.document, made.document.to_bytes()
    entry = CatalogueEntry(
        object_id=document.id,
        uuid=uuid.UUID(document.uuid),
        origin=document.origin,
        source=made.source,
        first_published=made.changed,
    )
    entries.fill(entry, document, body.decode(), digest_of(body, ""), "", 1, made.changed, position)
    return entry


def _store_files(batch: Sequence[Made]) -> None:
    """Their files as if stored and read: without bytes."""
    StoredFile.objects.bulk_create(_stored_file(made, file) for made in batch for file in made.document.files)
    FileReference.objects.bulk_create(
        FileReference(digest=file.digest, origin=_origin(made), object_id=made.document.id)
        for made in batch
        for file in made.document.files
    )
    read = [(made, FileText(digest=made.document.files[0].digest, state=TextState.READ)) for made in batch]
    FileText.objects.bulk_create(text for _, text in read)
    FilePage.objects.bulk_create(
        FilePage(file=text, number=number, text=page)
        for made, text in read
        for number, page in enumerate(made.pages, 1)
    )


def _stored_file(made: Made, file: Attachment) -> StoredFile:
    return StoredFile(
        digest=file.digest,
        origin=_origin(made),
        size=file.size,
        media_type=file.media_type,
        state=FileState.STORED,
        source=file.url if made.source else "",
    )


def _origin(made: Made) -> str:
    """Under whose name files are stored: nobody's for own ones."""
    return made.document.origin if made.source else ""
