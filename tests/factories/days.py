"""Moments some days away by the calendar here, which are not always as many times 24 hours away."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone


def in_days(number: int) -> dt.datetime:
    """The same time of day as now, that many days on; before now if negative."""
    return timezone.make_aware(timezone.make_naive(timezone.now()) + dt.timedelta(days=number))
