"""The list of contributions over many entries, with three filters, beside the same query in plain SQL.

The entries are made up, each marked so in its title and by its ``demo`` mark, and lie in a scratch
database of the network's cluster that is dropped afterwards.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from fixtures.network.hubs import PROJECT
from fixtures.network.running import Network
from tests.load.scratch import ask_in_scratch
from tests.load.table import Row, percentile

SIZES = (50_000, 500_000)
ROUNDS = 9
SCRATCH = "bench_lists"
FILTERS = "?thema=ki&art=case_report&reife=operation"
ADDRESSES = {
    "list, three filters": FILTERS,
    "list, no filter": "",
    "list, size of town and year": "?groesse=20000&jahr=2024",
    "list, lowest costs first": "?sortierung=kosten",
}
PLAIN = """
    SELECT id, object_id, title, summary, publishers, topics, maturity, card, changed
    FROM catalogue_catalogueentry
    WHERE state = 'live' AND NOT hidden AND audience = 'public'
      AND (expires IS NULL OR expires >= current_date)
      AND topics && ARRAY['ki']::varchar[] AND kind = 'case_report' AND maturity = 'operation'
    ORDER BY changed DESC, id LIMIT 20
"""
PLAIN_COUNT = f"SELECT count(*) FROM ({PLAIN.partition('ORDER BY')[0]}) AS found"


def measure_lists(network: Network) -> list[Row]:
    """Fill a scratch database twice and time the list in a process of its own."""
    rows: list[Row] = []
    for size in SIZES:
        rows += _rows(size, ask_in_scratch(network, SCRATCH, "tests.load.lists", str(size)))
    return rows


def _rows(size: int, seconds: dict[str, float]) -> list[Row]:
    """In milliseconds; the list beside the plain query with its count."""
    of = f"{size:,} entries"
    plain = f"plain SQL with count, {of}"
    base = seconds["plain SQL"] + seconds["plain SQL count"]
    rows = [
        Row(f"{name}, {of}", took * 1000, "ms") for name, took in seconds.items() if name.startswith("plain")
    ]
    rows.append(Row(plain, base * 1000, "ms"))
    for name in ADDRESSES:
        rows.append(Row(f"{name}, {of}", seconds[name] * 1000, "ms", plain, seconds[name] / base))
    rows.append(Row(f"list, three filters, queries, {of}", seconds["queries"], "queries"))
    return rows


def main() -> None:
    """Fill the database of the environment with so many entries, then print median seconds as JSON."""
    import django

    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from hub.env import env

    with connection.cursor() as cursor:
        cursor.execute(Path(__file__).with_name("lists.sql").read_text(), {"entries": int(sys.argv[1])})
        cursor.execute("VACUUM ANALYZE")
    client = Client(HTTP_HOST=env.host, HTTP_ACCEPT_LANGUAGE="de")

    def fetch(address: str) -> None:
        response = client.get(f"/wissen/{address}")
        if response.status_code != 200 or b'class="card ' not in response.content:
            raise SystemExit(f"{address} answers {response.status_code} or nothing")

    def ask(statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            cursor.fetchall()

    seconds = {"plain SQL": _median(lambda: ask(PLAIN)), "plain SQL count": _median(lambda: ask(PLAIN_COUNT))}
    for name, address in ADDRESSES.items():
        seconds[name] = _median(lambda address=address: fetch(address))
    with CaptureQueriesContext(connection) as captured:
        fetch(FILTERS)
    seconds["queries"] = len(captured)
    print(json.dumps(seconds))


def _median(work: Callable[[], None]) -> float:
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
