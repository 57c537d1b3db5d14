"""The test database: embedded PostgreSQL unless ``DATABASE_URL`` names a server, migrated once.

A database of its own is cloned for each test process from a template that is rebuilt when a
migration changes, so several runs, and the processes of one run, work side by side.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django.utils import translation

from hub.postgres import Cluster, ensure_template, migration_fingerprint
from hub.postgres.templates import drop_database
from hub.settings.test import STATE

PROJECT = Path(__file__).resolve().parent.parent


def migrate(url: str) -> None:
    """Migrate the database at ``url`` in a process of its own."""
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--noinput", "-v0"],
        cwd=PROJECT,
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "hub.settings.test"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"The migrations fail:\n{done.stderr[-4000:]}")


def drop_orphans(cluster: Cluster) -> None:
    """Drop the databases of test processes that ended without doing so."""
    for name in cluster.databases():
        pid = name.removeprefix("test_hub_")
        if name.startswith("test_hub_") and pid.isdigit() and not Path(f"/proc/{pid}").exists():
            drop_database(cluster, name)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The running embedded server of the tests; stopped when the last test process has ended."""
    server = Cluster(STATE, durable=False)
    server.hold()
    server.start()
    yield server
    server.release()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request: pytest.FixtureRequest) -> None:
    """Point Django's test database at a clone of the migrated template."""
    database = connections["default"].settings_dict
    database["TEST"]["NAME"] = f"test_hub_{os.getpid()}"
    if not str(settings.DATABASES["default"]["HOST"]).startswith(str(Cluster(STATE).place.sockets)):
        return
    server: Cluster = request.getfixturevalue("cluster")
    drop_orphans(server)
    database["TEST"]["TEMPLATE"] = ensure_template(server, migration_fingerprint(PROJECT), migrate)


@pytest.fixture(autouse=True)
def nothing_known() -> None:
    """What a process keeps of the catalogue belongs to the test that wrote it."""
    from hub.site.similar.directory import Known

    Known.forget()


@pytest.fixture(autouse=True, scope="session")
def current_log() -> None:
    """Nobody is asked before the first append; ``tests.wire.starting.unchecked`` is for a test of that."""
    from hub.catalogue import guarding

    guarding.note_current()


@pytest.fixture(autouse=True)
def german_interface() -> Iterator[None]:
    """Each test begins in German; a request leaves the language of its visitor behind."""
    with translation.override(settings.LANGUAGE_CODE):
        yield
