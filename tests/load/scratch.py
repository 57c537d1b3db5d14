"""A database of the network's cluster that one measurement fills, beside the hubs' own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from fixtures.network.hubs import PROJECT
from fixtures.network.running import Network
from hub.postgres import clone_database, ensure_template, migration_fingerprint
from hub.postgres.templates import drop_database


def ask_in_scratch(
    network: Network, name: str, module: str, *arguments: str, city: str = "mainz", **more: str
) -> Any:
    """What ``python -m module`` prints last, as JSON, with an empty database ``name`` that is dropped then.

    ``more`` is added to the environment of the city's hub.
    """
    with scratch_database(network, name) as url:
        environment = network.environment(network.hubs[city]) | {"DATABASE_URL": url, **more}
        return ask(environment, module, *arguments)


@contextmanager
def scratch_database(network: Network, name: str, model: str = "") -> Iterator[str]:
    """The URL of a migrated, empty database, or of a copy of ``model``; dropped afterwards."""
    environment = network.environment(next(iter(network.hubs.values())))

    def migrate(url: str) -> None:
        command = [sys.executable, "manage.py", "migrate", "--noinput", "-v0"]
        subprocess.run(command, cwd=PROJECT, env=environment | {"DATABASE_URL": url}, check=True)

    model = model or ensure_template(network.cluster, migration_fingerprint(PROJECT), migrate)
    drop_database(network.cluster, name)
    clone_database(network.cluster, name, model)
    try:
        yield network.cluster.url(name)
    finally:
        drop_database(network.cluster, name)


def ask(environment: Mapping[str, str], module: str, *arguments: str) -> Any:
    """What ``python -m module`` prints last in this environment, as JSON."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(
        command, cwd=PROJECT, env=dict(environment), stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])
