"""When every committed change of the plan is public at once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from events.models import EventDesk
from events.phases import is_cancelled

EARLIEST = dt.timedelta(days=3)
"""How long before its start the plan of an event may be public at most: to set up, not to plan."""


@dataclass(frozen=True)
class Span:
    """From when until when the board shows the plan itself; before and after it shows the newest release."""

    starts: dt.datetime
    ends: dt.datetime

    def holds(self, now: dt.datetime) -> bool:
        """Whether the day is going on."""
        return self.starts <= now < self.ends


def live_span(desk: EventDesk) -> Span | None:
    """The span of an event: from ``goes_live``, else its start, until its end; of a series of its first date.

    A plan is for that date alone: nothing can be placed on a later one (:mod:`events.planning.outside`).
    A ``goes_live`` that does not fit the event, as when that was moved, does not count: the draft of a plan
    would be public for weeks. None for one that is cancelled, a draft, or has no times.
    """
    event = desk.event
    if is_cancelled(desk) or not event.live or event.starts is None or event.ends is None:
        return None
    early = desk.goes_live
    if early is None or not fits_event(early, event.starts, event.ends):
        early = event.starts
    return Span(early, event.ends)


def fits_event(goes_live: dt.datetime, starts: dt.datetime, ends: dt.datetime) -> bool:
    """Whether the board may show the plan from then on: shortly before the event, or while it goes on."""
    return starts - EARLIEST <= goes_live < ends


def is_live(desk: EventDesk, now: dt.datetime) -> bool:
    """Whether the board shows the plan itself."""
    span = live_span(desk)
    return span is not None and span.holds(now)
