"""One vector index for each embedder: of half precision, over its rows alone."""

from __future__ import annotations

import hashlib

from django.db import connection

from search.answers.embedding.base import MOST_NUMBERS, EmbedderUnavailable


def index_name(embedder: str) -> str:
    """The name of an embedder's index."""
    return f"passage_vector_{hashlib.sha256(embedder.encode()).hexdigest()[:16]}"


def check_dimension(embedder: str, dimension: int) -> None:
    """Raises :class:`EmbedderUnavailable` for vectors that are too long for an index."""
    if not 0 < dimension <= MOST_NUMBERS:
        raise EmbedderUnavailable(f"{embedder} makes {dimension} numbers; at most {MOST_NUMBERS} can be kept")


def make_index(embedder: str, dimension: int) -> None:
    """Build the index unless it is there; outside a transaction nobody waits meanwhile.

    Raises :class:`EmbedderUnavailable` as :func:`check_dimension` does.
    """
    check_dimension(embedder, dimension)
    name = index_name(embedder)
    with connection.cursor() as cursor:
        # One whose building broke off is there but not used.
        cursor.execute(
            "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(quote_ident(%s))", [name]
        )
        held = cursor.fetchone()
    if held and held[0]:
        return
    drop_index(embedder)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE INDEX {_beside()} {name} ON search_passagevector"
            f" USING hnsw ((embedding::halfvec({int(dimension)})) halfvec_cosine_ops) WHERE embedder = %s",
            [embedder],
        )


def drop_index(embedder: str) -> None:
    """Delete the index if it is there."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {_beside()} IF EXISTS {index_name(embedder)}")


def _beside() -> str:
    """How PostgreSQL does it without a lock, which it cannot inside a transaction."""
    if not connection.in_atomic_block:
        return "CONCURRENTLY"
    connection.check_constraints()  # nothing of the table may be left to check at the end
    return ""
