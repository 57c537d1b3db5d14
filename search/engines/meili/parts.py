"""Documents as they are sent to Meilisearch: JSON, in requests of a bounded size."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

MOST_BYTES = 20_000_000
"""Of the documents of one request, unless one alone is longer: Meilisearch takes 100 MB by default."""


def parts_of(documents: Sequence[dict[str, Any]]) -> Iterator[dict[str, bytes]]:
    """Documents as JSON by their id, in parts of :data:`MOST_BYTES` at most."""
    part: dict[str, bytes] = {}
    size = 0
    for document in documents:
        encoded = json.dumps(document).encode()
        if part and size + len(encoded) > MOST_BYTES:
            yield part
            part, size = {}, 0
        part[str(document["id"])] = encoded
        size += len(encoded) + 1
    if part:
        yield part


def checksum(encoded: bytes) -> bytes:
    """By which the same document is known again."""
    return hashlib.sha256(encoded).digest()
