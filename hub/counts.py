"""Counting without a query for each thing counted: numbers are held in memory and written in batches.

See docs/decisions/0010. A process that is killed loses no more than it has counted since its last write.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

import structlog
from django.db import connection

logger = structlog.get_logger("hub.counts")

Key = TypeVar("Key", bound=Hashable)


class Buffer(Generic[Key]):
    """The counts of this process that are not written yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[Key] = Counter()
        self._last = time.monotonic()

    def add(self, key: Key, number: int = 1) -> None:
        """Count once more."""
        with self._lock:
            self._counts[key] += number

    def take(self, after: float = 0.0) -> Counter[Key]:
        """What is to be written now, and held no more; nothing before ``after`` seconds have passed."""
        with self._lock:
            if not self._counts or (after and time.monotonic() - self._last < after):
                return Counter()
            taken, self._counts, self._last = self._counts, Counter(), time.monotonic()
            return taken

    def give_back(self, counts: Counter[Key]) -> None:
        """Hold again what could not be written."""
        with self._lock:
            self._counts.update(counts)


def write_quietly(counts: Counter[Key], write: Callable[[Counter[Key]], object]) -> None:
    """Write counts after a response, if there are any: nobody is to notice a failure.

    ``write`` gives back what it could not write.
    """
    if not counts:
        return
    try:
        write(counts)
    except Exception:  # the page has been sent and the counts are kept
        logger.exception("counts could not be written")
    finally:
        # The signal comes after the request's connection went back to the pool.
        if not connection.in_atomic_block:
            connection.close()


def write_at_end(flush: Callable[[], object]) -> None:
    """Write what is left as the process ends."""
    try:
        flush()
    except Exception:
        logger.exception("the last counts could not be written")
