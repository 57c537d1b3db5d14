"""Requests per second and p95 of pages beside a static file of the same server, and their query counts."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import threading
import time

from fixtures.network.hubs import PROJECT, Hub
from fixtures.network.running import Network
from tests.load.table import Row, percentile

CLIENTS = 4
SECONDS = 8.0


def measure_pages(network: Network) -> list[Row]:
    """Throughput and p95 of home, list and report page, then exact query counts."""
    hub = network.hubs["mainz"]
    told = _ask_hub(network, hub)
    rows: list[Row] = []
    base = "static file, requests"
    static_rate = 0.0
    for name, path in {"static file": told["static"], **told["pages"]}.items():
        times, seconds = _load(hub, path)
        rate = len(times) / seconds
        static_rate = static_rate or rate
        ratio = None if name == "static file" else rate / static_rate
        rows.append(Row(f"{name}, requests", rate, "1/s", base if ratio else "", ratio))
        rows.append(Row(f"{name}, p95", percentile(times, 0.95) * 1000, "ms"))
    rows += [Row(f"{name}, queries", count, "queries") for name, count in told["queries"].items()]
    return rows


def _ask_hub(network: Network, hub: Hub) -> dict:
    """Addresses and query counts, from a process in the hub's own environment."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.load.queries"],
        cwd=PROJECT,
        env=network.environment(hub),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def _load(hub: Hub, path: str) -> tuple[list[float], float]:
    """Fetch ``path`` from several clients for some seconds; seconds of each request, and of the whole."""
    times: list[float] = []
    end = time.perf_counter() + SECONDS

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", hub.port, timeout=30)
        while time.perf_counter() < end:
            began = time.perf_counter()
            connection.request("GET", path, headers={"Host": hub.host, "Accept-Language": "de"})
            response = connection.getresponse()
            response.read()
            if response.status != 200:
                raise RuntimeError(f"{path} answers {response.status}")
            times.append(time.perf_counter() - began)
        connection.close()

    began = time.perf_counter()
    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times, time.perf_counter() - began
