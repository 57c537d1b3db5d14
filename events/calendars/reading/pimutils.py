"""vdirsyncer, which takes calendars apart to synchronise them, and khal, which shows what it left."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import icalendar

from events.calendars.reading import python
from events.calendars.reading.instances import Instance, ReaderMissing, begin_within, instance_of

CALENDAR = "checked"


def read_with_vdirsyncer(body: bytes, first: dt.datetime, last: dt.datetime) -> set[Instance]:
    """What is in the files it would keep: one for each event, with the time zone it needs."""
    try:
        from vdirsyncer.vobject import split_collection
    except ImportError as error:
        raise ReaderMissing("vdirsyncer") from error
    parts = [part.encode() for part in split_collection(body.decode())]
    return set().union(*(python.read(part, first, last) for part in parts)) if parts else set()


def read_with_khal(body: bytes, first: dt.datetime, last: dt.datetime) -> set[Instance]:
    """What it keeps in its cache of all dates."""
    try:
        import khal.icalendar  # noqa: F401 - whether it is there
    except ImportError as error:
        raise ReaderMissing("khal") from error
    # khal has icalendar use pytz as soon as it is imported; whatever else runs here must not.
    icalendar.use_pytz()  # type: ignore[no-untyped-call]  # icalendar says nothing of it
    try:
        return _read_in_cache(body, first, last)
    finally:
        icalendar.use_zoneinfo()  # type: ignore[no-untyped-call]  # the same


def _read_in_cache(body: bytes, first: dt.datetime, last: dt.datetime) -> set[Instance]:
    from khal.icalendar import split_ics
    from khal.khalendar.backend import SQLiteDb

    utc = zoneinfo.ZoneInfo("UTC")
    cache = SQLiteDb([CALENDAR], ":memory:", {"default_timezone": utc, "local_timezone": utc})
    uids = {}
    for number, part in enumerate(split_ics(body.decode(), default_timezone=utc)):
        cache.update(part, str(number), calendar=CALENDAR)
        uids[str(number)] = _uid_of(part)
    rows = cache.get_localized(first, last)
    dates = {instance_of(uids[href], starts, ends) for _item, href, starts, ends, *_rest in rows}
    return begin_within(dates, first, last)


def _uid_of(part: str) -> str:
    lines = part.replace("\r\n ", "").splitlines()
    return next(line.partition(":")[2] for line in lines if line.startswith("UID"))
