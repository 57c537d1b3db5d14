"""A process that polls its one peer when nothing is new: ``python -m tests.load.poller PID``.

The number is that of the peer's server, whose processor time is told too.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from collections.abc import Callable

import django
from django.utils import timezone

django.setup()

import structlog  # noqa: E402 - after the set-up
from django.db import connection  # noqa: E402
from django.templatetags.static import static  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from federation import inbox  # noqa: E402
from federation.addresses import log_of  # noqa: E402
from federation.models import Peer  # noqa: E402
from federation.pull import REVERIFY, pull  # noqa: E402
from federation.signatures import sign  # noqa: E402
from federation.transport import MAX_ENTRIES  # noqa: E402
from hub import fetching  # noqa: E402
from tests.load.polling import STATIC  # noqa: E402
from tests.load.processor import seconds_of  # noqa: E402
from tests.load.table import percentile  # noqa: E402

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))

ROUNDS = 200


def main() -> None:
    """Print for each kind of request the median in milliseconds, and processor time of both ends, as JSON."""
    server = int(sys.argv[1])
    peer = Peer.objects.get()
    pull(peer)
    told = {
        STATIC: _measure(server, lambda: _get(peer, static("theme/site.css"))),
        "/health/live, one after another": _measure(server, lambda: _get(peer, "/health/live")),
        "idle poll (304), request alone": _measure_signed(server, peer),
        "idle poll (304)": _measure_poll(server, lambda: _poll(peer)),
        "idle poll after an hour, verified anew": _measure_poll(server, lambda: _poll(peer, REVERIFY)),
    }
    print(json.dumps(told))


def _measure(server: int, work: Callable[[], None]) -> dict[str, float]:
    work()
    times, spent, own = [], seconds_of(server), time.process_time()
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    each = 1000 / ROUNDS
    return {
        "ms": percentile(times, 0.5) * 1000,
        "server": (seconds_of(server) - spent) * each,
        "own": (time.process_time() - own) * each,
    }


def _measure_signed(server: int, peer: Peer) -> dict[str, float]:
    """Signed beforehand, so that what is left is the origin's part."""
    held = inbox.held_head(peer).seq
    url = fetching.prepared_url(f"{log_of(peer.origin)}?after={held}&limit={MAX_ENTRIES}")
    signed = [{**sign("GET", url), "If-None-Match": peer.pull_etag} for _ in range(ROUNDS + 1)]

    def ask() -> None:
        _expect(304, fetching.fetch("GET", url, headers=signed.pop()).status)

    return _measure(server, ask)


def _measure_poll(server: int, work: Callable[[], None]) -> dict[str, float]:
    """With its queries."""
    figures = _measure(server, work)
    with CaptureQueriesContext(connection) as captured:
        work()
    return {**figures, "queries": len(captured)}


def _poll(peer: Peer, ago: dt.timedelta = dt.timedelta()) -> None:
    """As the worker does, ``ago`` after the last full look; finds nothing new."""
    if ago:
        peer.verified_at = timezone.now() - ago
    if pull(peer) or peer.last_error:
        raise SystemExit(f"the poll found something: {peer.last_error}")


def _get(peer: Peer, path: str) -> None:
    _expect(200, fetching.fetch("GET", peer.origin + path).status)


def _expect(status: int, answered: int) -> None:
    if answered != status:
        raise SystemExit(f"answered {answered} instead of {status}")


if __name__ == "__main__":
    main()
