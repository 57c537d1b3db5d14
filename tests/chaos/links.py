"""Links between hubs that can be cut and slowed: each a small TCP relay of its own."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

BACKLOG = 32
CHUNK = 64 * 1024
LOOK_SECONDS = 0.2


class Link:
    """Carries what one hub sends to another: from ``(address, port)`` to ``(target, port)``.

    While it is cut, connections are refused and those that stood are torn. ``delay`` holds back each piece
    for so many seconds.
    """

    def __init__(self, address: str, port: int, target: str) -> None:
        self.address, self.port, self.target = address, port, target
        self.delay = 0.0
        self._cut = False
        self._closed = False
        self._lock = threading.Lock()
        self._standing: set[socket.socket] = set()
        self._listener = socket.create_server((address, port), backlog=BACKLOG)
        self._listener.settimeout(LOOK_SECONDS)
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Tear every connection and refuse new ones."""
        with self._lock:
            self._cut = True
            torn = list(self._standing)
        for connection in torn:
            _close(connection)

    def mend(self) -> None:
        """Carry again, at full speed."""
        with self._lock:
            self._cut, self.delay = False, 0.0

    def close(self) -> None:
        """End it for good."""
        self._closed = True
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        while not self._closed:
            try:
                arrived, _ = self._listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            if self._cut:
                _close(arrived)
                continue
            try:
                forward = socket.create_connection((self.target, self.port), timeout=5)
            except OSError:
                _close(arrived)
                continue
            for source, sink in ((arrived, forward), (forward, arrived)):
                source.settimeout(None)
                threading.Thread(target=self._carry, args=(source, sink), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        with self._lock:
            if self._cut:
                _close(source)
                _close(sink)
                return
            self._standing.add(source)
        try:
            while piece := source.recv(CHUNK):
                time.sleep(self.delay)
                if self._cut:
                    break
                sink.sendall(piece)
        except OSError:
            pass  # torn from either side, which is what links are for here
        finally:
            with self._lock:
                self._standing.discard(source)
            _close(source)
            _close(sink)


def _close(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
