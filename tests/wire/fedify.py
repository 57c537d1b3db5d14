"""Starting a Fedify server for tests, and giving it orders: a foreign ActivityPub server we did not write."""

from __future__ import annotations

import json
import platform
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

FOLDER = Path(__file__).resolve().parent.parent / "fedify"
PROCESSORS = {"x86_64": "x64", "aarch64": "arm64"}
SECONDS = 40.0
Found = TypeVar("Found")


def node() -> Path:
    """The Node that Fedify needs, which is newer than those of some systems."""
    processor = PROCESSORS.get(platform.machine(), "x64")
    return FOLDER / "node_modules" / f"node-{platform.system().lower()}-{processor}" / "bin" / "node"


def is_installed() -> bool:
    """Whether ``bin/setup --tests`` has installed it."""
    return node().exists() and (FOLDER / "node_modules/@fedify/fedify").is_dir()


class Fedify:
    """A running server; its orders are those of ``tests/fedify/server.mjs``."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self.process, self.log = process, log
        hello = self._read()
        self.origin, self.actor = hello["origin"], hello["actor"]

    def order(self, do: str, **details: Any) -> Any:
        """Have something happen there, and wait until it has. What fails there fails here."""
        answer = self.try_order(do, **details)
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def try_order(self, do: str, **details: Any) -> Any:
        """The same, with the failure as an answer: ``{"error": …}``."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps({"do": do, **details}) + "\n")
        self.process.stdin.flush()
        return self._read()

    def arrived(self, *kinds: str) -> list[dict[str, Any]]:
        """What its inbox has taken after its own checks, in order; only these types, if any are named."""
        taken = self.order("arrived")["arrived"]
        return [each for each in taken if not kinds or each["type"] in kinds]

    def wait_for(self, kind: str, count: int = 1) -> list[dict[str, Any]]:
        """As :meth:`arrived`, once there are so many of a type."""
        return wait_until(lambda: self._at_least(kind, count), lambda: str(self.order("arrived")))

    def _at_least(self, kind: str, count: int) -> list[dict[str, Any]] | None:
        taken = self.arrived(kind)
        return taken if len(taken) >= count else None

    def _read(self) -> Any:
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line, f"Fedify has ended: {self.log.read_text()[-2000:]}"
        return json.loads(line)


def wait_until(look: Callable[[], Found | None], say: Callable[[], str] = str) -> Found:
    """What ``look`` finds, once it finds something; ``say`` tells what there was instead."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError(f"it did not happen within {SECONDS:.0f} seconds: {say()}")


@contextmanager
def run_fedify(folder: Path, host: str, port: int, **options: Any) -> Iterator[Fedify]:
    """A server on a port of the loopback address; ``options`` are those of ``server.mjs``."""
    settings = {"host": host, "port": port, **options}
    log = folder / f"{host}.log"
    with log.open("w") as errors:
        process = subprocess.Popen(
            [str(node()), str(FOLDER / "server.mjs"), json.dumps(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            yield Fedify(process, log)
        finally:
            assert process.stdin
            process.stdin.close()
            process.wait(timeout=20)
