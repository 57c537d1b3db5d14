"""The page behind the code on a session's card: about it for everybody, its place for those at the wall."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from events.desks import works_as_organiser
from events.grid.pages import read_stand
from events.live.spans import is_live
from events.models import EventDesk, Placement, Session
from events.models.session import OPEN
from events.people import person_of
from events.planning.releases import newest_release, slots_of
from events.planning.wording import Clock
from events.proposing.hosts import list_credits
from events.proposing.queries import find_proposal, has_seat
from events.stage.pages import find_stage_desk, page_context
from events.stage.wall_views import wall_context


@never_cache
@require_safe
def show_card(request: HttpRequest, key: uuid.UUID, session_id: uuid.UUID) -> HttpResponse:
    """A session: what, who, when and where; those who run the wall move it here."""
    now = timezone.now()
    desk, staff = find_stage_desk(request, key, now)
    session = find_proposal(desk, session_id)
    if session is None or (session.state not in OPEN and not staff):
        raise Http404
    organiser = works_as_organiser(request, desk)
    context = {
        **page_context(desk, session.title, staff=staff),
        "session": session,
        "credits": list_credits(session),
        "place": _find_place(desk, session, now, staff=staff),
        "organises": organiser,
        "may_note": organiser or _takes_part(request, desk, session),
        **(_wall(desk, session, now, public=not organiser) if staff else {}),
    }
    return render(request, "events/stage/card.html", context)


def _find_place(desk: EventDesk, session: Session, now: dt.datetime, *, staff: bool) -> str:
    """„Raum 1, 10:00 bis 10:45“ as the board tells it, to those at the wall as it is; empty without one.

    Two queries at most.
    """
    if desk.event.starts is None or desk.event.ends is None:
        return ""
    clock = Clock.of(desk.event)
    if staff or is_live(desk, now):
        place = Placement.objects.filter(session=session).select_related("room").first()
        return clock.tell_place(place.room.name, place.during.lower, place.during.upper) if place else ""
    slots = slots_of(newest_release(session.plan))
    slot = next((slot for slot in slots if slot.uid == str(session.pk)), None)
    return clock.tell_place(slot.room, slot.starts, slot.ends) if slot else ""


def _takes_part(request: HttpRequest, desk: EventDesk, session: Session) -> bool:
    """Whether the visitor may write notes: with a seat, or as the one who proposed it."""
    person = person_of(desk, request)
    return person is not None and (session.proposer_id == person.pk or has_seat(person))


def _wall(desk: EventDesk, session: Session, now: dt.datetime, *, public: bool) -> dict[str, Any]:
    """The wall with this card in the hand; nothing where there is no plan to hang it in."""
    held = read_stand(desk, public=public)
    if held is None or session.state != Session.State.ACCEPTED:
        return {}
    plan, stand = held
    return wall_context(plan, desk, stand, str(session.pk), now)
