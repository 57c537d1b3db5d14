"""Feeds and the API over many entries, beside the bare query of the same rows in plain SQL.

The entries are those of :mod:`tests.load.lists`: made up, in a scratch database that is dropped afterwards.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from fixtures.network.hubs import PROJECT
from fixtures.network.running import Network
from tests.load.scratch import ask_in_scratch
from tests.load.table import Row, percentile

ENTRIES = 50_000
ROUNDS = 15
SCRATCH = "bench_interfaces"
COLUMNS = "id, object_id, title, summary, publishers, topics, maturity, card, changed, position"
READABLE = """
    SELECT {columns} FROM catalogue_catalogueentry
    WHERE state = 'live' AND NOT hidden AND audience = 'public'
      AND (expires IS NULL OR expires >= current_date) AND topics && ARRAY['ki']::varchar[]
"""
NEWEST = READABLE.format(columns=COLUMNS) + "ORDER BY changed DESC, id LIMIT 51"
IN_ORDER = READABLE.format(columns=COLUMNS) + "ORDER BY position LIMIT {limit}"
PLAIN = {
    "plain SQL, 51 newest": NEWEST,
    "plain SQL, 51 by position": IN_ORDER.format(limit=51),
    "plain SQL, 201 by position": IN_ORDER.format(limit=201),
}
MEASURED = {
    "Atom, one topic": ("/feeds/wissen.atom?thema=ki", "plain SQL, 51 newest"),
    "JSON Feed, one topic": ("/feeds/wissen.json?thema=ki", "plain SQL, 51 newest"),
    "API, 50 records, one topic": ("/api/v1/records?topic=ki", "plain SQL, 51 by position"),
    "API, 200 records, one topic": ("/api/v1/records?topic=ki&limit=200", "plain SQL, 201 by position"),
}
UNCHANGED = "Atom, nothing new (304)"


def measure_interfaces(network: Network) -> list[Row]:
    """Fill a scratch database and time feeds and API in a process of its own; milliseconds, medians."""
    return _rows(ask_in_scratch(network, SCRATCH, "tests.load.interfaces", str(ENTRIES)))


def _rows(seconds: dict[str, float]) -> list[Row]:
    of = f"{ENTRIES:,} entries"
    rows = [Row(f"{name}, {of}", seconds[name] * 1000, "ms") for name in PLAIN]
    pairs = {name: base for name, (_address, base) in MEASURED.items()} | {UNCHANGED: "plain SQL, 51 newest"}
    for name, base in pairs.items():
        ratio = seconds[name] / seconds[base]
        rows.append(Row(f"{name}, {of}", seconds[name] * 1000, "ms", f"{base}, {of}", ratio))
    return rows


def main() -> None:
    """Fill the database of the environment with so many entries, then print median seconds as JSON."""
    import django

    django.setup()
    from django.db import connection
    from django.test import Client

    from hub.env import env

    with connection.cursor() as cursor:
        cursor.execute(Path(__file__).with_name("lists.sql").read_text(), {"entries": int(sys.argv[1])})
        cursor.execute("VACUUM ANALYZE")
    client = Client(HTTP_HOST=env.host)

    def ask(statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            cursor.fetchall()

    def fetch(address: str, status: int = 200, **headers: str) -> str:
        response = client.get(address, headers=headers)
        if response.status_code != status or (
            status == 200 and b"Erfundener Beitrag" not in response.content
        ):
            raise SystemExit(f"{address} answers {response.status_code} or nothing")
        return str(response["ETag"])

    seconds = {name: _median(partial(ask, statement)) for name, statement in PLAIN.items()}
    for name, (address, _base) in MEASURED.items():
        seconds[name] = _median(partial(fetch, address))
    address = MEASURED["Atom, one topic"][0]
    known = {"if-none-match": fetch(address)}
    seconds[UNCHANGED] = _median(lambda: fetch(address, 304, **known))
    print(json.dumps(seconds))


def _median(work: Callable[[], object]) -> float:
    work()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return percentile(times, 0.5)


if __name__ == "__main__":
    os.chdir(PROJECT)
    main()
