"""Peers that poll one origin, made up in its database: ``python -m tests.load.crowd queries|poll [PID]``.

Each has an RSA key of its own and is approved. Requests are signed beforehand and sent one per connection, as
if each came from another machine.
"""

from __future__ import annotations

import http.client
import json
import random
import sys
import threading
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

import django

django.setup()

import structlog  # noqa: E402 - after the set-up
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from federation import outgoing  # noqa: E402
from federation.peers import approve  # noqa: E402
from federation.transport import MAX_ENTRIES  # noqa: E402
from hub.env import env  # noqa: E402
from tests.load.processor import seconds_of  # noqa: E402
from tests.wire.foreign import ForeignHub  # noqa: E402

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))

PEERS = 50
PACE_SECONDS = 2.0
ROUNDS = 10
FLAT_OUT = 20
"""Requests of each peer without a pause."""

Request = tuple[str, dict[str, str]]


def main() -> None:
    """Print the figures as JSON."""
    print(json.dumps({"queries": _count_queries, "poll": _poll_all}[sys.argv[1]]()))


def _count_queries() -> dict[str, int]:
    """Of a poll answered 304."""
    peer, client = _peers(1)[0], Client(HTTP_HOST=env.host)
    path = _path()
    etag = peer.get(client, path)["ETag"]
    headers = {**peer.sign("GET", path), "If-None-Match": etag}
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path, headers=headers)
    if response.status_code != 304:
        raise SystemExit(f"the poll was answered {response.status_code}")
    return {"queries": len(captured)}


def _poll_all() -> dict[str, dict]:
    """Polls at their pace and flat out, each after as many of the actor; the slow ones for half the time."""
    server, peers, path = int(sys.argv[2]), _peers(PEERS), _path()
    etag = peers[0].get(Client(HTTP_HOST=env.host), path)["ETag"]

    def sign_polls(count: int) -> list[list[Request]]:
        known = {"If-None-Match": etag}
        return [[(path, {**peer.sign("GET", path), **known}) for _ in range(count)] for peer in peers]

    actor = [("/federation/actor", {"Accept": "application/activity+json"})]
    return {
        "actor every 2 s": _run(server, [actor * (ROUNDS // 2)] * PEERS, PACE_SECONDS, 200),
        "polls every 2 s": _run(server, sign_polls(ROUNDS), PACE_SECONDS, 304),
        "actor flat out": _run(server, [actor * FLAT_OUT] * PEERS, 0.0, 200),
        "polls flat out": _run(server, sign_polls(FLAT_OUT), 0.0, 304),
    }


def _peers(count: int) -> list[ForeignHub]:
    made = [ForeignHub(f"http://peer-{number}.invalid", f"peer-{number}") for number in range(count)]
    for peer in made:
        approve(peer.identity(bodies=[]))
    return made


def _path() -> str:
    """Where a peer asks that holds everything."""
    return f"/federation/log?after={outgoing.own_head().seq}&limit={MAX_ENTRIES}"


def _run(server: int, queues: Sequence[Sequence[Request]], pace: float, status: int) -> dict:
    """Send each peer's requests in a thread of its own, at ``pace`` seconds or without a pause."""
    times: list[float] = []
    failures: list[object] = []
    spent, began = seconds_of(server), time.perf_counter()
    offsets = random.Random(1)

    def send_all(queue: Sequence[Request], offset: float) -> None:
        for number, request in enumerate(queue):
            time.sleep(max(0.0, began + offset + number * pace - time.perf_counter()))
            sent = time.perf_counter()
            try:
                answered = _send(request)
            except OSError as error:
                failures.append(error)
                continue
            times.append(time.perf_counter() - sent)
            if answered != status:
                failures.append(answered)

    threads = [threading.Thread(target=send_all, args=(queue, offsets.uniform(0, pace))) for queue in queues]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    return {
        "times": times,
        "failed": len(failures),
        "seconds": seconds,
        "cpu": seconds_of(server) - spent,
    }


def _send(request: Request) -> int:
    path, headers = request
    place = urlsplit(env.origin)
    line = http.client.HTTPConnection("127.0.0.1", place.port, timeout=60)
    try:
        line.request("GET", path, headers={**headers, "Host": place.netloc, "Connection": "close"})
        response = line.getresponse()
        response.read()
        return response.status
    finally:
        line.close()


if __name__ == "__main__":
    main()
