"""What a peer needs to compare: the own head with its buckets, and the entries of one bucket."""

from __future__ import annotations

from typing import Any

import structlog
from django.core.cache import cache

from federation.comparing.buckets import Snapshot, lines_of, snapshot
from federation.outgoing import ENTRY_OVERHEAD, PAGE_BYTES, fill_proofs, own_head, signed_page, transport_of
from federation.transport import MAX_ENTRIES
from hub.catalogue.models import CatalogueEntry, Change, ChangeType
from hub.env import env

KEPT_SECONDS = 600

logger = structlog.get_logger("federation")


def signed_head() -> dict[str, Any]:
    """``{origin, epoch, seq, headHash, buckets, created, proof}``: the end of the log and what it led to."""
    here = _own_snapshot()
    return signed_page(
        {
            "origin": env.origin,
            "epoch": here.epoch,
            "seq": here.seq,
            "headHash": here.head_hash,
            "buckets": list(here.buckets),
        }
    )


def _own_snapshot() -> Snapshot:
    """The own buckets, kept while the log stands still: anybody may ask, and 100,000 entries take 0.27 s."""
    head = own_head()
    key = "federation.buckets.{}.{}"
    known = cache.get(key.format(head.epoch, head.seq))
    if isinstance(known, Snapshot) and known.head_hash == head.head_hash:
        return known
    here = snapshot(env.origin)
    cache.set(key.format(*here.position), here, KEPT_SECONDS)
    return here


def bucket_page(bucket: int, after: str, limit: int) -> dict[str, Any]:
    """The signed page of a bucket's current entries from after the id ``after``, in the order of ids.

    ``{origin, epoch, seq, headHash, bucket, after, entries, created, proof}``, entries as in the log. The
    head is read first, so the entries are at least as new as it says. One that is being taken offline
    this very moment comes without its document.
    """
    head = own_head()
    page = {
        "origin": env.origin,
        "epoch": head.epoch,
        "seq": head.seq,
        "headHash": head.head_hash,
        "bucket": bucket,
        "after": after,
        "entries": _entries(bucket, after, limit),
    }
    return signed_page(page)


def _entries(bucket: int, after: str, limit: int) -> list[dict[str, Any]]:
    lines = lines_of(env.origin, bucket, after, min(limit, MAX_ENTRIES))
    held = CatalogueEntry.objects.in_bulk(list(lines), field_name="object_id")
    found = Change.objects.filter(origin=env.origin, object_id__in=list(lines), type=ChangeType.PUBLISH)
    changes = {
        change.object_id: change
        for change in found.order_by("epoch", "seq")
        if lines[change.object_id] == (change.revision, change.object_digest)
    }
    if missing := sorted(set(lines) - set(changes)):
        logger.error("published without a change in the log", object_ids=missing[:20])
    fill_proofs(list(changes.values()))
    result: list[dict[str, Any]] = []
    size = 0
    for object_id in lines:
        if object_id not in changes:
            continue
        transport = transport_of(changes[object_id], held.get(object_id))
        size += len(transport.get("body", "").encode()) + ENTRY_OVERHEAD
        if result and size > PAGE_BYTES:
            break
        result.append(transport)
    return result
