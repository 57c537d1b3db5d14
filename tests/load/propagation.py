"""From publishing in Koblenz to visible, searchable and answerable on all three peers."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import psycopg

from fixtures.network.hubs import PROJECT
from fixtures.network.running import Network
from tests.load.table import Row, percentile

LOOK_SECONDS = 0.01
GIVE_UP_SECONDS = 30

# The three things a reader can do with it: see it in lists, find it, be answered from it.
ARRIVED = """
SELECT entry.id IS NOT NULL,
       EXISTS (SELECT 1 FROM search_searchrecord r
               WHERE r.object_id = entry.object_id AND r.changed = entry.changed),
       EXISTS (SELECT 1 FROM search_passage p
               WHERE p.object_id = entry.object_id AND p.revision = entry.revision)
FROM catalogue_catalogueentry entry
WHERE entry.title = %s AND entry.state = 'live' AND NOT entry.hidden
"""
STEPS = ("visible", "searchable", "answerable")


def measure_propagation(network: Network, publishes: int) -> list[Row]:
    """Publish ``publishes`` times, one after the other; seconds at p50 and p95 until the last peer has it."""
    hub = network.hubs["koblenz"]
    peers = [psycopg.connect(network.url(other), autocommit=True) for other in network.peers(hub)]
    publisher = subprocess.Popen(
        [sys.executable, "-m", "tests.load.publisher"],
        cwd=PROJECT,
        env=network.environment(hub),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert publisher.stdin
    assert publisher.stdout
    delays: dict[str, list[float]] = {step: [] for step in STEPS}
    requests: list[float] = []
    for number in range(publishes):
        title = f"Messung {number} von {publishes}"
        print(title, file=publisher.stdin, flush=True)
        arrived = _wait_for(peers, title)
        told = json.loads(publisher.stdout.readline())
        requests.append(told["took"])
        for step in STEPS:
            delays[step].append(arrived[step] - told["began"])
    publisher.stdin.close()
    publisher.wait(timeout=60)
    for peer in peers:
        peer.close()
    base = "publish request p50"
    median = percentile(requests, 0.5)
    rows = [
        Row(base, median, "s"),
        Row(
            "publish request p95", percentile(requests, 0.95), "s", base, percentile(requests, 0.95) / median
        ),
    ]
    for step in STEPS:
        for name, share in (("p50", 0.5), ("p95", 0.95)):
            value = percentile(delays[step], share)
            rows.append(Row(f"publish to {step} on all peers {name}", value, "s", base, value / median))
    return rows


def _wait_for(peers: list[psycopg.Connection], title: str) -> dict[str, float]:
    """When (Unix seconds) the last peer had each step."""
    arrived: dict[str, float] = {}
    deadline = time.time() + GIVE_UP_SECONDS
    while len(arrived) < len(STEPS):
        found = [peer.execute(ARRIVED, [title]).fetchone() or (False, False, False) for peer in peers]
        now = time.time()
        for index, step in enumerate(STEPS):
            if step not in arrived and all(row[index] for row in found):
                arrived[step] = now
        if now > deadline:
            raise SystemExit(f"“{title}” did not arrive everywhere within {GIVE_UP_SECONDS} s")
        time.sleep(LOOK_SECONDS)
    return arrived
