"""What is written for machines: envelopes, bodies, topics, the log, what was withdrawn."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from django.db.models import Model
from wagtail.models import Page

from hub.catalogue.log import envelope, timestamp
from hub.catalogue.models import CatalogueEntry, Change, State
from hub.catalogue.topics import BUILT_IN, follow_merges, read_topics
from hub.env import env
from hub.municipalities.models import Body
from hub.site.archive import places
from hub.site.archive.folder import ArchiveFolder
from hub.site.archive.selection import withdrawn_entries
from theme.topics import read_vocabulary

CHUNK = 500


def as_json(value: Any) -> str:
    """Readable JSON."""
    return json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n"


def envelope_of(entry: CatalogueEntry, slug: str) -> dict[str, Any]:
    """What is known of an entry beside its document."""
    return {
        "object_id": entry.object_id,
        "uuid": str(entry.uuid),
        "origin": entry.origin,
        "source": entry.source,
        "revision": entry.revision,
        "digest": entry.digest,
        "salt": entry.salt,
        "first_published": timestamp(entry.first_published),
        "changed": timestamp(entry.changed),
        "kind": entry.kind,
        "title": entry.title,
        "languages": entry.languages,
        "path": entry.path,
        "slug": slug,
    }


def slugs_of(found: list[CatalogueEntry]) -> dict[int, str]:
    """The last part of the address of own pages, by key; one query."""
    keys = [entry.page_id for entry in found if entry.page_id]
    return dict(Page.objects.filter(pk__in=keys).values_list("pk", "slug"))


def write_bodies(folder: ArchiveFolder) -> None:
    """The directory of bodies, whole: keys stay readable when nobody remembers them."""
    names = [field.attname for field in Body._meta.concrete_fields if field.name != "search_name"]
    rows = [_row(body, names) for body in Body.objects.order_by("key").iterator(chunk_size=CHUNK)]
    _write_table(folder, places.BODIES, names, rows)


def write_topics(folder: ArchiveFolder) -> None:
    """The vocabulary: codes, names by language, what was merged into what."""
    added, names = read_topics(), read_vocabulary().names
    merges = follow_merges(added)
    codes = [*sorted(BUILT_IN), *sorted(added)]
    rows = [
        {
            "code": code,
            "name": str(names.get(code, added[code].names.get("de", code) if code in added else code)),
            "merged_into": merges.get(code, ""),
            "built_in": code in BUILT_IN,
        }
        for code in codes
    ]
    _write_table(folder, places.TOPICS, ["code", "name", "merged_into", "built_in"], rows)


def write_log(folder: ArchiveFolder) -> None:
    """The own log without any wording, which a rebuilt instance goes on with: one envelope a line."""
    own = Change.objects.filter(origin=env.origin).order_by("epoch", "seq")
    lines = (
        json.dumps(envelope(change) | {"hash": change.hash}, sort_keys=True).encode() + b"\n"
        for change in own.iterator(chunk_size=CHUNK)
    )
    folder.write_chunks(places.LOG, lines)


def write_withdrawn(folder: ArchiveFolder) -> None:
    """Ids of what was withdrawn or erased, without wording and title.

    The address, whose last part was a title once, is kept of what was withdrawn alone: it goes on answering
    that something was there.
    """
    gone = [
        {
            "object_id": entry.object_id,
            "uuid": str(entry.uuid),
            "kind": entry.kind,
            "state": str(entry.state),
            "revision": entry.revision,
            "first_published": timestamp(entry.first_published),
            "changed": timestamp(entry.changed),
            "path": "" if entry.state == State.ERASED else entry.path,
        }
        for entry in withdrawn_entries().iterator(chunk_size=CHUNK)
    ]
    folder.write(places.WITHDRAWN, as_json(gone))


def _row(model: Model, names: list[str]) -> dict[str, Any]:
    return {name: getattr(model, name) for name in names}


def _write_table(folder: ArchiveFolder, path: str, names: list[str], rows: list[dict[str, Any]]) -> None:
    """The same rows as JSON for programs and as CSV for spreadsheets."""
    folder.write(f"{path}.json", as_json(rows))
    folder.write_chunks(f"{path}.csv", _csv_lines(names, rows))


def _csv_lines(names: list[str], rows: list[dict[str, Any]]) -> Iterator[bytes]:
    yield "\ufeff".encode()
    for row in [dict(zip(names, names, strict=True)), *rows]:
        line = io.StringIO()
        csv.writer(line, delimiter=";").writerow(["" if row[n] is None else row[n] for n in names])
        yield line.getvalue().encode()
