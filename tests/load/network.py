"""How long four hubs take to answer, and the memory of each process."""

from __future__ import annotations

import time

import psutil

from fixtures.network.running import ROLES, Network
from tests.load.table import Row

FIRST = "first start to four answering hubs"


def measure_start(network: Network, name: str, first: float | None = None) -> tuple[Row, float]:
    """Start the network; seconds until all four hubs answer."""
    began = time.perf_counter()
    network.up()
    took = time.perf_counter() - began
    if first is None:
        return Row(name, took, "s"), took
    return Row(name, took, "s", FIRST, took / first), took


def measure_memory(network: Network) -> list[Row]:
    """Proportional set size of each kind of process (mean over the hubs), and of all together."""
    rows = []
    total = 0.0
    for role, meaning in ROLES.items():
        sizes = [_size(network.processes[slug, role].pid) for slug in network.hubs]
        total += sum(sizes)
        rows.append(Row(f"memory of {role} ({meaning}), per hub", sum(sizes) / len(sizes), "MB"))
    return [*rows, Row("memory of all processes", total, "MB")]


def _size(pid: int | None) -> float:
    """Proportional set size of a process with its children, in megabytes."""
    process = psutil.Process(pid)
    return sum(part.memory_full_info().pss for part in [process, *process.children(recursive=True)]) / 1e6
