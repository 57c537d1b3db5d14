"""The phases of an event. Each is a time of its own: proposals may open before registration does."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from events.models import EventDesk, EventPage


class Phase(StrEnum):
    """What can be done, or is going on."""

    REGISTRATION = "registration"
    PROPOSALS = "proposals"
    VOTE = "votes"
    ON_SITE = "on_site"
    RESULTS = "results"


LABELS = {
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
    """All phases. One without an end of its own ends when the event starts, at the latest it does then."""
    event = desk.event
    spans = []
    for phase, (opens, closes) in FIELDS.items():
        end = min(filter(None, (getattr(desk, closes), event.starts)), default=None)
        spans.append(Span(phase, getattr(desk, opens), end))
    return [*spans, Span(Phase.ON_SITE, event.starts, event.ends), Span(Phase.RESULTS, event.ends, None)]


def is_open(desk: EventDesk, phase: Phase, now: dt.datetime) -> bool:
    """Whether a phase is going on. Nothing but the results of a cancelled event is."""
    if desk.event.status == EventPage.Status.CANCELLED and phase is not Phase.RESULTS:
        return False
    return next(span for span in list_spans(desk) if span.phase is phase).is_open(now)
