"""A peer that has missed many changes catches up over real HTTP, beside its parts alone.

The parts: fetching the same pages, and applying them once they are in memory. Each is measured in a process
and a database of its own, against the same running origin.
"""

from __future__ import annotations

from fixtures.network.running import Network
from tests.load.pair import run_pair
from tests.load.table import Row

MISSED = 10_000


def measure_catching_up(network: Network) -> list[Row]:
    """Seconds and entries per second of a real pull, and the memory of the process that pulls."""
    with run_pair(network, MISSED) as pair:
        parts = pair.ask_poller("tests.load.puller", "parts")
        pull = pair.ask_poller("tests.load.puller", "pull")
    if parts["held"] != MISSED or pull["held"] != MISSED:
        raise RuntimeError(f"of {MISSED} changes {parts['held']} and {pull['held']} arrived")
    missed = f"{MISSED:,} changes, 2 KB each"
    fetched, applied = f"pages fetched, {missed}", f"pages in memory applied, {missed}"
    together, before = f"fetched, then applied, {missed}", "process that pulls, memory before"
    own = f"{together}, CPU"
    rate, whole = MISSED / pull["seconds"], parts["fetch"] + parts["apply"]
    return [
        Row(fetched, MISSED / parts["fetch"], "1/s"),
        Row(applied, MISSED / parts["apply"], "1/s"),
        Row(together, whole, "s"),
        Row(f"catching up, {missed}", pull["seconds"], "s", together, pull["seconds"] / whole),
        Row(own, parts["own"], "s"),
        Row(f"catching up, {missed}, CPU", pull["own"], "s", own, pull["own"] / parts["own"]),
        Row("catching up, beside applying", rate, "1/s", applied, rate * parts["apply"] / MISSED),
        Row("catching up, beside fetching", rate, "1/s", fetched, rate * parts["fetch"] / MISSED),
        Row("catching up, size on the wire unpacked", parts["bytes"] / 1e6, "MB"),
        Row(before, pull["before"], "MB"),
        Row("catching up, peak memory", pull["peak"], "MB", before, pull["peak"] / pull["before"]),
    ]
