"""One at a time for each content: who brings bytes and who lets the same bytes go do not meet halfway."""

from __future__ import annotations

from django.db import connection

SPACE = 0x66_69_6C_65
"""First half of the lock's number, so that it is nobody else's."""


def lock_content(digest: str) -> None:
    """Wait until nobody else has this content, and hold it to the end of the transaction.

    ``digest`` is ``sha256:<hex>``. Two contents may share a lock, which only makes one wait. It is taken
    before the lock of any row.
    """
    number = int.from_bytes(bytes.fromhex(digest.removeprefix("sha256:")[:8]), signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [SPACE, number])
