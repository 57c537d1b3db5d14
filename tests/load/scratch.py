"""A database of the network's cluster that one measurement fills, beside the hubs' own."""

from __future__ import annotations

import json
import subprocess
import sys
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
    environment = network.environment(network.hubs[city]) | {
        "DATABASE_URL": network.cluster.url(name),
        **more,
    }

    def migrate(url: str) -> None:
        command = [sys.executable, "manage.py", "migrate", "--noinput", "-v0"]
        subprocess.run(command, cwd=PROJECT, env=environment | {"DATABASE_URL": url}, check=True)

    template = ensure_template(network.cluster, migration_fingerprint(PROJECT), migrate)
    drop_database(network.cluster, name)
    clone_database(network.cluster, name, template)
    try:
        command = [sys.executable, "-m", module, *arguments]
        done = subprocess.run(
            command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True, check=True
        )
    finally:
        drop_database(network.cluster, name)
    return json.loads(done.stdout.splitlines()[-1])
