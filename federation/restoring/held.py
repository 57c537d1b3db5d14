"""What an instance holds of a peer's log: told to that peer, and asked of the own peers.

Answers are not signed: a claim is believed once it comes with a change that only the own keys can have
signed (:func:`fetch_page`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from federation import strictjson
from federation.inbox import held_head
from federation.models import InstanceKey, Peer, Quarantined
from federation.signatures import sign
from federation.transport import MAX_ENTRIES, check_chain, read_entry
from hub import fetching
from hub.catalogue.log import ReceivedChange, envelope
from hub.catalogue.models import CatalogueEntry, Change, ChangeType, State
from hub.env import env
from hub.errors import FetchFailed, RefusedMessage

logger = structlog.get_logger("federation")

ASK_SECONDS = 5.0
AT_ONCE = 32
PAGE_BYTES = 4_000_000
MOST_BYTES = 16_000_000
ENTRY_OVERHEAD = 1_500


@dataclass(frozen=True, order=True)
class Held:
    """How much of a log somebody holds; ``seq`` 0 is nothing."""

    epoch: int
    seq: int
    hash: str = ""


@dataclass(frozen=True)
class OwnKey:
    """A key of this instance; with ``until``, a compromised one: it counts up to there in the own log."""

    public: Ed25519PublicKey
    until: Held | None = None


class OwnPage(NamedTuple):
    """A page of the own log as a peer holds it, and how much the peer says it holds.

    The first ``sure`` changes are certainly own ones: the last of them is signed by a key that nobody else
    has, or known here, and they are chained. The others are signed by a compromised key alone.
    """

    held: Held
    changes: list[ReceivedChange]
    sure: int


def tell_held(peer: Peer) -> dict[str, Any]:
    """What is held here of the peer's own log."""
    head = held_head(peer)
    return {"origin": peer.origin, "epoch": head.epoch, "seq": head.seq, "headHash": head.head_hash}


def tell_page(peer: Peer, after: int, limit: int) -> dict[str, Any]:
    """The peer's own entries as held here, from sequence ``after + 1`` of its newest epoch here."""
    told = tell_held(peer)
    entries = _entries(peer, told["epoch"], after, min(limit, MAX_ENTRIES))
    return {**told, "after": after, "entries": entries}


def _entries(peer: Peer, epoch: int, after: int, limit: int) -> list[dict[str, Any]]:
    log = Change.objects.filter(origin=peer.origin, epoch=epoch, seq__gt=after).order_by("seq")
    changes = list(log[:limit])
    shown = CatalogueEntry.objects.exclude(source="").in_bulk(
        {change.object_id for change in changes}, field_name="object_id"
    )
    kept = Quarantined.objects.filter(peer=peer, epoch=epoch, seq__in=[change.seq for change in changes])
    raw = {row.seq: row for row in kept}
    result: list[dict[str, Any]] = []
    size = 0
    for change in changes:
        body = _body(change, shown.get(change.object_id), raw.get(change.seq))
        size += ENTRY_OVERHEAD + len(body.get("body", "").encode())
        if result and size > PAGE_BYTES:
            break
        result.append({"change": {**envelope(change), "proof": change.proof}, **body})
    return result


def _body(change: Change, entry: CatalogueEntry | None, raw: Quarantined | None) -> dict[str, str]:
    """The document of a change, if it is still here: shown, hidden, or as it came, in quarantine."""
    if change.type != ChangeType.PUBLISH:
        return {}
    if raw is not None and raw.body:
        return {"salt": raw.salt, "body": raw.body}
    if entry is not None and entry.state == State.LIVE and entry.digest == change.object_digest:
        return {"salt": entry.salt, "body": entry.body}
    return {}


def ask_all(peers: Sequence[Peer]) -> dict[Peer, Held]:
    """What each peer holds of the own log; those that give no answer are left out.

    All are asked at once. One of an older version answers that it knows no such question: it is believed
    to hold what it has acknowledged.
    """
    requests = [(peer, *_signed(peer, "/federation/held")) for peer in peers]
    if not requests:
        return {}
    with ThreadPoolExecutor(min(AT_ONCE, len(requests))) as pool:
        replies = pool.map(lambda each: _ask(*each[1:]), requests)
        answers = zip(peers, replies, strict=True)
        return {peer: held for peer, reply in answers if (held := _read_held(peer, reply)) is not None}


def fetch_page(peer: Peer, after: int, limit: int = MAX_ENTRIES) -> OwnPage:
    """The peer's page of the own log, verified against the own keys, old ones included.

    Raises :class:`hub.errors.FetchFailed` and :class:`hub.errors.RefusedMessage`.
    """
    url, headers = _signed(peer, f"/federation/held/log?after={after}&limit={limit}")
    reply = fetching.fetch("GET", url, headers=headers, max_bytes=MOST_BYTES, seconds=60.0)
    if reply.status != 200:
        raise FetchFailed(f"{peer.origin} does not give the own log back (it answers {reply.status})")
    page = strictjson.loads_object(reply.body)
    held, entries = _as_held(page), page.get("entries")
    if held is None or not isinstance(entries, list) or len(entries) > MAX_ENTRIES:
        raise RefusedMessage(f"{peer.origin} gives no page of the own log")
    keys = own_public_keys()
    read = [_read_own(entry, keys) for entry in entries]
    changes = [change for change, _key in read]
    check_chain(changes)
    if changes and (changes[0].epoch, changes[0].seq) != (held.epoch, after + 1):
        raise RefusedMessage(f"{peer.origin} gives another page of the own log than the one asked for")
    return OwnPage(held, changes, _count_sure(read))


def _read_own(entry: object, keys: Sequence[OwnKey]) -> tuple[ReceivedChange, OwnKey]:
    """An entry of the own log as a peer has kept it, and which of the own keys has signed it.

    Raises :class:`RefusedMessage`, also for what a compromised key has signed beyond its end.
    """
    refused = RefusedMessage("this instance has no keys")
    for key in keys:
        try:
            change = read_entry(entry, env.origin, key.public)
        except RefusedMessage as error:
            refused = error
            continue
        if key.until and (change.epoch, change.seq) > (key.until.epoch, key.until.seq):
            raise RefusedMessage(
                f"{change.epoch}/{change.seq} of the own log is signed by a key that was compromised before"
            )
        return change, key
    raise refused


def _count_sure(read: Sequence[tuple[ReceivedChange, OwnKey]]) -> int:
    """How many of these chained changes are certainly own ones.

    Raises :class:`RefusedMessage` where one by a compromised key is another than the one held here.
    """
    doubtful = [change for change, key in read if key.until]
    seqs = [change.seq for change in doubtful]
    known: dict[int, str] = {}
    if doubtful:
        own = Change.objects.filter(origin=env.origin, epoch=doubtful[0].epoch, seq__in=seqs)
        known = dict(own.values_list("seq", "hash"))
    sure = 0
    for number, (change, key) in enumerate(read, start=1):
        found = Held(change.epoch, change.seq, change.hash)
        if key.until is None or known.get(change.seq) == change.hash or found == key.until:
            sure = number
        elif change.seq in known or (found.epoch, found.seq) == (key.until.epoch, key.until.seq):
            raise RefusedMessage(
                f"{change.epoch}/{change.seq} of the own log is another one, signed by a compromised key"
            )
    return sure


def own_public_keys() -> list[OwnKey]:
    """The public halves of all keys this instance has had, the active one first."""
    found = []
    for row in InstanceKey.objects.order_by("-active", "-created"):
        key = load_pem_private_key(row.ed25519_pem.encode(), password=None)
        if isinstance(key, Ed25519PrivateKey):
            found.append(OwnKey(key.public_key(), _end_of(row)))
    return found


def _end_of(key: InstanceKey) -> Held | None:
    if key.compromised_epoch is None:
        return None
    return Held(key.compromised_epoch, key.compromised_seq, key.compromised_hash)


def _signed(peer: Peer, path: str) -> tuple[str, Mapping[str, str]]:
    url = fetching.prepared_url(peer.origin + path)
    return url, sign("GET", url)


def _ask(url: str, headers: Mapping[str, str]) -> fetching.Reply | None:
    """In a thread of its own: without the database."""
    try:
        return fetching.fetch("GET", url, headers=headers, seconds=ASK_SECONDS)
    except FetchFailed:
        return None


def _read_held(peer: Peer, reply: fetching.Reply | None) -> Held | None:
    if reply is None:
        return None
    if reply.status == 404:
        return Held(peer.pushed_epoch, peer.pushed_seq)
    if reply.status != 200:
        logger.warning("a peer does not say what it holds", peer=peer.slug, status=reply.status)
        return None
    try:
        return _as_held(strictjson.loads_object(reply.body))
    except RefusedMessage:
        return None


def _as_held(told: Mapping[str, Any]) -> Held | None:
    epoch, seq, head_hash = told.get("epoch"), told.get("seq"), told.get("headHash")
    if told.get("origin") != env.origin or type(epoch) is not int or type(seq) is not int:
        return None
    return Held(epoch, seq, head_hash) if isinstance(head_hash, str) and min(epoch, seq) >= 0 else None
