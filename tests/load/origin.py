"""A process that fills its hub's own log: ``python -m tests.load.origin ENTRIES``.

The documents are made up and marked so; digests, chain and proofs are real, by the instance's own keys.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import secrets
import sys
import uuid

import django
from django.utils import timezone

django.setup()

from federation.addresses import proof_key_of  # noqa: E402 - after the set-up
from federation.identity import own_keys  # noqa: E402
from federation.proofs import create_proof  # noqa: E402
from hub.catalogue import entries as catalogue_entries  # noqa: E402
from hub.catalogue.bulk import insert_rows  # noqa: E402
from hub.catalogue.log import envelope, hash_of, next_positions, timestamp  # noqa: E402
from hub.catalogue.models import CatalogueEntry, Change, ChangeType, LogHead  # noqa: E402
from hub.documents import Block, Document, Section, Text, digest_of  # noqa: E402
from hub.env import env  # noqa: E402

BATCH = 500
WORDS = (
    "Verwaltung", "Kommune", "Bericht", "Verfahren", "Daten", "Sensor", "Antrag", "Beratung", "Schule",
    "Verkehr", "Klima", "Haushalt", "Modell", "Erfahrung", "Auswertung", "Werkzeug", "Fachbereich",
    "Beteiligung", "Vergabe", "Vertrag", "Betrieb", "Schulung", "Kosten", "Nutzen",
)  # fmt: skip
PARAGRAPHS, LENGTH = 3, 25


def main() -> None:
    """Print the mean size of a document in bytes."""
    entries = int(sys.argv[1])
    size = sum(_fill(range(start, min(start + BATCH, entries))) for start in range(0, entries, BATCH))
    print(json.dumps({"bytes": size / entries}))


def _fill(numbers: range) -> int:
    """Append a document for each number; returns their size in bytes."""
    head = LogHead.objects.filter(origin=env.origin).first() or LogHead(origin=env.origin)
    positions, now = next_positions(len(numbers)), timezone.now()
    keys, changes, shown = own_keys(), [], []
    for number, position in zip(numbers, positions, strict=True):
        entry = _entry(number, position, now)
        change = Change(
            position=position, origin=env.origin, epoch=head.epoch, seq=head.seq + 1,
            prev_hash=head.head_hash, object_id=entry.object_id, revision=1, type=ChangeType.PUBLISH,
            object_digest=entry.digest, created=now,
        )  # fmt: skip
        change.hash = hash_of(change)
        change.proof = create_proof(envelope(change), keys.ed25519, proof_key_of(env.origin), timestamp(now))
        head.seq, head.head_hash = change.seq, change.hash
        changes.append(change)
        shown.append(entry)
    insert_rows(changes)
    insert_rows(shown)
    head.save()
    return sum(len(entry.body.encode()) for entry in shown)


def _entry(number: int, position: int, now: dt.datetime) -> CatalogueEntry:
    key, salt = uuid.uuid4(), secrets.token_hex(16)
    document = _document(number, f"{env.origin}/id/{key}")
    body = document.to_bytes()
    entry = CatalogueEntry(object_id=document.id, uuid=key, origin=env.origin, first_published=now)
    catalogue_entries.fill(entry, document, body.decode(), digest_of(body, salt), salt, 1, now, position)
    return entry


def _document(number: int, object_id: str) -> Document:
    """A report of about two kilobytes; no two read the same, or a page would compress too well."""
    chosen = random.Random(number)
    texts = [" ".join(chosen.choices(WORDS, k=LENGTH)) for _ in range(PARAGRAPHS)]
    blocks = tuple(
        Block(anchor=f"p{place}", html=f"<p>{text}</p>", text=text) for place, text in enumerate(texts)
    )
    section = Section(anchor="ziel", heading="Ziel", blocks=blocks)
    text = Text(title=f"Erfundener Bericht {number}", summary=texts[0], sections=(section,))
    facts = {"kind": "case_report", "publishers": (env.body,), "topics": ("ki",), "demo": True}
    return Document(id=object_id, texts={"de": text}, **facts)


if __name__ == "__main__":
    main()
