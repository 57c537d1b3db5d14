"""What a PostgreSQL server must offer, and a sentence of advice for each thing it lacks."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import psycopg

from hub.errors import DatabaseUnavailable

OLDEST = 14
"""Oldest major version of PostgreSQL that is supported."""

EXTENSIONS = {
    "vector": "install the package postgresql-<version>-pgvector",
    "pg_trgm": "install the package postgresql-contrib",
    "unaccent": "install the package postgresql-contrib",
    "btree_gist": "install the package postgresql-contrib",
}
"""Extensions that the migrations create, each with how its files get onto a Debian server."""

CONNECT_SECONDS = 5

_STATE = """
SELECT e.name,
       e.installed_version IS NOT NULL,
       (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
       OR (has_database_privilege(current_database(), 'CREATE')
           AND EXISTS (SELECT 1 FROM pg_available_extension_versions v
                       WHERE v.name = e.name AND v.version = e.default_version AND v.trusted))
  FROM pg_available_extensions e
 WHERE e.name = ANY(%s)
"""


def describe_address(url: str) -> str:
    """``url`` as host, port and database, without user and password, for messages and logs."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = None
    host = parts.hostname or parse_qs(parts.query).get("host", ["the local socket"])[0]
    return f"{host}{f':{port}' if port else ''}, database {parts.path.lstrip('/') or '(none)'}"


def check_database(url: str) -> None:
    """Return silently if the database at ``url`` can carry a hub.

    Raises :class:`DatabaseUnavailable` if it does not answer, is older than :data:`OLDEST`, or has
    an extension neither installed nor installable by this role; the message says what to do.
    """
    where = describe_address(url)
    try:
        connection = psycopg.connect(url, connect_timeout=CONNECT_SECONDS)
    except psycopg.Error as error:
        raise DatabaseUnavailable(
            f"The database ({where}) does not answer: {_reason(error)}\n"
            "Start PostgreSQL, create the database, or correct DATABASE_URL, "
            "e.g. DATABASE_URL=postgres://hub@/hub?host=/run/postgresql"
        ) from error
    with connection:
        judge_version(connection.info.server_version, where)
        rows = connection.execute(_STATE, [list(EXTENSIONS)]).fetchall()
    judge_extensions({name: (bool(installed), bool(may)) for name, installed, may in rows}, where)


def _reason(error: psycopg.Error) -> str:
    """The server's or system's own words, without libpq's repetition of the address."""
    first = (str(error).strip() or type(error).__name__).splitlines()[0]
    return re.sub(r"^.* failed: |^.*FATAL: +", "", first).strip()


def judge_version(number: int, where: str) -> None:
    """Refuse a server of version ``number`` (libpq's form: 140005 is 14.5) below :data:`OLDEST`."""
    if number < OLDEST * 10_000:
        raise DatabaseUnavailable(
            f"PostgreSQL {number // 10_000}.{number % 10_000} ({where}) is too old, {OLDEST} is the oldest "
            "that works: upgrade the server (pg_upgradecluster on Debian) or set DATABASE_URL to a newer one."
        )


def judge_extensions(state: dict[str, tuple[bool, bool]], where: str) -> None:
    """Refuse a database whose extensions are missing.

    ``state`` maps the extensions the server has files for to (created here, creatable by this role).
    """
    faults = []
    for name, advice in EXTENSIONS.items():
        if name not in state:
            faults.append(f"{name} is not on the server: {advice}.")
        elif not any(state[name]):
            faults.append(
                f"{name} is not created, and this role may not: as administrator run CREATE EXTENSION {name};"
            )
    if faults:
        raise DatabaseUnavailable(f"The database ({where}) lacks extensions:\n  " + "\n  ".join(faults))
