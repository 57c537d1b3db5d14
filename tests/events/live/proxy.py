"""The proxy in front of a site: ``/live/`` goes to the live process, everything else to the pages."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit


@contextmanager
def proxy(pages: str, live: str) -> Iterator[str]:
    """The address of both together."""
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_accept, args=(listener, pages, live), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


def _accept(listener: socket.socket, pages: str, live: str) -> None:
    with contextlib.suppress(OSError):
        while True:
            client, _ = listener.accept()
            threading.Thread(target=_serve, args=(client, pages, live), daemon=True).start()


def _serve(client: socket.socket, pages: str, live: str) -> None:
    """One request of each connection: what follows it may be for the other one."""
    head = b""
    with contextlib.suppress(OSError), client:
        while b"\r\n\r\n" not in head:
            if not (piece := client.recv(65536)):
                return
            head += piece
        target = urlsplit(live if head.split(b" ", 2)[1].startswith(b"/live/") else pages)
        with socket.create_connection((target.hostname or "", target.port or 80)) as server:
            server.sendall(head.replace(b"Connection: keep-alive", b"Connection: close"))
            back = threading.Thread(target=_pump, args=(client, server), daemon=True)
            back.start()
            _pump(server, client)


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(65536):
            target.sendall(piece)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
