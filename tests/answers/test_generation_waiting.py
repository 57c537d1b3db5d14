"""Endpoints that never end, say nothing, want a wait or keep failing: nobody waits for them for ever."""

from __future__ import annotations

import email.utils
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache

from search.answers.generation import Claim, End, Outcome, exchange, pausing, stream, transport
from tests.answers.endpoints import PROVED, TRUE, all_places_are_given_back, join_exchanges, server
from tests.answers.generating import WAITING, found, listen, outcome
from tests.wire.model_server import (
    Asked,
    ModelServer,
    Reply,
    claim,
    failing,
    good,
    in_pieces,
    words,
)  # fmt: skip

__all__ = ["all_places_are_given_back", "server"]


pytestmark = pytest.mark.django_db


def assert_no_line_is_open(server: ModelServer) -> None:
    """All ended while the endpoint itself still held on to them."""
    join_exchanges()
    assert not server.release.is_set()


def _endless(piece: bytes) -> Callable[[Asked], Reply]:
    def script(asked: Asked) -> Reply:
        def pieces() -> Iterator[bytes]:
            yield from in_pieces(TRUE)
            while True:
                yield piece

        return Reply(pieces())

    return script


@pytest.mark.parametrize("piece", [words(" und so weiter"), b": still there\n\n", b"data: " + b"x" * 10_000])
def test_an_endless_answer_is_ended(server: ModelServer, piece: bytes) -> None:
    server.script = _endless(piece)
    assert outcome(found(WAITING)) == (PROVED, Outcome.FAILED)
    assert server.left.wait(10)


def test_a_model_that_goes_on_after_its_last_claim_is_left(server: ModelServer) -> None:
    lines = "".join(claim(f"Die Wartezeit war {'sehr ' * n}lang.", (1, WAITING)) for n in range(6))

    def script(asked: Asked) -> Reply:
        def pieces() -> Iterator[bytes]:
            yield from in_pieces(lines)
            while True:
                yield words(" und so weiter")

        return Reply(pieces())

    server.script = script
    texts, ended = outcome(found(WAITING))
    assert (len(texts), ended) == (6, Outcome.COMPLETE)
    assert server.left.wait(10)


def _silent(server: ModelServer, said: bytes = b"") -> Callable[[Asked], Reply]:
    """Says something, and then nothing until the test is over."""

    def script(asked: Asked) -> Reply:
        def pieces() -> Iterator[bytes]:
            yield said
            server.release.wait()

        return Reply(pieces())

    return script


@pytest.mark.parametrize("said", [b"", b": please wait\n\n"])
def test_nobody_waits_for_the_first_word_for_ever(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    monkeypatch.setattr(exchange, "FIRST_SECONDS", 0.3)
    server.script = _silent(server, said)
    assert outcome(found(WAITING)) == ([], Outcome.FAILED)
    assert_no_line_is_open(server)


def test_nobody_waits_for_the_last_word_for_ever(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "WHOLE_SECONDS", 0.5)
    server.script = _silent(server, b"".join(in_pieces(TRUE)))
    assert outcome(found(WAITING))[1] is Outcome.FAILED
    assert_no_line_is_open(server)


def test_a_silent_line_is_given_up(server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(transport.TIMEOUT, "read", 0.3)
    server.script = _silent(server, b"".join(in_pieces(TRUE)))
    assert outcome(found(WAITING))[1] is Outcome.FAILED


def test_whoever_closes_the_page_closes_the_line(server: ModelServer) -> None:
    heard = threading.Event()

    def script(asked: Asked) -> Reply:
        def pieces() -> Iterator[bytes]:
            yield from in_pieces(TRUE)
            heard.wait()
            while True:
                yield b": still there\n\n"

        return Reply(pieces())

    server.script = script
    answers = stream(found(WAITING))
    assert isinstance(next(answers), Claim)
    answers.close()
    heard.set()
    assert server.left.wait(10)


def test_no_more_than_some_are_asked_at_once(server: ModelServer) -> None:
    server.script = _silent(server, b"".join(in_pieces(TRUE)))
    open_ones = [stream(found(WAITING)) for _ in range(exchange.MOST_AT_ONCE)]
    assert all(isinstance(next(one), Claim) for one in open_ones)
    assert listen(found(WAITING)) == ([], End(Outcome.BUSY))
    assert len(server.asked) == exchange.MOST_AT_ONCE
    for one in open_ones:
        one.close()
    assert_no_line_is_open(server)


def _first(server: ModelServer, reply: Reply) -> Callable[[Asked], Reply]:
    return lambda asked: reply if len(server.asked) == 1 else good(asked)


def test_a_short_wait_is_kept_once(server: ModelServer) -> None:
    server.script = _first(server, Reply(status=429, headers={"Retry-After": "1"}))
    begun = time.monotonic()
    assert outcome(found(WAITING)) == ([WAITING], Outcome.COMPLETE)
    assert time.monotonic() - begun >= 1  # as asked for; how much longer does not matter
    assert len(server.asked) == 2


def test_who_asks_for_a_wait_again_is_not_asked_again(server: ModelServer) -> None:
    server.script = lambda asked: Reply(status=429, headers={"Retry-After": "1"})
    assert outcome(found(WAITING)) == ([], Outcome.FAILED)
    assert len(server.asked) == 2


@pytest.mark.parametrize("wait", ["3600", "3", email.utils.formatdate(4_000_000_000, usegmt=True)])
def test_who_wants_a_long_wait_is_left_alone(server: ModelServer, wait: str) -> None:
    server.script = lambda asked: Reply(status=429, headers={"Retry-After": wait})
    for _ in range(2):
        assert outcome(found(WAITING)) == ([], Outcome.FAILED)
    assert len(server.asked) == 1


@pytest.mark.parametrize("wait", ["", "soon", "-1", "nan"])
def test_a_wait_that_says_nothing_counts_as_an_error(server: ModelServer, wait: str) -> None:
    server.script = lambda asked: Reply(status=429, headers={"Retry-After": wait})
    for _ in range(2):
        assert outcome(found(WAITING)) == ([], Outcome.FAILED)
    assert len(server.asked) == 2


def test_an_endpoint_that_fails_is_left_alone_for_a_while(server: ModelServer) -> None:
    server.script = failing
    for _ in range(pausing.MOST_FAILURES + 2):
        assert outcome(found(WAITING)) == ([], Outcome.FAILED)
    assert len(server.asked) == pausing.MOST_FAILURES
    cache.delete(pausing._key(server.url, "pause"))  # as after a minute
    server.script = good
    assert outcome(found(WAITING))[1] is Outcome.COMPLETE
    server.script = failing
    for _ in range(pausing.MOST_FAILURES):
        outcome(found(WAITING))
    assert len(server.asked) == 2 * pausing.MOST_FAILURES + 1


def test_failures_that_are_not_in_a_row_are_no_reason(server: ModelServer) -> None:
    for _ in range(pausing.MOST_FAILURES):
        server.script = failing
        outcome(found(WAITING))
        server.script = good
        assert outcome(found(WAITING))[1] is Outcome.COMPLETE
