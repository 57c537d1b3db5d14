"""What all readers are compared by."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple


class Instance(NamedTuple):
    """One date of an event, in UTC."""

    uid: str
    starts: dt.datetime
    ends: dt.datetime


class ReaderMissing(Exception):
    """The program is not installed here: ``make setup-tests`` brings it along."""


def instance_of(uid: str, starts: dt.datetime, ends: dt.datetime) -> Instance:
    """The instance in UTC, whatever zone the reader gave its times in."""
    return Instance(uid, starts.astimezone(dt.UTC), ends.astimezone(dt.UTC))


def begin_within(instances: set[Instance], first: dt.datetime, last: dt.datetime) -> set[Instance]:
    """Those that begin in that time: readers differ in what they count as being in it."""
    return {instance for instance in instances if first <= instance.starts < last}
