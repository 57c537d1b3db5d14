"""A release of two gigabytes up and down, in pieces, beside copying and hashing the same file on the disk.

Started as a module it starts one hub of its own, measures, prints the table and deletes everything.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import os
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import psutil
import requests

from fixtures.network.hubs import CITIES, PROJECT, Hub, default_password
from fixtures.network.running import Network
from tests.load.table import Row, print_table

SIZE = 2_000_000_000
PIECE = 8 * 1024 * 1024
READ = 1024 * 1024
NAME = "messung.bin"
BASELINE = "2 GB: cp, sync and sha256sum"
STATE = PROJECT / ".state" / "bench-files"


class Peak:
    """The largest proportional set size of a process and its children while it is looked at, in megabytes."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.idle = self.size()
        self.peak = self.idle

    def size(self) -> float:
        """The size now."""
        parts = [self._process, *self._process.children(recursive=True)]
        return sum(part.memory_full_info().pss for part in parts) / 1e6

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.1):
            self.peak = max(self.peak, self.size())


def measure_files(network: Network) -> list[Row]:
    """Throughput up and down beside the disk's own, and the memory of the process that serves it."""
    hub = network.hubs["mainz"]
    source = network.state / NAME
    try:
        digest = _make(source)
        seconds = _copy(source)
        rows = [Row(BASELINE, SIZE / 1e6 / seconds, "MB/s")]
        session = _sign_in(hub)
        pid = network.processes[hub.slug, "web"].pid
        assert pid is not None
        for way in (_send, _fetch):
            with Peak(pid) as memory:
                began = time.perf_counter()
                way(hub, session, source, digest)
                took = time.perf_counter() - began
            name = {_send: "2 GB up, in pieces of 8 MB", _fetch: "2 GB down, interrupted in the middle"}[way]
            rate = SIZE / 1e6 / took
            rows.append(Row(name, rate, "MB/s", BASELINE, rate / rows[0].value))
            rows.append(Row(f"{name}, memory of the web process before", memory.idle, "MB"))
            ratio = memory.peak / memory.idle
            rows.append(Row(f"{name}, its peak", memory.peak, "MB", "before", ratio))
        return rows
    finally:
        source.unlink(missing_ok=True)


def _make(path: Path) -> str:
    """A file of random bytes; its SHA-256."""
    found = hashlib.sha256()
    with path.open("wb") as file:
        left = SIZE
        while left:
            block = os.urandom(min(READ, left))
            file.write(block)
            found.update(block)
            left -= len(block)
        file.flush()
        os.fsync(file.fileno())
    return found.hexdigest()


def _copy(source: Path) -> float:
    """Seconds the machine itself needs for one copy that is on the disk, and for its checksum."""
    copy = source.with_suffix(".copy")
    began = time.perf_counter()
    try:
        for command in (["cp", source, copy], ["sync", copy], ["sha256sum", copy]):
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - began
    finally:
        copy.unlink(missing_ok=True)


def _sign_in(hub: Hub) -> dict[str, str]:
    """The headers of somebody who may upload."""
    session = requests.Session()
    session.headers.update({"Host": hub.host, "Accept-Language": "de"})
    token = _token(session.get(f"{hub.local}/konto/login/").text)
    data = {
        "login": f"redaktion@{hub.slug}.demo.invalid",
        "password": default_password(hub.slug),
        "csrfmiddlewaretoken": token,
    }
    jar = {cookie.name: str(cookie.value) for cookie in session.cookies}
    headers = {"Origin": hub.origin, "Cookie": _cookies(jar)}
    answer = session.post(f"{hub.local}/konto/login/", data=data, headers=headers, allow_redirects=False)
    if answer.status_code != 302:
        raise RuntimeError(f"the sign-in answers {answer.status_code}")
    jar |= {cookie.name: str(cookie.value) for cookie in answer.cookies}
    headers = {"Host": hub.host, "Origin": hub.origin, "Cookie": _cookies(jar), "Accept-Language": "de"}
    page = requests.get(f"{hub.local}/admin/hochladen/", headers=headers, timeout=60)
    return {**headers, "X-CSRFToken": _token(page.text)}


def _token(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    if found is None:
        raise RuntimeError("the page has no form")
    return found[1]


def _cookies(jar: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in jar.items())


def _send(hub: Hub, headers: dict[str, str], source: Path, digest: str) -> None:
    """Upload the file as a browser does, piece by piece."""
    coded = {"filename": NAME, "sha256": digest}
    metadata = ",".join(f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in coded.items())
    tus = {**headers, "Tus-Resumable": "1.0.0"}
    started = {**tus, "Upload-Length": str(SIZE), "Upload-Metadata": metadata, "Content-Length": "0"}
    with _connection(hub) as connection:
        connection.request("POST", "/admin/hochladen/", headers=started)
        address = _done(connection, 201)["Location"]
        with source.open("rb") as file:
            for at in range(0, SIZE, PIECE):
                content = file.read(PIECE)
                checksum = base64.b64encode(hashlib.sha256(content).digest()).decode()
                piece = {
                    **tus,
                    "Upload-Offset": str(at),
                    "Upload-Checksum": f"sha256 {checksum}",
                    "Content-Type": "application/offset+octet-stream",
                }
                connection.request("PATCH", str(address), content, piece)
                _done(connection, 204)


def _fetch(hub: Hub, headers: dict[str, str], source: Path, digest: str) -> None:
    """Download half of it, go on with a range, and compare the checksum."""
    address = f"/dateien/00000000-0000-4000-8000-000000000000/{digest}/{quote(NAME)}"
    found, count = hashlib.sha256(), 0
    for end in (SIZE // 2, SIZE):
        with _connection(hub) as connection:
            part = {"Range": f"bytes={count}-", "If-Range": f'"{digest}"'} if count else {}
            connection.request("GET", address, headers={**headers, **part})
            response = connection.getresponse()
            if response.status != (206 if count else 200):
                raise RuntimeError(f"the file answers {response.status}")
            while count < end and (chunk := response.read(min(READ, end - count))):
                found.update(chunk)
                count += len(chunk)
    if found.hexdigest() != digest:
        raise RuntimeError("the file came back changed")


@contextmanager
def _connection(hub: Hub) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection("127.0.0.1", hub.port, timeout=120)
    try:
        yield connection
    finally:
        connection.close()


def _done(connection: http.client.HTTPConnection, status: int) -> http.client.HTTPMessage:
    response = connection.getresponse()
    words = response.read().decode(errors="replace")
    if response.status != status:
        raise RuntimeError(f"the upload answers {response.status}: {words[:300]}")
    return response.headers


def main() -> None:
    """Measure against one hub alone."""
    network = Network(STATE, 17_501, cities=CITIES[:1], say=lambda line: print(line, flush=True))
    try:
        network.up()
        print_table(measure_files(network))
    finally:
        network.stop()
        network.reset()


if __name__ == "__main__":
    main()
