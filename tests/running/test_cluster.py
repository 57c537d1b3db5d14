"""The embedded server: started once, recovered after a crash, stopped with its last holder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from hub.errors import DatabaseUnavailable
from hub.postgres import Cluster, clone_database, ensure_template, migration_fingerprint
from hub.postgres import cluster as cluster_module

PROJECT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Cluster]:
    """A cluster that no other test uses."""
    cluster = Cluster(tmp_path)
    yield cluster
    cluster.destroy()


def wait_until_stopped(cluster: Cluster) -> bool:
    deadline = time.monotonic() + 15
    while cluster.running() and time.monotonic() < deadline:
        time.sleep(0.1)
    return not cluster.running()


def test_start_is_repeatable_and_data_survives_stop(own: Cluster) -> None:
    own.start()
    with own.connect() as connection:
        connection.execute("CREATE TABLE kept (n int)")
    first = own.pid()
    own.start()
    assert own.pid() == first
    own.stop()
    assert not own.running()
    own.start()
    with own.connect() as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_an_acknowledged_row_survives_kill_9(own: Cluster) -> None:
    own.start()
    with own.connect() as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (42)")
        killed = own.pid()
        own.kill()
        own.start()
    assert own.pid() != killed
    with own.connect() as connection:
        assert connection.execute("SELECT n FROM kept").fetchall() == [(42,)]


def test_listens_on_no_port_and_lets_no_other_role_in(own: Cluster) -> None:
    own.start()
    with own.connect() as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        connection.execute("CREATE ROLE stranger LOGIN")
    with pytest.raises(psycopg.OperationalError, match=r"[Pp]eer authentication failed"):
        psycopg.connect(own.url("postgres").replace("wissenshub@", "stranger@", 1))
    assert oct(own.place.sockets.stat().st_mode & 0o777) == "0o700"


def test_a_lock_file_with_the_id_of_another_program_does_not_hinder(own: Cluster) -> None:
    own.start()
    text = (own.data / "postmaster.pid").read_text()
    own.stop()
    (own.data / "postmaster.pid").write_text(text.replace(text.split()[0], str(os.getpid()), 1))
    own.start()
    assert own.running()


def test_an_interrupted_layout_is_begun_anew(own: Cluster) -> None:
    half = own.place.home / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18")
    own.start()
    assert own.running()


def test_two_processes_start_one_server(own: Cluster, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from hub.postgres import Cluster; "
        "Cluster(Path(sys.argv[1])).start()"
    )
    runs = [subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], cwd=PROJECT) for _ in range(2)]
    assert [run.wait(60) for run in runs] == [0, 0]
    assert own.running()


def test_the_server_stops_when_its_last_holder_is_killed(own: Cluster, tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from hub.postgres import Cluster; "
        "c = Cluster(Path(sys.argv[1])); c.hold(); c.start(); print('up', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    holders = [subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for holder in holders:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "up\n"
    holders[0].send_signal(signal.SIGKILL)
    holders[0].wait()
    time.sleep(0.5)
    assert own.running()
    holders[1].send_signal(signal.SIGKILL)
    holders[1].wait()
    assert wait_until_stopped(own)


def test_a_start_that_fails_shows_the_log(own: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    own.start()
    own.stop()
    with (own.data / "postgresql.conf").open("a") as handle:
        handle.write("no_such_setting = 1\n")
    monkeypatch.setattr(cluster_module, "START_SECONDS", 1)
    with pytest.raises(DatabaseUnavailable, match="no_such_setting"):
        own.start()


def test_a_template_is_built_once_and_cloned(own: Cluster) -> None:
    own.start()
    built: list[str] = []

    def migrate(url: str) -> None:
        built.append(url)
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE migrated (n int)")

    name = ensure_template(own, "abc", migrate)
    assert ensure_template(own, "abc", migrate) == name
    assert len(built) == 1
    assert clone_database(own, "hub_one", name)
    assert not clone_database(own, "hub_one", name)
    with own.connect("hub_one") as connection:
        assert connection.execute("SELECT count(*) FROM migrated").fetchone() == (0,)


def test_a_failed_migration_leaves_no_template(own: Cluster) -> None:
    own.start()

    def fail(url: str) -> None:
        raise RuntimeError("migration 0007 fails")

    with pytest.raises(RuntimeError, match="0007"):
        ensure_template(own, "abc", fail)
    assert not [name for name in own.databases() if name.startswith("hub_template_")]
    ensure_template(own, "abc", lambda url: None)
    assert "hub_template_abc" in own.databases()


def test_only_the_newest_templates_are_kept(own: Cluster) -> None:
    own.start()
    for fingerprint in ("a", "b", "c", "d"):
        ensure_template(own, fingerprint, lambda url: None)
    kept = {name for name in own.databases() if name.startswith("hub_template_")}
    assert kept == {"hub_template_b", "hub_template_c", "hub_template_d"}


def test_the_fingerprint_follows_migrations_and_lock_only(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("django==5.2.19\n")
    migration = tmp_path / "hub" / "site" / "migrations" / "0001_initial.py"
    migration.parent.mkdir(parents=True)
    migration.write_text("a")
    first = migration_fingerprint(tmp_path)
    (tmp_path / "hub" / "views.py").write_text("changed")
    assert migration_fingerprint(tmp_path) == first
    migration.write_text("b")
    second = migration_fingerprint(tmp_path)
    (tmp_path / "requirements.txt").write_text("django==5.2.20\n")
    assert len({first, second, migration_fingerprint(tmp_path)}) == 3
