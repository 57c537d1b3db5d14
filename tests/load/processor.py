"""The processor time a server has taken so far."""

from __future__ import annotations

import psutil


def seconds_of(pid: int) -> float:
    """Of a process and its children, in its own code and the system's."""
    process = psutil.Process(pid)
    times = [part.cpu_times() for part in (process, *process.children(recursive=True))]
    return sum(each.user + each.system for each in times)
