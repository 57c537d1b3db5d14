"""Somebody signed in who uses a hub over HTTP, and many of them at once."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from fixtures.network.hubs import Hub

TOKEN = "m" * 32
"""A form's token: a hub believes a request whose cookie holds the same and whose origin is its own."""


@dataclass
class Answered:
    """What a request was answered with, and after how many seconds."""

    status: int
    body: bytes
    seconds: float
    location: str = ""
    tag: str = ""
    is_write: bool = False

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass
class Visitor:
    """One browser: a connection that stays open, and a session."""

    hub: Hub
    session: str
    answers: list[Answered] = field(default_factory=list)
    _connection: http.client.HTTPConnection | None = None

    def get(self, path: str, tag: str = "") -> Answered:
        """Open a page; with a tag only if it is another one meanwhile."""
        return self._ask("GET", path, None, {"If-None-Match": tag} if tag else {})

    def post(self, path: str, fields: dict[str, Any]) -> Answered:
        """Send a form."""
        body = urlencode({**fields, "csrfmiddlewaretoken": TOKEN}, doseq=True).encode()
        return self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def order(self, path: str, order: dict[str, Any]) -> Answered:
        """Send JSON, as the scripts of a page do."""
        return self._ask(
            "POST",
            path,
            json.dumps(order).encode(),
            {"Content-Type": "application/json", "X-CSRFToken": TOKEN},
        )

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answered:
        slug = self.hub.slug
        cookies = f"hub_{slug}_session={self.session}; hub_{slug}_csrf={TOKEN}"
        every = {"Host": self.hub.host, "Origin": self.hub.origin, "Cookie": cookies, "Accept-Language": "de"}
        began = time.perf_counter()
        try:
            answer = self._send(method, path, body, every | headers)
        except (http.client.HTTPException, OSError) as error:
            self._close()
            answer = Answered(599, f"{type(error).__name__}: {error}".encode(), 0.0)
        answer.is_write = method == "POST"
        answer.seconds = time.perf_counter() - began
        self.answers.append(answer)
        return answer

    def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answered:
        """As browsers do: a kept connection that the server had closed meanwhile is opened anew, once."""
        kept = self._connection
        try:
            return self._exchange(method, path, body, headers)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self._close()
            if kept is None:
                raise
            return self._exchange(method, path, body, headers)

    def _exchange(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answered:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.hub.port, timeout=60)
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        said = response.headers
        location, tag = said.get("Location") or "", said.get("ETag") or ""
        return Answered(response.status, response.read(), 0.0, location, tag)

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def together(visitors: Sequence[Visitor], act: Callable[[Visitor, int], None]) -> float:
    """Each visitor acts in a thread of its own, all begun at once; seconds until the last is done."""
    barrier = threading.Barrier(len(visitors) + 1)

    def run(visitor: Visitor, number: int) -> None:
        barrier.wait()
        act(visitor, number)

    threads = [
        threading.Thread(target=run, args=(visitor, number)) for number, visitor in enumerate(visitors)
    ]
    for thread in threads:
        thread.start()
    barrier.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began
