"""What tests of the model's endpoint share: one that runs, and that every exchange ends."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from search.answers.generation import exchange
from tests.answers.generating import use_model
from tests.wire.model_server import (
    ModelServer,
    claim,
    serve_model,
)  # fmt: skip

TRUE = claim("Die Wartezeit betrug 71 Tage.", (1, "Im Median wartete eine Familie 71 Tage"))
PROVED = ["Die Wartezeit betrug 71 Tage."]
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    with serve_model() as running:
        use_model(monkeypatch, running)
        yield running


@pytest.fixture(autouse=True)
def all_places_are_given_back() -> Iterator[None]:
    """Whatever happens, no exchange keeps its place, and no thread goes on."""
    yield
    join_exchanges()
    taken = [exchange._places.acquire(blocking=False) for _ in range(exchange.MOST_AT_ONCE)]
    for _ in range(sum(taken)):
        exchange._places.release()
    assert all(taken)


def join_exchanges() -> None:
    """Wait for those on their way, for less than a silent line would be read."""
    for thread in [one for one in threading.enumerate() if one.name == "answers-model"]:
        thread.join(10)
        assert not thread.is_alive()
