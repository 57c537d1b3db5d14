"""Migrated template databases: 260 migrations take a quarter of a minute, a clone a fraction of a second."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from psycopg import sql

from hub.postgres.cluster import Cluster

PREFIX = "hub_template_"
KEPT = 3
"""Templates kept, newest first: another process may be cloning the one before."""


def migration_fingerprint(project: Path) -> str:
    """12 hex digits that change when a migration of ours or a locked package does."""
    digest = hashlib.sha256()
    migrations = [
        path
        for top in ("hub", "content", "events", "federation", "search", "theme", "fixtures")
        for path in (project / top).rglob("migrations/**/*")
        if path.is_file() and path.suffix != ".pyc"
    ]
    for path in [project / "requirements.txt", *sorted(migrations)]:
        digest.update(str(path.relative_to(project)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def ensure_template(cluster: Cluster, fingerprint: str, migrate: Callable[[str], None]) -> str:
    """Name of the template database of ``fingerprint``, built by ``migrate(database_url)`` if missing.

    It is built under another name first, so a template that exists is complete. Whatever
    ``migrate`` raises is passed on, and the next call starts anew.
    """
    name = PREFIX + fingerprint
    with cluster.locked("template"), cluster.connect() as connection:
        if name in cluster.databases():
            return name
        draft = sql.Identifier(f"hub_draft_{fingerprint}")
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(draft))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(draft))
        migrate(cluster.url(f"hub_draft_{fingerprint}"))
        connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(draft, sql.Identifier(name)))
        connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name)))
        old = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY oid DESC OFFSET %s",
            [PREFIX, KEPT],
        ).fetchall()
        for (dated,) in old:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(dated)))
    return name


def clone_database(cluster: Cluster, name: str, template: str) -> bool:
    """Create database ``name`` from ``template`` unless it exists; whether it was created."""
    with cluster.locked("template"), cluster.connect() as connection:
        if name in cluster.databases():
            return False
        command = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(command.format(sql.Identifier(name), sql.Identifier(template)))
        return True


def drop_database(cluster: Cluster, name: str) -> None:
    """Drop database ``name`` if it exists, cutting off whoever uses it."""
    with cluster.connect() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
