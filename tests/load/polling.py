"""What a poll costs that finds nothing new, at both ends, and fifty peers that poll one origin.

Baselines are requests to the same running server: a static file for one poll, the instance's actor, unsigned,
for the fifty.
"""

from __future__ import annotations

from fixtures.network.running import Network
from tests.load.pair import run_pair
from tests.load.table import Row, percentile

ENTRIES = 1_000
STATIC = "static file, one after another"
CPU = ", CPU"


def measure_polling(network: Network) -> list[Row]:
    """Milliseconds and queries of an idle poll at the origin and at the poller."""
    with run_pair(network, ENTRIES) as pair:
        told = pair.ask_poller("tests.load.poller", str(pair.server))
        queries = pair.ask_origin("tests.load.crowd", "queries")
    base, cpu = told[STATIC], f"{STATIC}{CPU} at the origin"
    rows = [Row(STATIC, base["ms"], "ms"), Row(cpu, base["server"], "ms")]
    for name, spent in told.items():
        if name == STATIC:
            continue
        rows.append(Row(name, spent["ms"], "ms", STATIC, spent["ms"] / base["ms"]))
        ratio = spent["server"] / base["server"] if base["server"] else None
        rows.append(Row(f"{name}{CPU} at the origin", spent["server"], "ms", cpu, ratio))
        if "queries" in spent:
            rows.append(Row(f"{name}{CPU} at the poller", spent["own"], "ms"))
            rows.append(Row(f"{name}, queries at the poller", spent["queries"], "queries"))
    return [*rows, Row("idle poll (304), queries at the origin", queries["queries"], "queries")]


def measure_crowd(network: Network) -> list[Row]:
    """Fifty peers, each with keys of its own: at their pace of one poll in two seconds, and flat out."""
    with run_pair(network, ENTRIES) as pair:
        told = pair.ask_origin("tests.load.crowd", "poll", str(pair.server))
    rows: list[Row] = []
    for manner in ("every 2 s", "flat out"):
        actor, polls = (told[f"{what} {manner}"] for what in ("actor", "polls"))
        if polls["failed"] or actor["failed"]:
            raise RuntimeError(f"{manner}: {polls['failed']} polls and {actor['failed']} others failed")
        bases: dict[str, Row] = {}
        for name, run in ((f"50 × actor, unsigned, {manner}", actor), (f"50 peers poll {manner}", polls)):
            for row in _rows(name, run):
                kind = row.name.removeprefix(name)
                base = bases.setdefault(kind, row)
                ratio = row.value / base.value if base is not row and base.value else None
                rows.append(Row(row.name, row.value, row.unit, base.name if ratio else "", ratio))
    return rows


def _rows(name: str, run: dict) -> list[Row]:
    """Of one run, without ratios; the share of the processor is of one core."""
    times = run["times"]
    return [
        Row(f"{name}, requests", len(times) / run["seconds"], "1/s"),
        Row(f"{name}, p50", percentile(times, 0.5) * 1000, "ms"),
        Row(f"{name}, p95", percentile(times, 0.95) * 1000, "ms"),
        Row(f"{name}, share of one core", 100 * run["cpu"] / run["seconds"], "%"),
    ]
