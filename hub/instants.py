"""Moments and time zones as documents may hold them, and a conversion that never fails.

A moment close to the ends of the calendar cannot be shown in another zone, and a zone name may lead
to a directory: both would break every page that lists the event, so documents do not hold them.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator

FIRST_YEAR, LAST_YEAR = 1970, 2200
"""Years, in UTC, in which the moments of a document lie."""


def read_instant(value: dt.datetime) -> dt.datetime:
    """The moment in UTC. Raises ``ValueError`` without a zone or outside the years allowed."""
    if value.tzinfo is None:
        raise ValueError("a time needs its zone")
    try:
        moment = value.astimezone(dt.UTC)
    except OverflowError as error:
        raise ValueError("a time outside the calendar") from error
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"a time lies in the years {FIRST_YEAR} to {LAST_YEAR}")
    return moment


def read_zone(name: str) -> str:
    """The name itself. Raises ``ValueError`` if it is not an IANA name known here."""
    if name not in zone_names():
        raise ValueError("not a time zone of the IANA database")
    return name


Instant = Annotated[dt.datetime, AfterValidator(read_instant)]
ZoneName = Annotated[str, AfterValidator(read_zone)]


@cache
def zone_names() -> frozenset[str]:
    """The IANA names known here; reading them walks the time zone files, so it is done once."""
    return frozenset(available_timezones())


def zone_of(name: str, default: dt.tzinfo = dt.UTC) -> dt.tzinfo:
    """The time zone of that IANA name, else ``default``."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return default


def localise(moment: dt.datetime, zone: str, default: dt.tzinfo = dt.UTC) -> dt.datetime:
    """``moment`` in that zone, else in ``default``; as it is where the calendar ends before."""
    try:
        return moment.astimezone(zone_of(zone, default))
    except (OverflowError, ValueError, OSError):
        return moment
