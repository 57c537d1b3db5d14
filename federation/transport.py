"""The log as it travels: entries, signed pages and heads, activities. Pure shapes and their reading.

An entry is ``{"change": envelope + proof, "salt": …, "body": …}``. ``body`` is the canonical JSON
text exactly as stored, since digests are over those bytes; stubs, withdrawals and erasures have
neither salt nor body.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from federation.addresses import actor_of, log_of, proof_key_of
from federation.proofs import verify_proof
from hub.catalogue.log import ReceivedChange, envelope, hash_of
from hub.catalogue.models import ChangeType
from hub.documents import digest_of
from hub.errors import RefusedMessage
from hub.instants import read_instant

MAX_ENTRIES = 100
MAX_NUMBER = 2**31 - 1
MAX_SEQ = 2**53 - 1
CONTEXT = "https://www.w3.org/ns/activitystreams"
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_ENVELOPE: dict[str, type] = {
    "origin": str,
    "epoch": int,
    "seq": int,
    "prevHash": str,
    "objectId": str,
    "revision": int,
    "type": str,
    "objectDigest": str,
    "created": str,
}
FRESH = dt.timedelta(minutes=15)


def read_entry(entry: object, origin: str, key: Ed25519PublicKey) -> ReceivedChange:
    """An entry of ``origin``, verified against the pinned ``key``.

    Checks shape, proof, origin of the object, and that salt and body give the signed digest; not yet
    the document itself nor the chain. Raises :class:`RefusedMessage`.
    """
    if not isinstance(entry, Mapping) or not isinstance(entry.get("change"), Mapping):
        raise RefusedMessage("an entry has no change")
    change = entry["change"]
    salt, body = entry.get("salt"), entry.get("body")
    received = _read_change(change, salt if isinstance(salt, str) else "", body)
    if received.origin != origin:
        raise RefusedMessage(f"a change of {received.origin} comes from {origin}")
    if not received.object_id.startswith(origin + "/id/"):
        raise RefusedMessage(f"{received.object_id} is not an object of {origin}")
    signed = envelope(received)
    if signed != {name: value for name, value in change.items() if name != "proof"}:
        raise RefusedMessage("a change is not in its canonical form")
    # The hash of the chain is over the same canonical envelope that the proof covers.
    digest = bytes.fromhex(received.hash)
    verify_proof(signed, change.get("proof"), key, proof_key_of(origin), digest)
    _check_body(received)
    return received


def _read_change(change: Mapping[str, Any], salt: str, body: object) -> ReceivedChange:
    for name, kind in _ENVELOPE.items():
        if type(change.get(name)) is not kind:
            raise RefusedMessage(f"a change has no {name}, or one of another type")
    if change["type"] not in ChangeType.values:
        raise RefusedMessage("a change has an unknown type")
    if body is not None and not isinstance(body, str):
        raise RefusedMessage("a body is not text")
    _check_bounds(change)
    fields: dict[str, Any] = {
        "origin": change["origin"],
        "epoch": change["epoch"],
        "seq": change["seq"],
        "prev_hash": change["prevHash"],
        "object_id": change["objectId"],
        "revision": change["revision"],
        "type": change["type"],
        "object_digest": change["objectDigest"],
        "created": _read_time(change["created"]),
        "proof": change.get("proof"),
        "salt": salt,
        "body": body,
    }
    return ReceivedChange(hash=hash_of(ReceivedChange(hash="", **fields)), **fields)


def _check_bounds(change: Mapping[str, Any]) -> None:
    """What the columns of a log cannot hold is no change of any log."""
    numbers = {"epoch": MAX_NUMBER, "revision": MAX_NUMBER, "seq": MAX_SEQ}
    for name, highest in numbers.items():
        if not 1 <= change[name] <= highest:
            raise RefusedMessage(f"a change has a {name} that is not from 1 to {highest}")
    if len(change["objectId"]) > 300:
        raise RefusedMessage("a change has an overlong id")
    if change["type"] == ChangeType.PUBLISH and not _DIGEST.fullmatch(change["objectDigest"]):
        raise RefusedMessage("a publication has no digest")


def _read_time(text: object) -> dt.datetime:
    if not isinstance(text, str) or not _TIME.fullmatch(text):
        raise RefusedMessage("a time is missing or in another form")
    try:
        return read_instant(dt.datetime.fromisoformat(text))
    except ValueError as error:
        raise RefusedMessage(f"{text} is an impossible time: {error}") from error


def _check_body(received: ReceivedChange) -> None:
    if received.type != ChangeType.PUBLISH:
        if received.body is not None or received.object_digest:
            raise RefusedMessage("a withdrawal carries a document")
        return
    if received.body is None:
        return
    if not re.fullmatch(r"[0-9a-f]{16,64}", received.salt):
        raise RefusedMessage("a body has no salt")
    if digest_of(received.body.encode("utf-8"), received.salt) != received.object_digest:
        raise RefusedMessage(f"the document {received.object_id} does not fit its signed digest")


def check_chain(changes: Sequence[ReceivedChange]) -> None:
    """Check that each change continues the one before it. Raises :class:`RefusedMessage`."""
    for before, after in pairwise(changes):
        if (after.epoch, after.seq) != (before.epoch, before.seq + 1) or after.prev_hash != before.hash:
            raise RefusedMessage(
                f"{after.origin} {after.epoch}/{after.seq} does not continue the change before it"
            )


def read_head(head: object, origin: str, key: Ed25519PublicKey, now: dt.datetime) -> tuple[int, int, str]:
    """The verified ``(epoch, seq, head hash)`` of a signed head or page. Raises :class:`RefusedMessage`."""
    if not isinstance(head, Mapping) or head.get("origin") != origin:
        raise RefusedMessage(f"the head is not that of {origin}")
    epoch, seq, head_hash, created = (head.get(name) for name in ("epoch", "seq", "headHash", "created"))
    if type(epoch) is not int or type(seq) is not int or not isinstance(head_hash, str):
        raise RefusedMessage("the head is incomplete")
    verify_proof(
        {name: value for name, value in head.items() if name != "proof"},
        head.get("proof"),
        key,
        proof_key_of(origin),
    )
    if abs(now - _read_time(created)) > FRESH:
        raise RefusedMessage("the head is older or newer than 15 minutes")
    return epoch, seq, head_hash


def activity_type(entries: Sequence[Mapping[str, Any]]) -> str:
    """ActivityPub's word for what happened; several entries are added to the log at once."""
    if len(entries) != 1:
        return "Add"
    change = entries[0]["change"]
    if change["type"] != ChangeType.PUBLISH:
        return "Delete"
    return "Create" if change["revision"] == 1 else "Update"


def build_activity(
    origin: str, activity_id: str, entries: Sequence[Mapping[str, Any]], head: Mapping[str, Any]
) -> dict[str, Any]:
    """The activity that pushes ``entries`` with the signed ``head`` of the log."""
    return {
        "@context": CONTEXT,
        "id": activity_id,
        "type": activity_type(entries),
        "actor": actor_of(origin),
        "object": [entry["change"]["objectId"] for entry in entries],
        "target": log_of(origin),
        "entries": list(entries),
        "head": dict(head),
    }
