"""What no guest can bring about: places that are never given back, and an endpoint that is left alone."""

from __future__ import annotations

import threading

import pytest

from search.answers.generation import End, Outcome, exchange, pausing, transport
from tests.answers.endpoints import all_places_are_given_back, join_exchanges, server
from tests.answers.generating import WAITING, found, listen, outcome
from tests.wire.model_server import ModelServer, good, say

__all__ = ["all_places_are_given_back", "server"]

pytestmark = pytest.mark.django_db


def test_what_is_no_claims_is_no_reason_to_leave_an_endpoint_alone(server: ModelServer) -> None:
    server.script = lambda asked: say("Gern erzähle ich ein Märchen.")
    for _ in range(pausing.MOST_FAILURES):
        assert outcome(found(WAITING)) == ([], Outcome.FAILED)
    server.script = good
    assert outcome(found(WAITING))[1] is Outcome.COMPLETE


def test_without_a_thread_the_place_is_given_back(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Refusing(threading.Thread):
        def start(self) -> None:
            raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr("search.answers.generation.exchange.threading.Thread", Refusing)
        for _ in range(exchange.MOST_AT_ONCE + 1):
            assert listen(found(WAITING)) == ([], End(Outcome.BUSY))
    assert outcome(found(WAITING))[1] is Outcome.COMPLETE


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_line_that_cannot_be_closed_keeps_no_place(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: transport.BoundedTransport) -> None:
        raise OSError("closed already")

    with monkeypatch.context() as patched:
        patched.setattr(transport.BoundedTransport, "close", refuse)
        listen(found(WAITING))
        join_exchanges()
    taken = [exchange._places.acquire(blocking=False) for _ in range(exchange.MOST_AT_ONCE)]
    for _ in range(sum(taken)):
        exchange._places.release()
    assert all(taken)
