"""When every committed change of the plan is public at once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from events.models import EventDesk
from events.phases import is_cancelled


@dataclass(frozen=True)
class Span:
    """From when until when the board shows the plan itself; before and after it shows the newest release."""

    starts: dt.datetime
    ends: dt.datetime

    def holds(self, now: dt.datetime) -> bool:
        """Whether the day is going on."""
        return self.starts <= now < self.ends


def live_span(desk: EventDesk) -> Span | None:
    """The span of an event: from ``goes_live``, else its start, until its end.

    None for one that is cancelled, a draft, or has no times.
    """
    event = desk.event
    if is_cancelled(desk) or not event.live or event.starts is None or event.ends is None:
        return None
    return Span(desk.goes_live or event.starts, event.ends)


def is_live(desk: EventDesk, now: dt.datetime) -> bool:
    """Whether the board shows the plan itself."""
    span = live_span(desk)
    return span is not None and span.holds(now)
