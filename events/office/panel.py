"""What the public page of an event invites to: which phase is open, and what can be done now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from events.dates import next_start
from events.desks import organises
from events.models import EventDesk, Release
from events.office.addresses import address_of
from events.office.results import list_results
from events.phases import Phase, Span, is_cancelled, is_open, list_spans
from hub.catalogue.models import CatalogueEntry
from hub.documents import Viewer
from hub.instants import localise

PAGES = {
    Phase.REGISTRATION: ("register", gettext_lazy("Register")),
    Phase.PROPOSALS: ("proposals", gettext_lazy("Propose a session")),
    Phase.VOTE: ("proposals", pgettext_lazy("button", "Vote")),
}
"""Where the phases that invite lead, and the words of the button."""


@dataclass(frozen=True)
class Invitation:
    """One thing to do: its button if it is open now, and until when it is or from when it will be."""

    words: str | Promise
    address: str
    when: str
    is_open: bool


@dataclass(frozen=True)
class Panel:
    """The panel: how the event stands, and what can be done; what is open comes first.

    ``follows`` offers its calendar, while there is nothing else to do yet. ``results`` is None until the
    event is over. ``registers_here``: registration is one of its phases. ``board`` is the released
    programme, ``outcomes`` what became of each session once the event is over, ``office`` for organisers.
    """

    title: str | Promise
    lead: str | Promise
    invitations: list[Invitation]
    follows: bool
    results: list[CatalogueEntry] | None
    registers_here: bool
    board: str
    outcomes: str
    office: str


def build_panel(entry: CatalogueEntry, user: Any, viewer: Viewer, now: dt.datetime) -> Panel | None:
    """The panel of an event that is organised here.

    One query, after the event one more; for people who write on this instance, those that tell whether they
    organise it.
    """
    desk = _find_desk(entry)
    if desk is None:
        return None
    phase = _standing(desk, now)
    is_results = phase is Phase.RESULTS
    results = list_results(entry, viewer) if is_results else None
    invitations = _list_invitations(desk, now)
    return Panel(
        _("Results") if is_results else _("Take part"),
        _lead(desk, phase, now, has_more=bool(results or invitations)),
        invitations,
        follows=phase is Phase.ANNOUNCEMENT,
        results=results,
        registers_here=desk.registration_opens is not None,
        board=address_of("board", desk) if desk.released else "",
        outcomes=address_of("results", desk) if is_results and desk.released else "",
        office=address_of("office", desk) if may_organise(user, desk) else "",
    )


def _list_invitations(desk: EventDesk, now: dt.datetime) -> list[Invitation]:
    """What can be done now, then what can be done later, the next first."""
    if is_cancelled(desk):
        return []
    spans = sorted(list_spans(desk), key=lambda span: max(span.opens or now, now))
    return [found for span in spans if (found := _invite(desk, span, now))]


def _find_desk(entry: CatalogueEntry) -> Any:
    """The desk with ``released``: whether its programme is. None for events of other hubs."""
    if not entry.is_local:
        return None
    released = Release.objects.filter(plan__desk=OuterRef("pk"))
    desks = EventDesk.objects.filter(event__translation_key=entry.uuid, event__alias_of=None)
    return desks.select_related("event").annotate(released=Exists(released)).first()


def _standing(desk: EventDesk, now: dt.datetime) -> Phase | None:
    """The phase that says how the event stands; None while others are open, or none is."""
    telling = (Phase.ANNOUNCEMENT, Phase.ON_SITE, Phase.RESULTS)
    return next((phase for phase in telling if is_open(desk, phase, now)), None)


def _lead(desk: EventDesk, phase: Phase | None, now: dt.datetime, *, has_more: bool) -> str:
    """How the event stands, in a sentence or two; nothing where the buttons below say it all."""
    if is_cancelled(desk):
        return _("This event does not take place. Nobody can register, propose or vote any more.")
    if phase is Phase.ANNOUNCEMENT:
        return _announce(desk)
    if phase is Phase.ON_SITE:
        return _("The event is going on right now.")
    if phase is Phase.RESULTS:
        if has_more:
            return _("This came of the event:")
        return _("There are no results yet. Session notes and other contributions that belong to the event "
                 "are listed here as soon as they are published.")  # fmt: skip
    starts = next_start(desk.event, now)
    if has_more or starts is None:
        return ""
    started = {"at": _say(starts, desk.event.time_zone)}
    return _("Nothing is open at the moment. The event begins on %(at)s.") % started


def _announce(desk: EventDesk) -> str:
    announced = _("This event is announced.")
    if desk.registration_opens is None and not desk.event.registration_url:
        return f"{announced} " + _("When registration opens is not fixed yet: you will read it here.")
    return announced


def may_organise(user: Any, desk: EventDesk) -> bool:
    """Whether to offer the office; those who cannot write here at all cost no further query."""
    if not user.is_authenticated or not user.has_perm("wagtailadmin.access_admin"):
        return False
    return organises(user, desk)


def _invite(desk: EventDesk, span: Span, now: dt.datetime) -> Invitation | None:
    if span.phase not in PAGES or span.opens is None or span.is_over(now):
        return None
    name, words = PAGES[span.phase]
    address, zone = address_of(name, desk), desk.event.time_zone
    if not span.is_open(now):
        return Invitation(words, address, _("from %(at)s") % {"at": _say(span.opens, zone)}, is_open=False)
    until = _("until %(at)s") % {"at": _say(span.closes, zone)} if span.closes else ""
    return Invitation(words, address, until, is_open=True)


def _say(moment: dt.datetime, zone: str) -> str:
    return date_format(localise(moment, zone), "DATETIME_FORMAT")
