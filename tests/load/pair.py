"""Two more hubs beside the network, in scratch databases: one with a long log, and one that pulls from it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fixtures.network.hubs import CITIES, PROJECT, Hub
from fixtures.network.probing import answers, find_free_ports
from fixtures.network.processes import Process
from fixtures.network.running import Network, command_of
from tests.load.scratch import ask, scratch_database

ORIGIN, POLLER = CITIES[1], CITIES[0]
DATABASES = ("bench_origin", "bench_poller")
READY_SECONDS = 60
STOP_SECONDS = 10


@dataclass(frozen=True)
class Pair:
    """The origin serves pages; of the poller there are a database and an environment, no process runs."""

    network: Network
    environments: Mapping[str, Mapping[str, str]]
    server: int

    def ask_origin(self, module: str, *arguments: str) -> Any:
        """What a module prints in the origin's environment, as JSON."""
        return ask(self.environments["origin"], module, *arguments)

    def ask_poller(self, module: str, *arguments: str) -> Any:
        """What a module prints in the poller's environment, as JSON, in a copy of its database."""
        with scratch_database(self.network, f"{DATABASES[1]}_copy", DATABASES[1]) as url:
            return ask({**self.environments["poller"], "DATABASE_URL": url}, module, *arguments)


@contextmanager
def run_pair(network: Network, entries: int) -> Iterator[Pair]:
    """An origin with ``entries`` in its log, proofs included, and a poller that holds none of them."""
    port = find_free_ports(2, max(hub.port for hub in network.hubs.values()) + 1)
    with (
        tempfile.TemporaryDirectory() as folder,
        scratch_database(network, DATABASES[0]) as origin_url,
        scratch_database(network, DATABASES[1]) as poller_url,
    ):
        origin, poller = Hub(ORIGIN, port, Path(folder)), Hub(POLLER, port + 1, Path(folder))
        static = {"HUB_STATIC_ROOT": str(network.state / "static")}
        environments = {
            "origin": origin.environment(origin_url, [poller]) | static,
            "poller": poller.environment(poller_url, [origin]) | static,
        }
        log = network.state / "log" / "bench-origin.log"
        _introduce(origin, poller, environments, log)
        ask(environments["origin"], "tests.load.origin", str(entries))
        server = Process("bench-origin", command_of(origin, "web"), environments["origin"], log)
        server.start()
        try:
            _wait_for(origin, server)
            yield Pair(network, environments, server.pid or 0)
        finally:
            server.terminate()
            server.wait_end(time.monotonic() + STOP_SECONDS)


def _introduce(origin: Hub, poller: Hub, environments: Mapping[str, Mapping[str, str]], log: Path) -> None:
    """Each makes its keys and approves the other."""
    both = (("origin", origin, poller), ("poller", poller, origin))
    command = [sys.executable, "-m", "fixtures.network.preparing"]
    with log.open("ab") as output:
        running = [
            subprocess.Popen(
                [*command, f"identity={hub.identity}", f"peer={other.identity}"],
                cwd=PROJECT,
                env=dict(environments[name]),
                stdout=output,
                stderr=output,
            )
            for name, hub, other in both
        ]
    codes = [process.wait() for process in running]
    if any(codes):
        raise RuntimeError(f"the two hubs cannot be introduced to each other, see {log}")


def _wait_for(origin: Hub, server: Process) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not answers(origin):
        if not server.alive or time.monotonic() > deadline:
            raise RuntimeError(f"the origin does not answer:\n{server.log_end()}")
        time.sleep(0.1)
