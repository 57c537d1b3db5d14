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

from events.desks import organises
from events.models import EventDesk, EventPage, Release
from events.office.addresses import address_of
from events.phases import Phase, Span, list_spans
from hub.catalogue.models import CatalogueEntry
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
    """The panel: what is open comes first. ``board`` is the released programme, ``office`` for organisers."""

    invitations: list[Invitation]
    board: str
    office: str


def build_panel(entry: CatalogueEntry, user: Any, now: dt.datetime) -> Panel | None:
    """The panel of an event that is organised here, if there is anything to do or to see.

    One query; for people who write on this instance, those that tell whether they organise it.
    """
    if not entry.is_local:
        return None
    released = Release.objects.filter(plan__desk=OuterRef("pk"))
    desks = EventDesk.objects.filter(event__translation_key=entry.uuid, event__alias_of=None)
    desk = desks.select_related("event").annotate(released=Exists(released)).first()
    if desk is None:
        return None
    off = desk.event.status == EventPage.Status.CANCELLED
    found = [] if off else [_invite(desk, span, now) for span in list_spans(desk)]
    invitations = sorted((each for each in found if each), key=lambda each: not each.is_open)
    panel = Panel(
        invitations,
        board=address_of("board", desk) if desk.released else "",
        office=address_of("office", desk) if may_organise(user, desk) else "",
    )
    return panel if panel.invitations or panel.board or panel.office else None


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
    if not address:
        return None
    if not span.is_open(now):
        return Invitation(words, address, _("from %(at)s") % {"at": _say(span.opens, zone)}, is_open=False)
    until = _("until %(at)s") % {"at": _say(span.closes, zone)} if span.closes else ""
    return Invitation(words, address, until, is_open=True)


def _say(moment: dt.datetime, zone: str) -> str:
    return date_format(localise(moment, zone), "DATETIME_FORMAT")
