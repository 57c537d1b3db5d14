"""How times and people are named in sentences about a plan."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from events.models import EventPage
from events.planning.refusing import Refused
from hub.instants import localise


@dataclass(frozen=True)
class Clock:
    """Tells times in the zone of an event, with the day if it has several."""

    zone: str
    starts: dt.datetime
    ends: dt.datetime

    @classmethod
    def of(cls, event: EventPage) -> Clock:
        """The clock of an event. Raises :class:`Refused` if it has no times yet."""
        if event.starts is None or event.ends is None:
            raise Refused("unknown", _("The event has no times yet. Enter them on its page first."))
        return cls(event.time_zone, event.starts, event.ends)

    @cached_property
    def has_several_days(self) -> bool:
        """Whether a time needs its day."""
        return localise(self.starts, self.zone).date() != localise(self.ends, self.zone).date()

    def tell(self, moment: dt.datetime) -> str:
        """„10:00“."""
        return date_format(localise(moment, self.zone), "H:i")

    def tell_day(self, moment: dt.datetime) -> str:
        """„Fr., 12.3., “ where the event has several days, else nothing."""
        return date_format(localise(moment, self.zone), _("D, N j, ")) if self.has_several_days else ""

    def tell_span(self, starts: dt.datetime, ends: dt.datetime) -> str:
        """„10:00 bis 10:45“, with its day before it where there are several."""
        span = _("%(starts)s to %(ends)s") % {"starts": self.tell(starts), "ends": self.tell(ends)}
        return self.tell_day(starts) + span

    def tell_with_day(self, starts: dt.datetime, ends: dt.datetime) -> str:
        """„Fr., 12.3., 10:00 bis 10:45“: for what may lie on any day; the later day too, if it is another."""
        days = [localise(moment, self.zone).date() for moment in (starts, ends)]
        first, last = (date_format(localise(moment, self.zone), _("D, N j, ")) for moment in (starts, ends))
        later = last if days[0] != days[1] else ""
        span = {"starts": first + self.tell(starts), "ends": later + self.tell(ends)}
        return _("%(starts)s to %(ends)s") % span

    def tell_place(self, room: str, starts: dt.datetime, ends: dt.datetime) -> str:
        """„Raum 2, 10:00 bis 10:45“; without the room if there is none."""
        return ", ".join(filter(None, (room, self.tell_span(starts, ends))))

    def tell_whole(self, starts: dt.datetime, ends: dt.datetime) -> str:
        """The same for a span that may last days."""
        span = {
            "starts": self.tell_day(starts) + self.tell(starts),
            "ends": self.tell_day(ends) + self.tell(ends),
        }
        return _("%(starts)s to %(ends)s") % span

    def tell_moment(self, moment: dt.datetime) -> str:
        """„2.3., 10:42“: when something was done."""
        return date_format(localise(moment, self.zone), _("N j, H:i"))


def name_user(user: Any) -> str:
    """Whoever changed something, by name; the account may be gone."""
    return str(user) if user is not None else _("somebody")
