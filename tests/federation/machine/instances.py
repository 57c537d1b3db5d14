"""Several instances in one database: each has a schema of its own with all tables of the exchange.

Everything that is tried is the real code. Who acts is decided by PostgreSQL's search path and by the origin
in the environment, so that three instances can be brought into any order without three processes.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction
from django.utils import timezone

from federation.identity import own_identity
from federation.models import InstanceKey, Peer
from hub.catalogue import entries, log
from hub.catalogue.models import CatalogueEntry, ChangeType, State
from hub.documents import Audience, Document, Section, Text, digest_of
from hub.env import Env, env
from tests.wire.foreign import rsa_key

PREFIXES = ("catalogue_", "federation_", "files_")
BODIES = {"mainz": "07315000", "koblenz": "07111000", "trier": "07211000"}


@dataclass(frozen=True)
class Instance:
    """One of them, by its short name."""

    slug: str

    @property
    def origin(self) -> str:
        return f"http://{self.slug}.machine:80"

    @property
    def schema(self) -> str:
        return f"machine_{self.slug}"

    @property
    def backup_schema(self) -> str:
        return f"machine_{self.slug}_backup"

    @contextmanager
    def acting(self) -> Iterator[None]:
        """Within the block the code runs as this instance, in its tables."""
        own = replace(env, origin=self.origin, slug=self.slug, name=self.slug.title(), body=BODIES[self.slug])
        before = {name: getattr(env, name) for name in Env.__dataclass_fields__}
        path = _search_path()
        _become(own)
        _set_search_path(f"{self.schema}, public")
        try:
            yield
        finally:
            for name, value in before.items():
                object.__setattr__(env, name, value)
            # After a crash: what would have been a transaction of its own is a savepoint here, gone by now.
            transaction.set_rollback(False)
            _set_search_path(path)

    def prepare(self) -> None:
        """Make its tables, empty, and those of its backup."""
        with connection.cursor() as cursor:
            for schema in (self.schema, self.backup_schema):
                cursor.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
                cursor.execute(f"CREATE SCHEMA {schema}")
                for table in tables():
                    cursor.execute(f"CREATE TABLE {schema}.{table} (LIKE public.{table} INCLUDING ALL)")
        with self.acting():
            InstanceKey.objects.create(ed25519_pem=_ed25519(self.slug), rsa_pem=_rsa(self.slug))

    def meet(self, others: list[Instance]) -> None:
        """Approve the others, as their operators and this one's have agreed by phone."""
        for other in others:
            with other.acting():
                identity = own_identity()
            with self.acting():
                Peer.objects.create(
                    **{
                        name: getattr(identity, name)
                        for name in ("origin", "slug", "name", "ed25519", "rsa_pem", "fingerprint")
                    },
                    bodies=[BODIES[other.slug]],
                )

    def publish(self, key: uuid.UUID, title: str) -> None:
        """Publish or correct an item, as settling its page does."""
        with self.acting(), transaction.atomic():
            document = Document(
                id=f"{self.origin}/id/{key}",
                kind="case_report",
                publishers=(BODIES[self.slug],),
                texts={"de": Text(title=title, sections=(Section(anchor="s", heading="Ziel"),))},
            )
            entry = CatalogueEntry.objects.select_for_update().filter(object_id=document.id).first()
            revision = entry.revision + 1 if entry else 1
            now, salt, body = timezone.now(), secrets.token_hex(16), document.to_bytes()
            digest = digest_of(body, salt)
            change = log.append(self.origin, document.id, revision, ChangeType.PUBLISH, digest, now)
            entry = entry or CatalogueEntry(
                object_id=document.id,
                uuid=key,
                origin=self.origin,
                first_published=now,
                audience=Audience.PUBLIC,
            )
            entries.fill(entry, document, body.decode(), digest, salt, revision, now, change.position)
            entry.recovered = False
            entry.save()

    def withdraw(self, key: uuid.UUID) -> None:
        """Take a live item offline, as settling does."""
        with self.acting(), transaction.atomic():
            entry = CatalogueEntry.objects.select_for_update().get(object_id=f"{self.origin}/id/{key}")
            revision, now = entry.revision + 1, timezone.now()
            change = log.append(self.origin, entry.object_id, revision, ChangeType.WITHDRAW, "", now)
            entry.recovered = False
            entries.take_offline(entry, State.WITHDRAWN, revision, now, change.position)

    def back_up(self) -> None:
        """Keep all of its tables as they are."""
        _copy(self.schema, self.backup_schema)

    def restore(self) -> None:
        """All of its tables are as they were at the backup."""
        _copy(self.backup_schema, self.schema)


@cache
def tables() -> list[str]:
    """The tables of which each instance has its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        names = [row[0] for row in cursor.fetchall()]
    return sorted(name for name in names if name.startswith(PREFIXES))


def _become(own: Env) -> None:
    for name in Env.__dataclass_fields__:
        object.__setattr__(env, name, getattr(own, name))


def _copy(source: str, target: str) -> None:
    with connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f"DELETE FROM {target}.{table}")
            cursor.execute(
                f"INSERT INTO {target}.{table} OVERRIDING SYSTEM VALUE SELECT * FROM {source}.{table}"
            )


def _search_path() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW search_path")
        return str(cursor.fetchone()[0])


def _set_search_path(path: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET search_path TO {path}")


@cache
def _ed25519(slug: str) -> str:
    key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(slug.encode()).digest())
    return _pem(key)


@cache
def _rsa(slug: str) -> str:
    return _pem(rsa_key(slug))


def _pem(key: object) -> str:
    return key.private_bytes(  # type: ignore[attr-defined]
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
