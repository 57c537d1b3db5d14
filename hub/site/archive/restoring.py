"""What is put back beside pages: bodies, the log, files of other hubs, addresses of what was withdrawn."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import ForeignKey
from django.utils.dateparse import parse_datetime

from hub.catalogue import entries, log
from hub.catalogue.models import CatalogueEntry, Change, LogHead, State
from hub.documents import Attachment, Audience, Document
from hub.files.models import FileState, StoredFile
from hub.files.queries import find_file
from hub.files.services import store
from hub.municipalities.models import Body
from hub.site.archive import places
from hub.site.archive.checking import read_log
from hub.site.archive.reading import ArchiveReader, Held

CHUNK = 500


def restore_bodies(reader: ArchiveReader) -> int:
    """Add the bodies that are not here; returns how many. Those that are here stay as they are."""
    rows = json.loads((reader.root / f"{places.BODIES}.json").read_text(encoding="utf-8"))
    known = set(Body.objects.values_list("key", flat=True))
    missing = [row for row in rows if row["key"] not in known]
    links = [field.attname for field in Body._meta.concrete_fields if isinstance(field, ForeignKey)]
    names = {field.attname: field for field in Body._meta.concrete_fields}
    added = [
        Body(
            **{name: names[name].to_python(row[name]) for name in row if name in names and name not in links}
        )
        for row in missing
    ]
    Body.objects.bulk_create(added, batch_size=CHUNK)
    for row in missing:  # bodies name each other, so all are there first
        if held := {name: row[name] for name in links if row.get(name)}:
            Body.objects.filter(pk=row["key"]).update(**held)
    return len(added)


def restore_log(reader: ArchiveReader) -> int:
    """Put the own log back, so that it goes on where it was; returns its length. Proofs are made anew.

    The chain has been verified. Keys are new, and a proof by a key nobody has is none.
    """
    changes = (_read_change(found) for found in read_log(reader.root) if found)
    count, last = 0, None
    while batch := list(islice(changes, CHUNK)):
        for change, position in zip(batch, log.next_positions(len(batch)), strict=True):
            change.position = position
        Change.objects.bulk_create(batch)
        count, last = count + len(batch), batch[-1]
    if last is not None:
        facts = {"epoch": last.epoch, "seq": last.seq, "head_hash": last.hash}
        LogHead.objects.update_or_create(origin=last.origin, defaults=facts)
    return count


def restore_entry(held: Held, document: Document, source: str) -> CatalogueEntry:
    """The catalogue's entry as it was: same revision, digest, salt and moments, at a new position."""
    said = held.envelope
    entry = CatalogueEntry(
        object_id=document.id,
        uuid=uuid.UUID(document.uuid),
        origin=document.origin,
        source=source,
        first_published=moment(said["first_published"]),
    )
    entries.fill(
        entry,
        document,
        held.body.decode(),
        said["digest"],
        said["salt"],
        int(said["revision"]),
        moment(said["changed"]),
        log.next_position(),
    )
    entry.save()
    return entry


def restore_withdrawn(reader: ArchiveReader) -> int:
    """Addresses that go on answering that something was there; returns how many."""
    rows = json.loads((reader.root / places.WITHDRAWN).read_text(encoding="utf-8"))
    for row in rows:
        CatalogueEntry.objects.create(
            object_id=row["object_id"],
            uuid=row["uuid"],
            origin=row["object_id"].partition("/id/")[0],
            state=State(row["state"]) if row["state"] != State.LIVE else State.WITHDRAWN,
            revision=row["revision"],
            position=log.next_position(),
            path=row["path"],
            first_published=moment(row["first_published"]),
            changed=moment(row["changed"]),
            kind=row["kind"],
            audience=Audience.PUBLIC,
        )
    return len(rows)


def restore_files(reader: ArchiveReader, document: Document) -> Iterator[Attachment]:
    """Store the files of another hub's document in its name; yields those the archive does not hold."""
    for attachment in document.attachments:
        path = reader.root / places.file_of(attachment)
        if not path.is_file():
            yield attachment
            continue
        was_here = find_file(attachment.digest) is not None
        with path.open("rb") as file:
            stored = store(file, attachment.media_type)
        StoredFile.objects.get_or_create(
            digest=attachment.digest,
            origin=document.origin,
            defaults={
                "state": FileState.STORED,
                "size": attachment.size,
                "media_type": attachment.media_type[:150],
                "source": attachment.url[:1000],
            },
        )
        if not was_here:
            stored.delete()  # it was brought by another hub, not stored by anybody here


def moment(text: str) -> dt.datetime:
    """An instant as envelopes write it. Raises ``ValueError`` for anything else."""
    found = parse_datetime(text)
    if found is None:
        raise ValueError(f"{text!r} is no moment")
    return found


def _read_change(found: dict[str, Any]) -> Change:
    return Change(
        origin=found["origin"],
        epoch=found["epoch"],
        seq=found["seq"],
        prev_hash=found["prevHash"],
        hash=found["hash"],
        object_id=found["objectId"],
        revision=found["revision"],
        type=found["type"],
        object_digest=found["objectDigest"],
        created=moment(found["created"]),
    )
