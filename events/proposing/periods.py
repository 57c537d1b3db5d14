"""The times somebody can say they are not there, and what is left of the event without them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext

from events.models import Band, EventDesk
from hub.instants import localise

NOON = 13
Range = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True)
class Period:
    """A part of the event: its beginning, its end, and how it is called in the event's own time."""

    starts: dt.datetime
    ends: dt.datetime
    label: str

    @property
    def value(self) -> str:
        """How it is sent by a form and kept in :attr:`events.models.Session.away`."""
        return write_range((self.starts, self.ends))


def list_periods(desk: EventDesk) -> list[Period]:
    """The bands of the plan that are no breaks; before there are any, mornings and afternoons. One query."""
    bands = Band.objects.filter(plan__desk=desk, is_break=False).values_list("during", flat=True)
    ranges = [(during.lower, during.upper) for during in bands] or _halve_days(desk)
    zone = desk.event.time_zone
    days = {localise(starts, zone).date() for starts, _ends in ranges}
    return [
        Period(starts, ends, _label(localise(starts, zone), localise(ends, zone), with_day=len(days) > 1))
        for starts, ends in ranges
    ]


def remaining(desk: EventDesk, away: Iterable[str]) -> list[Range]:
    """What is left of the event without these times, in order; empty if nothing is."""
    event = desk.event
    free: list[Range] = [(event.starts, event.ends)] if event.starts and event.ends else []
    for gone in map(read_range, away):
        free = [part for whole in free for part in _subtract(whole, gone)]
    return free


def write_range(during: Range) -> str:
    """Both moments in UTC, by ISO 8601."""
    return "/".join(moment.astimezone(dt.UTC).isoformat() for moment in during)


def read_range(text: str) -> Range:
    """The moments of such a text."""
    starts, _, ends = text.partition("/")
    return dt.datetime.fromisoformat(starts), dt.datetime.fromisoformat(ends)


def _halve_days(desk: EventDesk) -> list[Range]:
    event = desk.event
    if event.starts is None or event.ends is None:
        return []
    moment, parts = localise(event.starts, event.time_zone), []
    last = localise(event.ends, event.time_zone)
    while moment < last:
        noon = moment.replace(hour=NOON, minute=0, second=0, microsecond=0)
        night = moment.replace(hour=0, minute=0, second=0, microsecond=0) + dt.timedelta(days=1)
        until = min(noon if moment < noon else night, last)
        parts.append((moment.astimezone(dt.UTC), until.astimezone(dt.UTC)))
        moment = until
    return parts


def _subtract(whole: Range, gone: Range) -> Sequence[Range]:
    parts = ((whole[0], min(whole[1], gone[0])), (max(whole[0], gone[1]), whole[1]))
    return [part for part in parts if part[0] < part[1]]


def _label(starts: dt.datetime, ends: dt.datetime, *, with_day: bool) -> str:
    span = {"first": date_format(starts, "H:i"), "last": date_format(ends, "H:i")}
    if not with_day:
        return gettext("%(first)s to %(last)s") % span
    return gettext("%(day)s, %(first)s to %(last)s") % {**span, "day": date_format(starts, "D j.n.")}
