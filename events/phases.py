"""The phases of an event. Each is a time of its own: proposals may open before registration does."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from events.dates import is_on, last_end, last_start
from events.models import EventDesk, EventPage


class Phase(StrEnum):
    """What can be done, or is going on."""

    ANNOUNCEMENT = "announcement"
    REGISTRATION = "registration"
    PROPOSALS = "proposals"
    VOTE = "votes"
    ON_SITE = "on_site"
    RESULTS = "results"


LABELS = {
    Phase.ANNOUNCEMENT: _("Announcement"),
    Phase.REGISTRATION: _("Registration"),
    Phase.PROPOSALS: _("Proposals"),
    Phase.VOTE: _("Vote"),
    Phase.ON_SITE: _("On site"),
    Phase.RESULTS: _("Results"),
}

FIELDS = {
    Phase.REGISTRATION: ("registration_opens", "registration_closes"),
    Phase.PROPOSALS: ("proposals_open", "proposals_close"),
    Phase.VOTE: ("votes_open", "votes_close"),
}


@dataclass(frozen=True)
class Span:
    """When a phase begins and ends; ``opens`` None: it is not offered, ``closes`` None: it stays."""

    phase: Phase
    opens: dt.datetime | None
    closes: dt.datetime | None

    def is_open(self, now: dt.datetime) -> bool:
        """Whether it is going on."""
        return self.opens is not None and self.opens <= now and (self.closes is None or now < self.closes)

    def is_over(self, now: dt.datetime) -> bool:
        """Whether it was."""
        return self.opens is not None and self.closes is not None and self.closes <= now


def list_spans(desk: EventDesk) -> list[Span]:
    """All phases. One without an end of its own ends when the event starts, at the latest it does then.

    One registers for a series until its last date starts, and has a seat on all that are to come; it has
    its results once its last date is over.

    An event is announced from when its page is published until the first other phase opens.
    """
    event = desk.event
    timed = []
    for phase, (opens, closes) in FIELDS.items():
        starts = last_start(event) if phase is Phase.REGISTRATION else event.starts
        end = min(filter(None, (getattr(desk, closes), starts)), default=None)
        timed.append(Span(phase, getattr(desk, opens), end))
    first = min(filter(None, (*(span.opens for span in timed), event.starts)), default=None)
    published = event.first_published_at if event.live else None
    return [
        Span(Phase.ANNOUNCEMENT, published, first),
        *timed,
        Span(Phase.ON_SITE, event.starts, last_end(event)),
        Span(Phase.RESULTS, last_end(event), None),
    ]


def is_cancelled(desk: EventDesk) -> bool:
    """Whether the event does not take place: then no phase is open."""
    return bool(desk.event.status == EventPage.Status.CANCELLED)


def is_open(desk: EventDesk, phase: Phase, now: dt.datetime) -> bool:
    """Whether a phase is going on. None of a cancelled event is, and between dates nothing is on site."""
    if is_cancelled(desk) or (phase is Phase.ON_SITE and not is_on(desk.event, now)):
        return False
    return next(span for span in list_spans(desk) if span.phase is phase).is_open(now)
