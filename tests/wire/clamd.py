"""A small server that speaks clamd's protocol and knows EICAR. The scanner itself is the one thing faked."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from hub.env import env

# The test file of EICAR, put together here so that no scanner takes this file for it.
EICAR = "".join((r"X5O!P%@AP[4\PZX54(P^)7CC)7}", "$EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE!$H+H*")).encode()
NAME = "Win.Test.EICAR_HDB-1"


@dataclass
class Scanner:
    """Where it listens and what it was shown.

    It accepts ``most`` bytes; ``reply`` is said in place of a verdict.
    """

    address: str
    most: int = 1_000_000
    reply: bytes | None = None
    shown: list[bytes] = field(default_factory=list)


class _Handler(socketserver.StreamRequestHandler):
    scanner: Scanner

    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\0"):
            command += self.rfile.read(1)
        if command == b"zPING\0":
            self.wfile.write(b"PONG\0")
        elif command == b"zINSTREAM\0":
            self.wfile.write(self._scan())

    def _scan(self) -> bytes:
        data = b""
        while length := struct.unpack("!L", self.rfile.read(4))[0]:
            if len(data) + length > self.scanner.most:
                return b"INSTREAM size limit exceeded. ERROR\0"
            data += self.rfile.read(length)
        self.scanner.shown.append(data)
        if self.scanner.reply is not None:
            return self.scanner.reply
        return f"stream: {NAME} FOUND\0".encode() if EICAR in data else b"stream: OK\0"


class _Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True


class _Unix(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


@contextmanager
def serve_scanner(socket: Path | None = None) -> Iterator[Scanner]:
    """A running scanner, on a free port or at the path of a socket."""
    handler = type("Handler", (_Handler,), {})
    server = _Unix(str(socket), handler) if socket else _Tcp(("127.0.0.1", 0), handler)
    scanner = Scanner(str(socket) if socket else f"127.0.0.1:{server.server_address[1]}")
    handler.scanner = scanner  # type: ignore[attr-defined]  # of the class just made
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield scanner
    finally:
        server.shutdown()
        server.server_close()


def use_scanner(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """As ``HUB_CLAMAV`` would."""
    monkeypatch.setattr("hub.files.scanning.env", replace(env, clamav=address))
