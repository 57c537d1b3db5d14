"""What a database lacks is said in a sentence that tells what to do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hub.errors import DatabaseUnavailable
from hub.postgres import Cluster, check_database, requirements
from hub.postgres.requirements import EXTENSIONS, describe_address, judge_extensions, judge_version
from hub.postgres.templates import drop_database

PROJECT = Path(__file__).resolve().parent.parent.parent
COMPLETE = dict.fromkeys(EXTENSIONS, (True, False))


def test_the_embedded_server_has_everything(cluster: Cluster) -> None:
    check_database(cluster.url("postgres"))


def test_a_server_that_is_down_is_named_without_its_password() -> None:
    with pytest.raises(DatabaseUnavailable) as caught:
        check_database("postgres://hub:geheim@127.0.0.1:1/hub")
    message = str(caught.value)
    assert "127.0.0.1:1, database hub" in message
    assert "refused" in message
    assert "Start PostgreSQL" in message
    assert "geheim" not in message


def test_a_missing_database_is_told_apart(cluster: Cluster) -> None:
    with pytest.raises(DatabaseUnavailable, match=r'"nowhere" does not exist(.|\n)*create the database'):
        check_database(cluster.url("nowhere"))


def test_a_malformed_address_is_reported() -> None:
    with pytest.raises(DatabaseUnavailable, match="correct DATABASE_URL"):
        check_database("postgres://hub@localhost:port/hub")


@pytest.mark.parametrize(("number", "shown"), [(130_022, "13.22"), (90_600, "9.600")])
def test_an_old_server_is_refused(number: int, shown: str) -> None:
    with pytest.raises(DatabaseUnavailable, match=rf"{shown}.*too old.*14.*upgrade"):
        judge_version(number, "db, database hub")


def test_the_oldest_supported_server_is_accepted() -> None:
    judge_version(140_000, "db, database hub")


@pytest.mark.parametrize("name", EXTENSIONS)
def test_an_extension_without_files_names_its_package(name: str) -> None:
    state = {key: value for key, value in COMPLETE.items() if key != name}
    with pytest.raises(
        DatabaseUnavailable, match=rf"{name} is not on the server: install the package postgresql"
    ):
        judge_extensions(state, "db, database hub")


def test_an_extension_that_only_an_administrator_may_create_names_the_command() -> None:
    with pytest.raises(DatabaseUnavailable, match="CREATE EXTENSION vector;"):
        judge_extensions({**COMPLETE, "vector": (False, False)}, "db, database hub")


def test_an_extension_that_migrations_will_create_is_no_fault() -> None:
    judge_extensions({**COMPLETE, "vector": (False, True)}, "db, database hub")


def test_a_role_that_may_create_nothing_is_told_so(cluster: Cluster) -> None:
    name = f"plain_{os.getpid()}"
    with cluster.connect() as connection:
        connection.execute(f"CREATE DATABASE {name}")
    with cluster.connect(name) as connection:
        connection.execute("SET ROLE pg_monitor")
        rows = connection.execute(requirements._STATE, [list(EXTENSIONS)]).fetchall()
    drop_database(cluster, name)
    state = {row[0]: (row[1], row[2]) for row in rows}
    assert state == dict.fromkeys(EXTENSIONS, (False, False))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgres://a:b@db.example:5433/hub", "db.example:5433, database hub"),
        ("postgres://hub@/hub?host=/run/postgresql", "/run/postgresql, database hub"),
        ("postgres://db.example", "db.example, database (none)"),
    ],
)
def test_addresses_are_described_without_secrets(url: str, shown: str) -> None:
    assert describe_address(url) == shown


def test_a_command_says_what_the_database_lacks_instead_of_a_traceback() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate"],
        cwd=PROJECT,
        env={**os.environ, "DATABASE_URL": "postgres://hub:geheim@127.0.0.1:1/hub"}
        | {"DJANGO_SETTINGS_MODULE": "hub.settings.test"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("The database (127.0.0.1:1, database hub) does not answer")
    assert "Traceback" not in done.stderr
    assert "geheim" not in done.stderr
