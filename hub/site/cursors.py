"""Where a reader of a long list has come to: opaque to it, so that nobody builds on what is inside."""

from __future__ import annotations

import base64
import binascii

SEPARATOR = "\n"
LONGEST = 200


def encode_cursor(*parts: str) -> str:
    """Letters, digits, hyphens and underscores that stand for ``parts``."""
    return base64.urlsafe_b64encode(SEPARATOR.join(parts).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, kind: str) -> tuple[str, ...] | None:
    """What follows ``kind``, the first part, in a cursor; None for anything this hub has not made."""
    if not cursor or len(cursor) > LONGEST or not cursor.isascii():
        return None
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    first, *parts = text.split(SEPARATOR)
    return tuple(parts) if first == kind and "\x00" not in text else None
