"""A process that catches up with its one peer: ``python -m tests.load.puller parts|pull``.

``pull`` does it as the worker does; ``parts`` fetches all pages first and then applies them from memory.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import Any

import django
from django.utils import timezone

django.setup()

import structlog  # noqa: E402 - after the set-up

from federation import inbox, multibase, strictjson  # noqa: E402
from federation.addresses import log_of  # noqa: E402
from federation.models import Peer  # noqa: E402
from federation.pull import PAGE_BYTES, PAGE_SECONDS, pull  # noqa: E402
from federation.signatures import sign  # noqa: E402
from federation.transport import MAX_ENTRIES, read_head  # noqa: E402
from hub import fetching  # noqa: E402

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))


def main() -> None:
    """Print what was asked for as JSON: seconds, megabytes, and how many changes are held then."""
    peer = Peer.objects.get()
    figures = {"parts": _parts, "pull": _pull}[sys.argv[1]](peer)
    print(json.dumps({**figures, "held": inbox.held_head(peer).seq}))


def _pull(peer: Peer) -> dict[str, float]:
    before = _peak()
    began, spent = time.perf_counter(), time.process_time()
    pull(peer)
    seconds, own = time.perf_counter() - began, time.process_time() - spent
    if peer.last_error:
        raise SystemExit(peer.last_error)
    return {"seconds": seconds, "own": own, "before": before, "peak": _peak()}


def _parts(peer: Peer) -> dict[str, float]:
    began, spent = time.perf_counter(), time.process_time()
    pages = _fetch(peer)
    fetched = time.perf_counter()
    for page in pages:
        _apply(peer, page)
    applied = time.perf_counter()
    own = time.process_time() - spent
    seconds = {"fetch": fetched - began, "apply": applied - fetched, "own": own}
    return {**seconds, "bytes": sum(map(len, pages))}


def _fetch(peer: Peer) -> list[bytes]:
    """All pages up to the empty one at the end, unread."""
    pages: list[bytes] = []
    while not pages or b'"entries":[]' not in pages[-1]:
        url = fetching.prepared_url(
            f"{log_of(peer.origin)}?after={len(pages) * MAX_ENTRIES}&limit={MAX_ENTRIES}"
        )
        reply = fetching.fetch(
            "GET", url, headers=sign("GET", url), max_bytes=PAGE_BYTES, seconds=PAGE_SECONDS
        )
        pages.append(reply.body)
    return pages


def _apply(peer: Peer, page: bytes) -> None:
    read: dict[str, Any] = strictjson.loads_object(page)
    read_head(read, peer.origin, multibase.decode_key(peer.ed25519), timezone.now())
    inbox.apply(peer, inbox.verify(peer, read["entries"]))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
