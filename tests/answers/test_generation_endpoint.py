"""Endpoints that misbehave: what was proved until then stays, and the answer is said to be broken off."""

from __future__ import annotations

import pytest

from search.answers.generation import Outcome, Usage, pausing
from tests.answers.endpoints import JSON, PROVED, TRUE, all_places_are_given_back, server
from tests.answers.generating import COSTS, WAITING, found, listen, outcome, use_model
from tests.wire.model_server import (
    ModelServer,
    Reply,
    cut,
    ending,
    event,
    failing,
    in_pieces,
    say,
    serve_model,
)  # fmt: skip

__all__ = ["all_places_are_given_back", "server"]


pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", [401, 403, 404, 500, 503])
def test_an_error_ends_the_answer(server: ModelServer, status: int) -> None:
    server.script = lambda asked: Reply([b'{"error": {"message": "no"}}'], status, JSON)
    assert outcome(found(WAITING)) == ([], Outcome.FAILED)
    assert len(server.asked) == 1


def test_a_broken_endpoint_fails(server: ModelServer) -> None:
    server.script = failing
    assert outcome(found(WAITING)) == ([], Outcome.FAILED)


def test_nobody_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve_model() as gone:
        use_model(monkeypatch, gone)
    assert outcome(found(WAITING)) == ([], Outcome.FAILED)


def test_a_line_that_goes_dead_in_a_claim_leaves_the_one_before(server: ModelServer) -> None:
    server.script = cut
    assert outcome(found(WAITING)) == ([WAITING], Outcome.FAILED)


def test_a_line_that_goes_dead_after_a_claim_is_broken_off_as_well(server: ModelServer) -> None:
    server.script = lambda asked: Reply(in_pieces(TRUE))
    assert outcome(found(WAITING)) == (PROVED, Outcome.FAILED)


def test_an_answer_that_may_be_no_longer_is_broken_off_but_no_fault(server: ModelServer) -> None:
    server.script = lambda asked: say(TRUE + '{"claim": "Auch', "length")
    for _ in range(pausing.MOST_FAILURES + 1):
        assert outcome(found(WAITING)) == (PROVED, Outcome.FAILED)
    assert len(server.asked) == pausing.MOST_FAILURES + 1


@pytest.mark.parametrize(
    "said", ["", "Die Wartezeit betrug 71 Tage.", "{" * 500, '{"claim": ', "\0\ufeff{}[]null"]
)
def test_garbage_is_no_answer(server: ModelServer, said: str) -> None:
    server.script = lambda asked: say(said)
    assert outcome(found(WAITING)) == ([], Outcome.FAILED)


@pytest.mark.parametrize(
    "pieces",
    [
        [],
        [b"data: {not json}\n\n"],
        [b"data: [1, 2]\n\n"],
        [b'data: {"choices": "none"}\n\n'],
        [b"data: \xff\xfe\n\n"],
        [event(choices=[{"index": 0, "delta": {"content": 7}}])],
        [b'data: {"error": {"message": "overloaded"}}\n\n'],
        [event(choices=[{"index": n, "delta": {"content": "x"}} for n in range(2)])],
    ],
)
def test_broken_events_end_the_answer(server: ModelServer, pieces: list[bytes]) -> None:
    server.script = lambda asked: Reply([*in_pieces(TRUE), *pieces])
    assert outcome(found(WAITING)) == (PROVED, Outcome.FAILED)


@pytest.mark.parametrize("kind", ["text/html", "application/json", "", "text/event-streams"])
def test_only_a_stream_of_events_is_read(server: ModelServer, kind: str) -> None:
    server.script = lambda asked: Reply([*in_pieces(TRUE), *ending()], headers={"Content-Type": kind})
    assert outcome(found(WAITING)) == ([], Outcome.FAILED)


def test_nothing_packed_is_unpacked(server: ModelServer) -> None:
    headers = {"Content-Type": "text/event-stream", "Content-Encoding": "gzip"}
    server.script = lambda asked: Reply([b"\x1f\x8b"], headers=headers)
    assert outcome(found(WAITING)) == ([], Outcome.FAILED)
    assert server.asked[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(server: ModelServer, status: int) -> None:
    with serve_model() as elsewhere:
        headers = {"Location": f"{elsewhere.url}/chat/completions", **JSON}
        server.script = lambda asked: Reply(status=status, headers=headers)
        assert outcome(found(WAITING)) == ([], Outcome.FAILED)
        assert elsewhere.asked == []


def test_proxies_of_the_environment_are_not_used(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve_model() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.setenv("NO_PROXY", "")
        assert outcome(found(WAITING))[1] is Outcome.COMPLETE
        assert proxy.asked == []


def test_a_refusal_of_the_wishes_is_not_repeated_for_ever(server: ModelServer) -> None:
    server.script = lambda asked: Reply(status=400, headers=JSON)
    assert outcome(found(WAITING)) == ([], Outcome.FAILED)
    assert len(server.asked) == 2


def test_tools_are_no_answer(server: ModelServer) -> None:
    call = {"index": 0, "id": "1", "type": "function", "function": {"name": "open", "arguments": "{}"}}
    delta = event(choices=[{"index": 0, "delta": {"tool_calls": [call]}, "finish_reason": "tool_calls"}])
    server.script = lambda asked: Reply([delta, *ending("tool_calls")])
    assert outcome(found(WAITING)) == ([], Outcome.FAILED)


def test_what_a_broken_answer_cost_is_known(server: ModelServer) -> None:
    server.script = cut
    _claims, end = listen(found(COSTS))
    assert isinstance(end.usage, Usage)
    assert end.usage.estimated
    assert end.usage.completion > 0
