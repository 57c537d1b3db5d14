"""A small server that speaks OpenAI's protocol for embeddings. The service itself is the one thing faked."""

from __future__ import annotations

import json
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np


@dataclass
class Service:
    """Where it listens, what it was asked and by which keys.

    ``ways`` says how the next requests are answered, one each: ``limited`` (429), ``broken`` (500), ``short``
    (a vector less), ``cut`` (half a body), ``drip`` (a body that does not end until ``stopped``),
    ``elsewhere`` (a redirect), ``words`` (no JSON); then, and for any other word, as it should. Texts longer
    than ``longest`` are refused.
    """

    url: str = ""
    dimension: int = 8
    longest: int = 100_000
    ways: list[str] = field(default_factory=list)
    asked: list[list[str]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    models: list[str] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def texts(self) -> list[str]:
        """All that it was asked for, in order."""
        return [text for texts in self.asked for text in texts]


def vector_of(text: str, dimension: int) -> list[float]:
    """As the service answers it: by the words of a text, so that like texts have like vectors."""
    vector = np.full(dimension, 0.01)
    for word in text.lower().split():
        vector[zlib.crc32(word.encode()) % dimension] += 1
    return [float(number) for number in vector]


class _Handler(BaseHTTPRequestHandler):
    service: Service

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        service = self.service
        service.asked.append(asked["input"])
        service.keys.append(self.headers.get("Authorization", ""))
        service.models.append(asked["model"])
        way = service.ways.pop(0) if service.ways else "right"
        if self.path != "/v1/embeddings":
            self._send(404, b"{}")
        elif way == "limited":
            self._send(429, b"{}", {"Retry-After": "0"})
        elif way == "broken":
            self._send(500, b"{}")
        elif way == "elsewhere":
            self._send(307, b"", {"Location": f"{service.url}/embeddings"})
        elif any(len(text) > service.longest for text in asked["input"]):
            self._send(413, b"{}")
        else:
            self._send_vectors(way, asked["input"])

    def _send_vectors(self, way: str, texts: list[str]) -> None:
        rows: list[Any] = [
            {"index": number, "embedding": vector_of(text, self.service.dimension)}
            for number, text in enumerate(texts)
        ]
        body = json.dumps({"object": "list", "data": rows[::-1]}).encode()
        if way == "short":
            body = json.dumps({"data": rows[:-1]}).encode()
        if way == "words":
            body = b"at your service"
        if way == "cut":
            self._send(200, body[: len(body) // 2], length=len(body))
        elif way == "drip":
            self._drip(body)
        else:
            self._send(200, body)

    def _drip(self, body: bytes) -> None:
        self._send(200, b"", length=len(body) + 1_000_000)
        try:
            while not self.service.stopped.wait(0.05):
                self.wfile.write(b" ")
        except OSError:
            return

    def _send(
        self, status: int, body: bytes, headers: dict[str, str] | None = None, length: int | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is logged."""


@contextmanager
def serve_embeddings(**fields: Any) -> Iterator[Service]:
    """A running service on a free port."""
    service = Service(**fields)
    handler = type("Handler", (_Handler,), {"service": service})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    service.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield service
    finally:
        service.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()
