"""Leaving an endpoint alone after it failed, in all processes: the figures are in Django's cache."""

from __future__ import annotations

import hashlib

from django.core.cache import cache

MOST_FAILURES = 3
PAUSE_SECONDS = 60


def is_paused(url: str) -> bool:
    """Whether the endpoint is to be left alone now."""
    return cache.get(_key(url, "pause")) is not None


def note_answer(url: str) -> None:
    """It answered: what failed before is forgotten."""
    cache.delete(_key(url, "failures"))


def note_failure(url: str, pause: float = 0) -> None:
    """It failed. After :data:`MOST_FAILURES` in a row it is paused, or if it asks for ``pause`` seconds."""
    failures = cache.get(_key(url, "failures"), 0) + 1
    cache.set(_key(url, "failures"), failures, timeout=10 * PAUSE_SECONDS)
    if pause > 0 or failures >= MOST_FAILURES:
        seconds = min(max(pause, 1), PAUSE_SECONDS) if pause > 0 else PAUSE_SECONDS
        cache.set(_key(url, "pause"), True, timeout=seconds)


def _key(url: str, what: str) -> str:
    return f"answers-model-{hashlib.sha256(url.encode()).hexdigest()[:16]}-{what}"
