"""Requests per second and p95 of pages beside a static file of the same server, and their query counts."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import sys
import threading
import time

import requests

from fixtures.network.hubs import PROJECT, Hub, default_password
from fixtures.network.running import Network
from tests.load.table import Row, percentile

CLIENTS = 4
SECONDS = 8.0
SIGN_INS = 20


def measure_pages(network: Network) -> list[Row]:
    """Throughput and p95 of the pages, exact query counts, and the time a sign-in takes."""
    hub = network.hubs["mainz"]
    told = ask_hub(network, hub, "tests.load.queries")
    rows: list[Row] = []
    rows += measure_rate(hub, "static file", told["static"])
    for name, path in told["pages"].items():
        rows += measure_rate(hub, name, path, baseline=rows[0])
    rows += [Row(f"{name}, queries", count, "queries") for name, count in told["queries"].items()]
    times = _sign_in_often(hub)
    rows.append(Row("sign-in with password, p50", percentile(times, 0.5) * 1000, "ms"))
    rows.append(Row("sign-in with password, p95", percentile(times, 0.95) * 1000, "ms"))
    return rows


def measure_rate(hub: Hub, name: str, path: str, baseline: Row | None = None) -> list[Row]:
    """Requests per second, as a ratio to ``baseline``, and p95 of one page."""
    times, seconds = _load(hub, path)
    rate = len(times) / seconds
    ratio = rate / baseline.value if baseline else None
    return [
        Row(f"{name}, requests", rate, "1/s", baseline.name if baseline else "", ratio),
        Row(f"{name}, p95", percentile(times, 0.95) * 1000, "ms"),
    ]


def _sign_in_often(hub: Hub) -> list[float]:
    """Seconds of each sign-in by form, one after another; fewer than the rate limit refuses."""
    times = []
    for _ in range(SIGN_INS):
        session = requests.Session()
        session.headers.update({"Host": hub.host, "Accept-Language": "de"})
        page = session.get(f"{hub.local}/konto/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token is not None
        data = {
            "login": f"redaktion@{hub.slug}.demo.invalid",
            "password": default_password(hub.slug),
            "csrfmiddlewaretoken": token.group(1),
        }
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in session.cookies)
        began = time.perf_counter()
        answer = session.post(
            f"{hub.local}/konto/login/",
            data=data,
            headers={"Origin": hub.origin, "Cookie": cookies},
            allow_redirects=False,
        )
        times.append(time.perf_counter() - began)
        if answer.status_code != 302:
            raise RuntimeError(f"the sign-in answers {answer.status_code}")
    return times


def ask_hub(network: Network, hub: Hub, module: str) -> dict:
    """What ``module``, run in the hub's own environment, prints as JSON in its last line."""
    done = subprocess.run(
        [sys.executable, "-m", module],
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
