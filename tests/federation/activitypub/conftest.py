"""Somebody at another server who follows, and what a worker does about it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from federation.activitypub import examining
from federation.activitypub.models import StrangerMessage
from tests.wire.server import open_door
from tests.wire.stranger import Stranger, meet_stranger


@pytest.fixture
def anna(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stranger]:
    """A person at another server, which the outbound door reaches."""
    cache.clear()
    with meet_stranger() as stranger:
        open_door(monkeypatch, stranger.server)
        yield stranger
    cache.clear()


@pytest.fixture
def examine() -> object:
    """Let the worker look at everything that waits, whatever it waits for."""

    def look() -> None:
        StrangerMessage.objects.update(retry_at=None)
        while examining.examine_round():
            pass

    return look
