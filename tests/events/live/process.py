"""The live process as it runs on a server: ``uvicorn hub.live:application``, and browsers that listen."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.db import connection

from tests.conftest import PROJECT

STARTING_SECONDS = 60


def free_port() -> int:
    """One that the system gives, so that tests that run at the same time have different ones."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def live_process(port: int = 0, sockets: Path | None = None) -> Iterator[str]:
    """The address of a running live process, which shares the database of the test.

    ``port`` 0: a free one. ``sockets``: the directory in which it finds the door of the database.
    """
    port = port or free_port()
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    if sockets:
        database = database._replace(query=f"host={sockets}")
    environment = {
        **os.environ,
        "DATABASE_URL": database.geturl(),
        "DJANGO_SETTINGS_MODULE": "hub.settings.test",
    }
    command = [sys.executable, "-m", "uvicorn", "hub.live:application", "--port", str(port)]
    manner = ["--log-level", "warning", "--timeout-graceful-shutdown", "5"]
    process = subprocess.Popen([*command, *manner], cwd=PROJECT, env=environment)
    try:
        origin = f"http://127.0.0.1:{port}"
        wait_until(lambda: health(origin).get("listening"), STARTING_SECONDS)
        yield origin
    finally:
        process.terminate()
        process.wait(30)


def health(origin: str) -> dict[str, Any]:
    """What the process says of itself; empty while it does not answer."""
    try:
        with urllib.request.urlopen(f"{origin}/live/health", timeout=5) as answer:
            return dict(json.load(answer))
    except OSError:
        return {}


def wait_until(condition: Any, seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not come to that"
        time.sleep(0.05)


@dataclass(frozen=True)
class Heard:
    """One event of a stream; ``data`` read as JSON where it is."""

    name: str
    id: str
    data: Any


class Stream:
    """A browser that listens, from where it says."""

    def __init__(self, origin: str, address: str, after: int | None = None, last: int | None = None) -> None:
        parts = urlsplit(origin)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
        query = "" if after is None else f"&after={after}"
        headers = {} if last is None else {"Last-Event-ID": str(last)}
        self._connection.request("GET", f"{address}{query}", headers=headers)
        self._answer = self._connection.getresponse()
        self.status = self._answer.status
        self.headers = self._answer.headers

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._answer.close()
        self._connection.close()

    def next(self) -> Heard | None:
        """The next event but pings; None when the server has ended the stream."""
        fields: dict[str, str] = {}
        while line := self._answer.readline().decode():
            name, _, value = line.rstrip("\r\n").partition(": ")
            if name:
                fields[name] = value
            elif fields.get("event") in (None, "ping"):
                fields = {}
            else:
                return Heard(fields["event"], fields.get("id", ""), json.loads(fields["data"]))
        return None

    def take(self, count: int) -> list[Heard]:
        """So many events."""
        found = [self.next() for _ in range(count)]
        assert None not in found, "the stream has ended"
        return [one for one in found if one]
