"""Whoever asked waits for so long and no longer; what was proved until then stays."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.core.cache import cache

from search.answers.generation import Claim, End, Outcome, exchange, pausing, stream
from search.answers.phrasing import phrase_whole
from tests.answers.generating import WAITING, found, use_model
from tests.wire.model_server import Asked, ModelServer, Reply, claim, ending, in_pieces, serve_model, words

pytestmark = pytest.mark.django_db

TRUE = claim("Die Wartezeit betrug 71 Tage.", (1, "Im Median wartete eine Familie 71 Tage"))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    cache.clear()
    with serve_model() as running:
        use_model(monkeypatch, running)
        yield running
        for thread in [one for one in threading.enumerate() if one.name == "answers-model"]:
            thread.join(10)
            assert not thread.is_alive()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The clock by which an exchange waits; it can be put forward."""
    moved = SimpleNamespace(forward=0.0)
    told = SimpleNamespace(monotonic=lambda: time.monotonic() + moved.forward, time=time.time)
    monkeypatch.setattr(exchange, "time", told)
    return moved


def play(server: ModelServer, said: str, *, chatters: bool) -> None:
    """Says this, and then nothing, or nothing of worth again and again."""

    def script(asked: Asked) -> Reply:
        def pieces() -> Iterator[bytes]:
            yield b"".join(in_pieces(said))
            while chatters and not server.release.wait(0.001):
                yield words(" ")
            server.release.wait()

        return Reply(pieces())

    server.script = script


def test_reading_ends_with_the_time_and_what_was_proved_stays(
    server: ModelServer, clock: SimpleNamespace
) -> None:
    late = threading.Event()

    def script(asked: Asked) -> Reply:
        def pieces() -> Iterator[bytes]:
            yield from in_pieces(TRUE)
            late.wait()
            yield from in_pieces(claim(WAITING, (1, WAITING)))
            yield from ending()

        return Reply(pieces())

    server.script = script
    pieces = stream(found(WAITING), (), 40)
    assert isinstance(next(pieces), Claim)
    clock.forward = 41  # less than an endpoint may take
    late.set()
    (end,) = pieces
    assert isinstance(end, End)
    assert end.outcome is Outcome.FAILED


@pytest.mark.parametrize("chatters", [False, True])
def test_a_page_does_not_wait_for_a_model_that_says_nothing(server: ModelServer, chatters: bool) -> None:
    play(server, "", chatters=chatters)
    for _ in range(pausing.MOST_FAILURES + 1):
        phrasing = phrase_whole(found(WAITING), (), seconds=0.2)
        assert (phrasing.statements, phrasing.outcome) == ([], Outcome.FAILED)
    assert not server.release.is_set()
    assert not pausing.is_paused(server.url)  # others may wait longer


def test_an_endpoint_that_is_silent_for_too_long_has_failed_for_everybody(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "FIRST_SECONDS", 0.2)
    play(server, "", chatters=False)
    for _ in range(pausing.MOST_FAILURES):
        assert phrase_whole(found(WAITING), ()).outcome is Outcome.FAILED
    assert pausing.is_paused(server.url)
