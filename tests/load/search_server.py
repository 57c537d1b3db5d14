"""A Meilisearch server of our own for one measurement, where the program is there."""

from __future__ import annotations

import secrets
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 30


@dataclass(frozen=True)
class Server:
    """A running server: its address, key, process and folder."""

    url: str
    key: str
    pid: int
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """What a hub needs to use it."""
        return {"MEILI_URL": self.url, "MEILI_KEY": self.key}

    @property
    def size(self) -> int:
        """Bytes on the disk."""
        return sum(path.stat().st_blocks * 512 for path in self.folder.rglob("*") if path.is_file())

    @property
    def peak(self) -> int:
        """Bytes of memory it held at most, mapped files included."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024


@contextmanager
def running_server(folder: Path) -> Iterator[Server | None]:
    """A fresh server with its data in ``folder``; None where ``meilisearch`` is not on the PATH."""
    program = shutil.which("meilisearch")
    if program is None:
        print("meilisearch is not on the PATH: only PostgreSQL is measured", flush=True)
        yield None
        return
    key, url = secrets.token_hex(16), f"http://127.0.0.1:{_free_port()}"
    data = folder / "meilisearch"
    command = [program, "--no-analytics", "--env", "production", "--master-key", key, "--log-level", "WARN"]
    command += ["--http-addr", url.removeprefix("http://"), "--db-path", str(data)]
    command += ["--dump-dir", str(folder / "dumps"), "--snapshot-dir", str(folder / "snapshots")]
    # As the README says: without a bound each task begins by filling two thirds of the machine's memory.
    command += ["--max-indexing-memory", "1GiB"]
    with (folder / "meilisearch.log").open("w") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
        try:
            _wait(url, process)
            yield Server(url, key, process.pid, data)
        finally:
            process.terminate()
            process.wait(timeout=START_SECONDS)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=1):
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.1)
    raise RuntimeError(f"meilisearch does not answer at {url}")


def _free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        port: int = opened.getsockname()[1]
        return port
