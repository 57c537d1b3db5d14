"""The own log, signed and ready to travel: what pushes send and pulls are answered with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from federation.addresses import proof_key_of
from federation.identity import KeyPairs, own_keys
from federation.notices.keys import hold_keys
from federation.proofs import attach_proof, create_proof
from federation.transport import MAX_ENTRIES
from hub.catalogue.log import envelope, timestamp
from hub.catalogue.models import CatalogueEntry, Change, ChangeType, LogHead, State
from hub.documents import Audience
from hub.env import env

PAGE_BYTES = 4_000_000
ENTRY_OVERHEAD = 1_500


def own_head() -> LogHead:
    """The end of the own log; sequence 0 before the first change."""
    return LogHead.objects.filter(origin=env.origin).first() or LogHead(origin=env.origin)


def signed_head() -> dict[str, Any]:
    """``{origin, epoch, seq, headHash, created, proof}``."""
    head = own_head()
    now = timestamp(timezone.now())
    document = {
        "origin": env.origin,
        "epoch": head.epoch,
        "seq": head.seq,
        "headHash": head.head_hash,
        "created": now,
    }
    return attach_proof(document, own_keys().ed25519, proof_key_of(env.origin), now)


def signed_page(page: dict[str, Any]) -> dict[str, Any]:
    """A page with the time and proof of its sending."""
    now = timestamp(timezone.now())
    return attach_proof({**page, "created": now}, own_keys().ed25519, proof_key_of(env.origin), now)


def unsigned_page(after: int, limit: int) -> dict[str, Any]:
    """The entries after sequence ``after`` and the head; the same for the same state of the log."""
    head = own_head()
    return {
        "origin": env.origin,
        "epoch": head.epoch,
        "seq": head.seq,
        "headHash": head.head_hash,
        "after": after,
        "entries": entries_after(head.epoch, after, limit, PAGE_BYTES),
    }


def entries_after(
    epoch: int, after: int, limit: int = MAX_ENTRIES, max_bytes: int = PAGE_BYTES
) -> list[dict[str, Any]]:
    """Consecutive entries of the own log from ``after + 1``, at most ``limit``.

    Stops before ``max_bytes`` of text, yet always gives one entry if there is one; and before a
    document that is being taken offline this very moment, until it is settled.
    """
    changes = list(
        Change.objects.filter(origin=env.origin, epoch=epoch, seq__gt=after).order_by("seq")[
            : min(limit, MAX_ENTRIES)
        ]
    )
    fill_proofs(changes)
    held = CatalogueEntry.objects.in_bulk({change.object_id for change in changes}, field_name="object_id")
    result: list[dict[str, Any]] = []
    size = 0
    for change in changes:
        entry = held.get(change.object_id)
        if entry is not None and entry.hidden and _is_current(change, entry):
            break
        transport = transport_of(change, entry)
        size += len(transport.get("body", "").encode()) + ENTRY_OVERHEAD
        if result and size > max_bytes:
            break
        result.append(transport)
    return result


def transport_of(change: Change, entry: CatalogueEntry | None) -> dict[str, Any]:
    """An own change as it travels: with salt and body if it is what its ``entry`` is now, and in sight.

    Its proof must be there, see :func:`fill_proofs`.
    """
    if entry is None or entry.hidden or not _is_current(change, entry):
        return {"change": _signed(change)}
    return {"change": _signed(change), "salt": entry.salt, "body": entry.body}


def _is_current(change: Change, entry: CatalogueEntry | None) -> bool:
    return (
        entry is not None
        and change.type == ChangeType.PUBLISH
        and entry.state == State.LIVE
        and entry.audience != Audience.INSTANCE
        and (entry.revision, entry.digest) == (change.revision, change.object_digest)
    )


def _signed(change: Change) -> dict[str, Any]:
    return {**envelope(change), "proof": change.proof}


def fill_proofs(changes: Sequence[Change]) -> None:
    """Proofs are made when a change first travels; they are deterministic, so twice does no harm."""
    missing = [change for change in changes if change.proof is None]
    if not missing:
        return
    with transaction.atomic():
        hold_keys(alone=False)  # a proof by a key that is replaced meanwhile would be refused for good
        keys: KeyPairs = own_keys()
        for change in missing:
            change.proof = create_proof(
                envelope(change), keys.ed25519, proof_key_of(env.origin), timestamp(change.created)
            )
        Change.objects.bulk_update(missing, ["proof"])
