"""A process as it is right after its start, for as long as a block lasts."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

from hub.catalogue import guarding
from hub.catalogue.guarding import Role


@contextlib.contextmanager
def unchecked(role: Role = Role.COMMAND) -> Iterator[None]:
    """Nothing has been checked yet, and nothing confirmed; the process does what ``role`` says."""
    process = guarding._Process
    before = process.role, process.started, process.passed, process.confirmed
    process.role, process.started = role, time.monotonic()
    process.passed, process.confirmed = False, float("-inf")
    try:
        yield
    finally:
        process.role, process.started, process.passed, process.confirmed = before
