"""One embedded PostgreSQL cluster: started when needed, recovered after a crash, stopped cleanly."""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psycopg

from hub.errors import DatabaseUnavailable
from hub.postgres.installation import binary, find_place, install, locale_name

ROLE = "wissenshub"
START_SECONDS = 30
RETRY_SECONDS = 0.5

SETTINGS = """\
# Rewritten at each start.
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 128MB
random_page_cost = 1.1
jit = off
huge_pages = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 1GB
checkpoint_timeout = 15min
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
"""

NOT_DURABLE = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"


class Cluster:
    """The embedded server that belongs to one state directory.

    It listens on a socket only, which root and the calling user alone can reach; the operating
    system vouches for them (``peer``), so there is no password. ``durable=False`` gives up safety
    against power cuts for speed and is for tests.
    """

    def __init__(self, state: Path, *, durable: bool = True) -> None:
        self.place = find_place(state)
        self.durable = durable
        self._hold: IO[str] | None = None

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self.place.home / "data"

    @property
    def log(self) -> Path:
        """The server's log file."""
        return self.place.home / "postgres.log"

    def url(self, database: str) -> str:
        """``DATABASE_URL`` of ``database`` in this cluster, whether or not it runs."""
        return f"postgres://{ROLE}@/{database}?host={self.place.sockets}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """An autocommitting administrator's connection."""
        return psycopg.connect(self.url(database), autocommit=True, connect_timeout=5)

    def databases(self) -> set[str]:
        """Names of the databases there are."""
        with self.connect() as connection:
            return {row[0] for row in connection.execute("SELECT datname FROM pg_database").fetchall()}

    def start(self) -> str:
        """Start the server unless it runs, wait until it answers, return the URL of ``postgres``.

        Safe to call from several processes at once. A server killed a moment ago leaves processes
        and a lock file behind; the start is retried until they are gone. Raises
        :class:`DatabaseUnavailable` with the end of the server's log after 30 s.
        """
        install(self.place)
        with self.locked("start"):
            self._initialise()
            self._configure()
            deadline = time.monotonic() + START_SECONDS
            while not self._answers():
                if time.monotonic() > deadline:
                    raise DatabaseUnavailable(
                        f"The embedded PostgreSQL did not start within {START_SECONDS} s. "
                        f"Its log, {self.log}, ends:\n{self._log_end()}\n"
                        "Free memory or disk, then start again; state is kept."
                    )
                self._remove_foreign_pid_file()
                if self._control("start", "-w", "-t", "20", "-l", str(self.log)).returncode:
                    time.sleep(RETRY_SECONDS)
        return self.url("postgres")

    def stop(self) -> None:
        """Stop the server if it runs: clients are cut off, acknowledged work is kept."""
        if self.running():
            self._control("stop", "-m", "fast", "-w", "-t", "30")

    def running(self) -> bool:
        """Whether the server's process lives."""
        return self.data.exists() and self._control("status").returncode == 0

    def kill(self) -> None:
        """End the server as a crash would (``kill -9``): for tests of what survives that."""
        pid = self.pid()
        if pid is not None and self.running():
            os.kill(pid, signal.SIGKILL)

    def pid(self) -> int | None:
        """Process id in the server's lock file, alive or not."""
        try:
            return int((self.data / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None

    def hold(self) -> None:
        """Keep the server for this process, and stop it when the last holder has ended.

        Works however the holders end, since the kernel drops their locks: a guard waits for the
        lock alone and then stops the server. Without ``flock`` on the machine nothing is stopped.
        """
        if self._hold is not None:
            return
        install(self.place)
        path = self.place.home / "holders.lock"
        self._hold = path.open("a")
        self._own(path)
        fcntl.flock(self._hold, fcntl.LOCK_SH)
        flock = shutil.which("flock")
        if flock is None:
            return
        stop = [str(binary(self.place, "pg_ctl")), "-D", str(self.data), "stop", "-m", "fast", "-w"]
        subprocess.Popen(
            [flock, "--exclusive", str(path), *stop],
            user=self.place.user,
            group=self.place.user,
            extra_groups=[] if self.place.user else None,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def release(self) -> None:
        """Give up :meth:`hold`; the last to do so lets the guard stop the server."""
        if self._hold is not None:
            self._hold.close()
            self._hold = None

    def destroy(self) -> None:
        """Stop the server and delete its data for good."""
        self.stop()
        shutil.rmtree(self.place.home, ignore_errors=True)
        if self.place.sockets.exists():
            shutil.rmtree(self.place.sockets, ignore_errors=True)

    @contextmanager
    def locked(self, purpose: str) -> Iterator[None]:
        """Serialise work named ``purpose`` on this cluster among all processes."""
        with (self.place.home / f"{purpose}.lock").open("a") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _initialise(self) -> None:
        if (self.data / "PG_VERSION").exists():
            return
        fresh = self.place.home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        arguments = ["-D", str(fresh), "-U", ROLE, "--encoding=UTF8", f"--locale={locale_name()}"]
        done = self._run(
            "initdb", *arguments, "--auth=reject", "--auth-local=peer", "--no-sync", "--no-instructions"
        )
        if done.returncode:
            raise DatabaseUnavailable(
                f"The embedded PostgreSQL cannot lay out its data in {self.place.home}: {done.stderr.strip()}"
            )
        with (fresh / "postgresql.conf").open("a") as handle:
            handle.write("\ninclude 'hub.conf'\n")
        fresh.rename(self.data)

    def _configure(self) -> None:
        """Write settings and who may come in; read by the server at its next start."""
        callers = {pwd.getpwuid(os.geteuid()).pw_name, self.place.user or ROLE}
        files = {
            "hub.conf": SETTINGS.format(sockets=self.place.sockets) + ("" if self.durable else NOT_DURABLE),
            "pg_hba.conf": "local all all peer map=hub\n",
            "pg_ident.conf": "".join(f"hub {caller} {ROLE}\n" for caller in sorted(callers)),
        }
        for name, text in files.items():
            path = self.data / name
            if not path.exists() or path.read_text() != text:
                path.write_text(text)
                self._own(path)

    def _answers(self) -> bool:
        try:
            self.connect().close()
        except psycopg.Error:
            return False
        return True

    def _remove_foreign_pid_file(self) -> None:
        """Remove a lock file whose process id has since gone to another program."""
        pid = self.pid()
        if pid is None:
            return
        try:
            program = Path(f"/proc/{pid}/comm").read_text().strip()
        except OSError:
            return
        if not program.startswith("postgres"):
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _log_end(self) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])
        except OSError:
            return "(empty)"

    def _own(self, path: Path) -> None:
        if self.place.user:
            account = pwd.getpwnam(self.place.user)
            os.chown(path, account.pw_uid, account.pw_gid)

    def _control(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._run("pg_ctl", "-D", str(self.data), *arguments)

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of the server's programs as its user, its output in a file: a pipe would stay open."""
        path = self.place.home / "control.log"
        with path.open("w+") as output:
            self._own(path)
            code = subprocess.call(
                [str(binary(self.place, program)), *arguments],
                user=self.place.user,
                group=self.place.user,
                extra_groups=[] if self.place.user else None,
                cwd="/",
                env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            output.seek(0)
            text = output.read()
        return subprocess.CompletedProcess([program, *arguments], code, text, text)
