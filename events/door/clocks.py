"""The clocks of devices, which go wrong and jump."""

from __future__ import annotations

import datetime as dt

from django.utils.dateparse import parse_datetime

LONGEST = dt.timedelta(hours=36)
"""What waited longer than this on a device was not noted by a right clock."""


def read_moment(text: object) -> dt.datetime | None:
    """A moment as devices write it (ISO 8601 with its zone); None for anything else."""
    if not isinstance(text, str):
        return None
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def correct(at: dt.datetime | None, device_now: dt.datetime | None, now: dt.datetime) -> dt.datetime:
    """When it happened by the server's clock.

    The device's clock is wrong by as much as it differs from the server's at the moment of sending. What
    then lies in the future, or longer ago than anything can have waited, is taken as of now: the clock
    jumped in between.
    """
    if at is None or device_now is None:
        return now
    ago = device_now - at
    return now - ago if dt.timedelta() <= ago <= LONGEST else now
