"""The proposals of an event as a table to download."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events.models import EventDesk, Session
from events.planning.sessions import place_of
from events.proposing.hosts import Credit, list_credits
from events.proposing.queries import list_proposals
from hub.instants import localise
from theme.sheets import Value

HEAD: tuple[str | Promise, ...] = (
    _("title"),
    _("what it is about"),
    _("state"),
    _("hosts"),
    _("named in public"),
    _("minutes"),
    _("interested"),
    _("votes"),
    _("room"),
    _("begins"),
    _("proposed on"),
)


def build_proposals(desk: EventDesk) -> Iterator[Iterable[Value]]:
    """All proposals, whatever became of them, oldest first, their head before them; two queries."""
    yield HEAD
    found = list_proposals(desk, tuple(Session.State)).select_related("proposer", "placement__room")
    for session in found.order_by("created", "pk"):
        yield _row(desk, session)


def _tell_named(credits: Sequence[Credit]) -> str:
    """Whether all of them agreed to it; nothing where there is nobody."""
    if not credits:
        return ""
    return gettext("yes") if all(each.is_named for each in credits) else gettext("no")


def _row(desk: EventDesk, session: Session) -> list[Value]:
    credits, place = list_credits(session), place_of(session)
    named = [", ".join(filter(None, (each.name, each.affiliation))) for each in credits]
    starts = localise(place.during.lower, desk.event.time_zone) if place else None
    return [
        session.title,
        session.summary,
        session.get_state_display(),
        "; ".join(named),
        _tell_named(credits),
        session.minutes,
        vars(session)["interested"],
        vars(session)["voted"],
        place.room.name if place else "",
        f"{starts:%d.%m.%Y %H:%M}" if starts else "",
        timezone.localtime(session.created).date(),
    ]
