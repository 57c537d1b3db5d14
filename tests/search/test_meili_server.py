"""What the errors of Meilisearch mean, and what is sent to it, tried on a small server.

A real server is asked in :mod:`tests.search.test_meili_engine`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from hub.errors import Unavailable
from search.engines.base import EngineUnavailable
from search.engines.meili import parts
from search.engines.meili import server as module
from search.engines.meili.client import RejectedByServer, TooSlowForServer
from search.engines.meili.server import Server
from tests.wire.server import Request, Response, serve
from tests.wire.server import Server as Wire

NOW = "2026-11-22T10:00:00.5Z"


@dataclass
class Fake:
    """A Meilisearch that keeps indexes and tasks; tasks stay ``status`` and requests to ``refused`` fail.

    ``failed`` are the tasks it lists as such.
    """

    status: str = "succeeded"
    error: dict[str, str] | None = None
    refused: dict[str, tuple[int, dict[str, str]]] = field(default_factory=dict)
    failed: tuple[int, ...] = ()
    indexes: list[str] = field(default_factory=lambda: ["trier_1"])
    started: list[tuple[str, str, Any]] = field(default_factory=list)

    def __call__(self, request: Request) -> Response:
        path, _mark, asked = request.path.strip("/").partition("?")
        for ending, (status, error) in self.refused.items():
            if path.endswith(ending):
                return answer(error, status)
        if request.method == "GET" and path.startswith("tasks/"):
            return answer(self.task(int(path.removeprefix("tasks/"))))
        if request.method == "GET" and path == "tasks":
            found = [self.task(number) for number in self.failed if "failed" in asked]
            return answer({"results": found, "total": len(found), "limit": 9, "from": None, "next": None})
        if request.method == "GET" and path == "indexes":
            offset, limit = (int(part.partition("=")[2]) for part in sorted(asked.split("&"), reverse=True))
            found = [{"uid": uid} for uid in self.indexes[offset : offset + limit]]
            return answer({"results": found, "total": len(self.indexes)})
        if request.method == "GET":
            there = path.removeprefix("indexes/") in self.indexes
            return answer({"createdAt": NOW}) if there else answer({"code": "index_not_found"}, 404)
        self.started.append((request.method, path, json.loads(request.body or b"null")))
        if request.method == "DELETE":
            self.indexes.remove(path.removeprefix("indexes/"))
        info = {"taskUid": len(self.started), "indexUid": "trier_1", "status": "enqueued", "type": "any"}
        return answer(info | {"enqueuedAt": NOW}, 202)

    def task(self, number: int) -> dict[str, Any]:
        known = {"uid": number, "status": self.status, "type": "any", "enqueuedAt": NOW}
        return known | ({"error": self.error} if self.error else {})

    @property
    def added(self) -> list[list[str]]:
        """The ids of the documents of each request that added some."""
        return [
            [each["id"] for each in body] for _, path, body in self.started if path.endswith("/documents")
        ]


def answer(body: Any, status: int = 200) -> Response:
    return Response(json.dumps(body).encode(), status, {"Content-Type": "application/json"})


@pytest.fixture
def fake() -> Fake:
    return Fake()


@pytest.fixture
def wire(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    for name in ("do_DELETE", "do_PATCH"):
        monkeypatch.setattr(BaseHTTPRequestHandler, name, lambda handler: handler.do_POST(), raising=False)
    with serve(fake, "127.0.0.1") as wire:
        yield wire


@pytest.fixture
def server(wire: Wire) -> Server:
    return Server(wire.origin, "secret", "trier_")


def documents(*keys: str, text: str = "") -> list[dict[str, Any]]:
    return [{"id": key, "text": text} for key in keys]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (413, {"code": "payload_too_large", "type": "invalid_request"}),
        (400, {"code": "invalid_document_id", "type": "invalid_request"}),
        (422, {}),
    ],
)
def test_what_is_refused_for_ever_does_not_count_as_a_server_that_is_away(
    server: Server, fake: Fake, status: int, error: dict[str, str]
) -> None:
    fake.refused["/documents"] = (status, error)
    with pytest.raises(RejectedByServer) as caught:
        server.add_documents("trier_1", documents("a"))
    assert not isinstance(caught.value, Unavailable)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (500, {"code": "internal", "type": "internal"}),
        (503, {}),
        (429, {}),
        (408, {}),
        (403, {"code": "invalid_api_key", "type": "auth"}),
        (401, {"code": "missing_authorization_header", "type": "auth"}),
        (404, {"code": "index_not_found", "type": "invalid_request"}),
        (422, {"code": "no_space_left_on_device", "type": "system"}),
    ],
)
def test_what_may_pass_is_waited_for(server: Server, fake: Fake, status: int, error: dict[str, str]) -> None:
    fake.refused["/documents"] = (status, error)
    with pytest.raises(EngineUnavailable):
        server.add_documents("trier_1", documents("a"))


def test_nobody_is_followed_to_another_address(wire: Wire, fake: Fake, server: Server) -> None:
    class Elsewhere(Fake):
        def __call__(self, request: Request) -> Response:
            return Response(b"", 307, {"Location": f"{wire.origin}/indexes/trier_1"})

    with (
        serve(Elsewhere(), "127.0.0.1") as leading,
        pytest.raises(EngineUnavailable, match="another address"),
    ):
        Server(leading.origin, "secret", "trier_").has_index("trier_1")
    assert wire.requests == []


def test_a_task_that_fails_is_the_fault_of_the_document_unless_it_is_the_disk(
    server: Server, fake: Fake
) -> None:
    fake.status, fake.error = "failed", {"code": "invalid_document_id", "message": "bad", "type": "any"}
    with pytest.raises(RejectedByServer, match="bad"):
        server.add_documents("trier_1", documents("a"))
    fake.error = {"code": "no_space_left_on_device", "message": "full", "type": "system"}
    with pytest.raises(EngineUnavailable, match="full"):
        server.add_documents("trier_1", documents("a"))


def test_documents_are_sent_in_parts_by_their_size(
    server: Server, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "MOST_BYTES", 250)
    many = [*documents("a", "b", text="x" * 80), *documents("c", text="x" * 900), *documents("d", "e")]
    server.add_documents("trier_1", many)
    assert fake.added == [["a", "b"], ["c"], ["d", "e"]]
    server.queue_documents("trier_1", many)
    assert fake.added[3:] == [["a", "b"], ["c"], ["d", "e"]]


def test_after_a_timeout_the_task_is_waited_for_and_nothing_is_added_twice(
    server: Server, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TASK_SECONDS", 0.05)
    fake.status = "processing"
    for _try in range(3):
        with pytest.raises(TooSlowForServer):
            server.add_documents("trier_1", documents("a", "b"))
    assert fake.added == [["a", "b"]]
    fake.status = "succeeded"
    server.add_documents("trier_1", [*documents("a", "c"), *documents("b", text="new")])
    assert fake.added == [["a", "b"], ["c", "b"]]
    server.add_documents("trier_1", documents("a"))
    assert fake.added[2:] == [["a"]], "what was seen to end is forgotten"


def test_what_was_late_and_then_failed_or_was_deleted_is_added_again(
    server: Server, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TASK_SECONDS", 0.05)
    fake.status = "processing"
    with pytest.raises(TooSlowForServer):
        server.add_documents("trier_1", documents("a", "b"))
    fake.status = "succeeded"
    server.delete_documents("trier_1", ["a"])
    server.add_documents("trier_1", documents("a", "b"))
    assert fake.added == [["a", "b"], ["a"]]
    fake.status = "processing"
    with pytest.raises(TooSlowForServer):
        server.add_documents("trier_1", documents("d"))
    fake.refused["tasks/4"] = (404, {"code": "task_not_found"})
    fake.status = "succeeded"
    server.add_documents("trier_1", documents("d"))
    assert fake.added[2:] == [["d"], ["d"]], "a server that lost its disk knows neither task nor document"


def test_a_build_waits_for_the_oldest_before_it_adds_more(
    server: Server, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_QUEUED", 1)
    monkeypatch.setattr(module, "TASK_SECONDS", 0.05)
    fake.status = "processing"
    server.queue_documents("trier_1", documents("a"))
    for _try in range(3):
        with pytest.raises(TooSlowForServer):
            server.queue_documents("trier_1", documents("b"))
    assert fake.added == [["a"]]


def test_what_was_queued_and_not_taken_is_told_once(server: Server, fake: Fake) -> None:
    server.queue_documents("trier_1", documents("a", "b"))
    assert server.find_refused("trier_1") == {}
    server.queue_documents("trier_1", documents("c", "d"))
    fake.status, fake.error = "failed", {"code": "invalid_document_fields", "message": "bad", "type": "any"}
    with pytest.raises(RejectedByServer):
        server.delete_documents("trier_1", ["e"])
    fake.failed = (3, 2)
    assert server.find_refused("trier_1") == {"c": "bad", "d": "bad"}
    assert server.find_refused("trier_1") == {}


@pytest.mark.parametrize(("status", "kind"), [("failed", "system"), ("canceled", "any")])
def test_a_full_disk_is_not_the_fault_of_what_was_queued(
    server: Server, fake: Fake, status: str, kind: str
) -> None:
    server.queue_documents("trier_1", documents("a"))
    fake.failed, fake.status = (1,), status
    fake.error = {"code": "any", "message": "not now", "type": kind}
    with pytest.raises(RejectedByServer, match="not now"):
        server.find_refused("trier_1")


def test_what_another_process_queued_and_was_not_taken_is_an_error(server: Server, fake: Fake) -> None:
    Server(server.url, server.key, server.prefix).queue_documents("trier_1", documents("a"))
    fake.failed, fake.status = (1,), "failed"
    fake.error = {"code": "any", "message": "bad", "type": "any"}
    with pytest.raises(RejectedByServer, match="bad"):
        server.find_refused("trier_1")


def test_indexes_of_this_instance_but_one_are_deleted(
    server: Server, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "INDEXES_PER_PAGE", 2)
    fake.indexes = ["trier_1_4", "trierweiler_1_1", "trier_2_1", "mainz_1_1", "trier_2_2", "trier_1_5"]
    server.delete_others("trier_2_2")
    assert fake.indexes == ["trierweiler_1_1", "mainz_1_1", "trier_2_2"]


def test_no_call_passes_a_proxy_of_the_environment(
    server: Server, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    server.create_index("trier_1", {})
    server.add_documents("trier_1", documents("a"))
    server.delete_documents("trier_1", ["a"])
    server.delete_others("trier_1")
    server.delete_index("trier_1")
    assert {request.headers["Authorization"] for request in wire.requests} == {"Bearer secret"}
