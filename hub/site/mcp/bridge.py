"""From a request of Django to the package's ASGI application and back, in the same process and thread.

Each request is a conversation of its own (stateless streamable HTTP, answered with JSON): any process of the
instance can answer any request, and nothing is kept between two.
"""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

from asgiref.sync import async_to_sync
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings

from hub.env import env
from hub.site.mcp.server import Desk

LARGEST = 64 * 1024
"""Bytes of a request: a question and its arguments are far fewer."""

SECURITY = TransportSecuritySettings(
    allowed_hosts=[name for host in settings.ALLOWED_HOSTS for name in (host, f"{host}:*")],
    allowed_origins=[env.origin],
)
"""Against DNS rebinding: a browser may ask from our own pages alone; programs send no origin."""

Message = MutableMapping[str, Any]


def answer(desk: Desk) -> HttpResponse:
    """Have the package answer the request at this desk."""
    body = desk.request.read(LARGEST + 1)
    status, headers, told = async_to_sync(_exchange)(desk, _scope_of(desk.request), body)
    response = HttpResponse(told, status=status)
    del response["Content-Type"]
    for name, value in headers:
        if name != b"content-length":
            response[name.decode("latin-1")] = value.decode("latin-1")
    return response


async def _exchange(desk: Desk, scope: Message, body: bytes) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    started: Message = {"status": 500, "headers": []}
    pieces: list[bytes] = []
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        if not waiting:
            await asyncio.Event().wait()  # nothing more comes
        return waiting.pop()

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            started.update(message)
        else:
            pieces.append(message.get("body", b""))

    manager = StreamableHTTPSessionManager(
        desk.open(),
        json_response=True,
        stateless=True,
        security_settings=SECURITY,
        max_request_body_size=LARGEST,
    )
    async with manager.run():
        await manager.handle_request(scope, receive, send)
    return started["status"], list(started["headers"]), b"".join(pieces)


def _scope_of(request: HttpRequest) -> Message:
    """The request as ASGI has it, without cookies and keys: who asks is known already."""
    headers = [
        (name.lower().encode("latin-1"), value.encode("latin-1", "replace"))
        for name, value in request.headers.items()
        if name.lower() not in {"cookie", "authorization"}
    ]
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.scheme,
        "path": request.path,
        "raw_path": request.path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
    }
