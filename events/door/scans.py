"""What devices send: a batch of scans, read without trusting any of it."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from dataclasses import dataclass
from typing import Any

from events.door.badges import read_badge
from events.door.clocks import correct, read_moment

MOST = 500
"""How many scans one batch may hold; devices send what waits in several."""


class Unreadable(Exception):
    """The batch is not what the page sends: load the page again on that device, nothing was taken."""


@dataclass(frozen=True)
class Scan:
    """One scan: ``key`` as the device sent it, ``id`` if it is a UUID, ``badge`` "" if it is none."""

    key: str
    id: uuid.UUID | None
    badge: str
    at: dt.datetime


def read_batch(body: bytes, now: dt.datetime) -> list[Scan]:
    """The scans of a batch in their order, their times corrected. Raises :class:`Unreadable`.

    One scan that makes no sense does not hold up those behind it.
    """
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable from error
    scans = data.get("scans") if isinstance(data, dict) else None
    if not isinstance(scans, list) or len(scans) > MOST or not all(isinstance(each, dict) for each in scans):
        raise Unreadable
    device_now = read_moment(data.get("device_now"))
    return [_read_scan(each, device_now, now) for each in scans]


def _read_scan(data: dict[str, Any], device_now: dt.datetime | None, now: dt.datetime) -> Scan:
    key, badge = data.get("key"), data.get("badge")
    return Scan(
        key=key[:100] if isinstance(key, str) else "",
        id=read_key(key),
        badge=read_badge(badge) if isinstance(badge, str) else "",
        at=correct(read_moment(data.get("at")), device_now, now),
    )


def read_key(text: object) -> uuid.UUID | None:
    """The key a device gave; None if it is none."""
    try:
        return uuid.UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None
