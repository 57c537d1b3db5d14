"""A small real HTTP server, so that the outbound door is tried with real sockets."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from hub.env import env


@dataclass
class Request:
    """What the server was asked."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Response:
    """What it answers; an iterable body is sent in pieces."""

    body: bytes | Iterator[bytes] = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


Answer = Callable[[Request], Response]


@dataclass
class Server:
    """Where it listens, what it answers, and what it was asked."""

    origin: str
    answer: Answer
    requests: list[Request] = field(default_factory=list)


@contextmanager
def serve(answer: Answer, host: str = "koblenz.localhost") -> Iterator[Server]:
    """Listen on a free port of the loopback address under ``host``."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            request = Request(self.command, self.path, dict(self.headers), body)
            server.requests.append(request)
            response = server.answer(request)
            self.send_response(response.status)
            pieces = [response.body] if isinstance(response.body, bytes) else response.body
            headers = dict(response.headers)
            if isinstance(response.body, bytes):
                headers.setdefault("Content-Length", str(len(response.body)))
            else:
                self.close_connection = True
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                for piece in pieces:
                    self.wfile.write(piece)
            except OSError:
                self.close_connection = True

        do_GET = do_POST = handle_any

        def log_message(self, *args: object) -> None:
            """Tests are quiet."""

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.daemon_threads = True
    server = Server(f"http://{host}:{listener.server_port}", answer)
    thread = threading.Thread(target=listener.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        listener.server_close()


def open_door(monkeypatch: pytest.MonkeyPatch, *servers: Server) -> None:
    """Let the outbound door reach these servers, as HUB_PEER_ADDRESSES would."""
    addresses = {server.origin.removeprefix("http://"): "127.0.0.1" for server in servers}
    monkeypatch.setattr("hub.fetching.env", replace(env, peer_addresses=addresses))
