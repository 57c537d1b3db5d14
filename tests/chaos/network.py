"""Four hubs without demo content whose links to each other lead through relays that can be cut."""

from __future__ import annotations

import json
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fixtures.network.hubs import LOOPBACK, PROJECT, Hub
from fixtures.network.running import ROLES, Network
from hub.postgres import clone_database
from hub.postgres.templates import drop_database
from tests.chaos.links import Link

READY_SECONDS = 60


class RestlessNetwork(Network):
    """The network of the demo, empty; ``links[source, target]`` carries what one hub sends to another."""

    def __init__(self, state: Path, port_base: int, say: Callable[[str], None]) -> None:
        super().__init__(state, port_base, demo_content=False, say=say)
        self.links: dict[tuple[str, str], Link] = {}

    def up(self) -> None:
        """Open the links, then start all as in the demo network."""
        self.links = {
            (hub.slug, other.slug): Link(_address_of(index), other.port, LOOPBACK)
            for index, hub in enumerate(self.hubs.values(), start=1)
            for other in self.peers(hub)
        }
        super().up()

    def environment(self, hub: Hub) -> dict[str, str]:
        """As in the demo network, with the relays in between and pulls that come soon."""
        address = _address_of(1 + list(self.hubs).index(hub.slug))
        reached = ",".join(f"{peer.host}={address}" for peer in self.peers(hub))
        return super().environment(hub) | {"HUB_PEER_ADDRESSES": reached, "HUB_PULL_SECONDS": "5"}

    def backup(self, slug: str) -> None:
        """Keep a copy of a hub's database; its processes are stopped meanwhile."""
        hub = self.hubs[slug]
        self.halt_all(slug)
        drop_database(self.cluster, _backup_of(hub))
        clone_database(self.cluster, _backup_of(hub), hub.database)
        self.start_all(slug)

    def restore(self, slug: str) -> None:
        """Put the copy back in place of the database, as after the loss of a machine."""
        hub = self.hubs[slug]
        for role in ROLES:
            self.kill(slug, role)
        drop_database(self.cluster, hub.database)
        clone_database(self.cluster, hub.database, _backup_of(hub))
        self.start_all(slug)

    def halt_all(self, slug: str) -> None:
        """Stop a hub's processes in good order."""
        for role in ROLES:
            self.halt(slug, role)

    def start_all(self, slug: str) -> None:
        """Start those of a hub's processes that do not run."""
        for role in ROLES:
            self.start(slug, role)

    def mend_all(self) -> None:
        """All links carry again and all processes run."""
        for link in self.links.values():
            link.mend()
        for slug in self.hubs:
            self.start_all(slug)

    def stop(self) -> None:
        """End everything, the links too."""
        for link in self.links.values():
            link.close()
        super().stop()


class Author:
    """An editor at a hub, in a process of its own that can be killed; one order at a time."""

    def __init__(self, network: RestlessNetwork, slug: str) -> None:
        self.network, self.slug = network, slug
        self.waiting: dict[str, Any] | None = None
        self._answers: queue.Queue[dict[str, Any]] = queue.Queue()
        self._process: subprocess.Popen[str] | None = None

    @property
    def is_free(self) -> bool:
        """Whether it can be given an order."""
        return self._process is not None and self.waiting is None

    def start(self) -> None:
        """Start it; it is free once it has said that it is ready."""
        self._answers = queue.Queue()
        self.waiting = {"ready": True}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.author"],
            cwd=PROJECT,
            env=self.network.environment(self.network.hubs[self.slug]),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(self.network.state / "log" / f"{self.slug}-author.log").open("a"),
            text=True,
        )
        threading.Thread(target=_read, args=(self._process, self._answers), daemon=True).start()

    def order(self, order: dict[str, Any]) -> None:
        """Have something written."""
        assert self._process
        assert self._process.stdin
        self.waiting = order
        print(json.dumps(order), file=self._process.stdin, flush=True)

    def answer(self) -> dict[str, Any] | None:
        """The order carried out since the last look, if any. Raises if the process has ended."""
        try:
            answer = self._answers.get_nowait()
        except queue.Empty:
            if self._process and self._process.poll() is not None:
                raise RuntimeError(f"the author of {self.slug} has ended, see its log") from None
            return None
        self.waiting = None
        return answer if "number" in answer else None

    def kill(self) -> None:
        """End it in the middle of whatever it does."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(READY_SECONDS)
        self._process, self.waiting = None, None


def _read(process: subprocess.Popen[str], answers: queue.Queue[dict[str, Any]]) -> None:
    assert process.stdout
    for line in process.stdout:
        if line.startswith("{"):
            answers.put(json.loads(line))


def _address_of(index: int) -> str:
    """Each hub sends from behind a loopback address of its own, at which all of its links listen."""
    return f"127.0.77.{index}"


def _backup_of(hub: Hub) -> str:
    return f"backup_of_{hub.database}"
