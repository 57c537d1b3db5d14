"""A process that receives a peer's log and says how fast: ``python -m tests.load.receiver COUNT``."""

from __future__ import annotations

import hashlib
import json
import resource
import sys
import time
from collections.abc import Iterator
from typing import Any

import django
import rfc8785
from django.utils import timezone

django.setup()

from federation import inbox, multibase, strictjson  # noqa: E402 - after the set-up
from federation.models import Peer  # noqa: E402
from federation.peers import approve  # noqa: E402
from federation.transport import read_head  # noqa: E402
from hub.documents import Block, Section, Text, canonical  # noqa: E402
from tests.wire.foreign import ForeignHub  # noqa: E402

PAGE = 100
BODY_BYTES = 10_000


def main() -> None:
    """Print as JSON: ``bare`` and ``applied`` in entries per second, ``peak`` in megabytes."""
    count = int(sys.argv[1])
    seconds = {"bare": 0.0, "applied": 0.0}
    for page in _pages(count):
        signed = _signed(page)
        started = time.perf_counter()
        _verify_barely(signed)
        seconds["bare"] += time.perf_counter() - started
        started = time.perf_counter()
        _apply(page)
        seconds["applied"] += time.perf_counter() - started
    print(json.dumps({name: count / spent for name, spent in seconds.items()} | {"peak": _peak()}))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _hub() -> ForeignHub:
    return ForeignHub("http://abroad.localhost:1", "abroad")


def _pages(count: int) -> Iterator[bytes]:
    """Signed pages of the log as they come over the wire; a peer is approved for them first."""
    hub = _hub()
    approve(hub.identity())
    words = "Die Verwaltung beantwortet Anfragen der Menschen vor Ort und schreibt auf, was sie dabei lernt. "
    text = words * 5
    blocks = tuple(
        Block(anchor=f"p{number}", html=f"<p>{text}</p>", text=text)
        for number in range(BODY_BYTES // (2 * len(text) + 60))
    )
    section = Section(anchor="ziel", heading="Ziel", blocks=blocks)
    for start in range(0, count, PAGE):
        for number in range(start, min(start + PAGE, count)):
            text_of = Text(title=f"Bericht {number}", summary=words, sections=(section,))
            hub.publish(hub.document(texts={"de": text_of}, topics=("ki",)))
        yield canonical(hub.page(start))
        hub.entries[start:] = [{}] * (len(hub.entries) - start)


def _signed(page: bytes) -> list[tuple[dict[str, Any], bytes]]:
    """Each entry, its document unfolded, with a signature over the hash of its canonical JSON."""
    key = _hub().ed25519
    entries = [{**entry, "body": json.loads(entry["body"])} for entry in json.loads(page)["entries"]]
    return [(entry, key.sign(hashlib.sha256(canonical(entry)).digest())) for entry in entries]


def _verify_barely(signed: list[tuple[dict[str, Any], bytes]]) -> None:
    """What no receiver can do without: canonical JSON of each whole entry, its hash, one signature.

    By the library itself, so that the baseline does not move with our own encoder.
    """
    key = _hub().ed25519.public_key()
    for entry, signature in signed:
        key.verify(signature, hashlib.sha256(rfc8785.dumps(entry)).digest())


def _apply(page: bytes) -> None:
    peer = Peer.objects.get()
    read = strictjson.loads_object(page)
    read_head(read, peer.origin, multibase.decode_key(peer.ed25519), timezone.now())
    inbox.apply(peer, inbox.verify(peer, read["entries"]))


if __name__ == "__main__":
    main()
