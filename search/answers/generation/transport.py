"""The way to the endpoint of the model. Importing this module imports ``httpx``, which Haystack brings."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, cast

import httpx

MOST_BYTES = 512_000
"""Of all answers of one exchange together."""

TIMEOUT = {"connect": 3.0, "read": 30.0, "write": 10.0, "pool": 1.0}
"""Seconds. A model may think before its first word; how long, the exchange says."""


class BoundedTransport(httpx.HTTPTransport):
    """Reaches the endpoint and nothing else: a stream of events, up to :data:`MOST_BYTES`, never a redirect.

    Whatever else comes back is not read. ``status`` and ``retry_after`` are those of the last answer.
    :meth:`abort` may be called from another thread and breaks the connection at once.
    """

    def __init__(self) -> None:
        super().__init__(verify=_certificates())
        self.status = 0
        self.retry_after = ""
        self._left = MOST_BYTES
        self._lock = threading.Lock()
        self._aborted = False
        self._socket: socket.socket | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request. Raises :class:`httpx.RequestError` for all that is no stream of events."""
        request.headers["Accept-Encoding"] = "identity"  # what is unpacked here could be of any size
        request.extensions = {**request.extensions, "timeout": TIMEOUT, "trace": self._note}
        self.status, self.retry_after = 0, ""
        response = super().handle_request(request)
        self.status, self.retry_after = response.status_code, response.headers.get("Retry-After", "")
        fault = self._fault_of(response)
        if fault:
            response.close()
            raise httpx.RemoteProtocolError(fault, request=request)
        response.stream = _Counted(cast(httpx.SyncByteStream, response.stream), self)
        return response

    def abort(self) -> None:
        """Break the connection, or keep it from being made."""
        with self._lock:
            self._aborted = True
            if self._socket is not None:
                with contextlib.suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)  # closing alone would not wake who reads from it

    def count(self, size: int) -> None:
        """Note what was read. Raises :class:`httpx.ReadError` when it is too much."""
        self._left -= size
        if self._left < 0:
            raise httpx.ReadError(f"more than {MOST_BYTES} bytes")

    def _fault_of(self, response: httpx.Response) -> str:
        if response.status_code != 200:
            return f"status {response.status_code}"
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind != "text/event-stream":
            return f"no stream of events but {kind[:60] or 'nothing named'}"
        packed: str = response.headers.get("Content-Encoding", "identity")
        return "" if packed == "identity" else f"packed as {packed[:20]}"

    def _note(self, event: str, info: dict[str, Any]) -> None:
        """Called by httpcore at each step: remember the socket, the encrypted one if there is one."""
        if event not in {"connection.connect_tcp.complete", "connection.start_tls.complete"}:
            return
        with self._lock:
            self._socket = info["return_value"].get_extra_info("socket")
            if self._aborted:
                raise httpx.ConnectError("given up")


@lru_cache(maxsize=1)
def _certificates() -> ssl.SSLContext:
    """Whom to believe who they are: the usual authorities, or those that ``SSL_CERT_FILE`` names."""
    return httpx.create_ssl_context()


class _Counted(httpx.SyncByteStream):
    def __init__(self, stream: httpx.SyncByteStream, transport: BoundedTransport) -> None:
        self._stream, self._transport = stream, transport

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._stream:
            self._transport.count(len(chunk))
            yield chunk

    def close(self) -> None:
        self._stream.close()
