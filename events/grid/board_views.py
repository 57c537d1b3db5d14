"""The public programme."""

from __future__ import annotations

import datetime as dt
import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from events.grid.board import BLANK, build_entries, by_room, by_time
from events.grid.pages import find_readable_desk, page_context
from events.live.notices import list_notices
from events.live.nownext import find_now_next
from events.live.programme import Programme, read_programme
from events.live.spans import is_live
from events.live.words import list_words
from events.models import EventDesk, Person, Plan
from events.people import person_of
from events.planning.releases import freeze_slots
from events.proposing.queries import has_seat


@never_cache
@require_safe
def board(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """By time, or by room (``?nach=raum``): on the day the plan itself, else the newest release.

    Organisers see the plan as it is with ``?ansicht=entwurf``.
    """
    desk, is_organiser = find_readable_desk(request, key)
    now = timezone.now()
    is_draft = is_organiser and request.GET.get("ansicht") == "entwurf"
    is_by_room = request.GET.get("nach") == "raum"
    programme = _read_draft(desk) if is_draft else read_programme(desk, now)
    person = person_of(desk, request)
    entries = build_entries(desk, programme.slots, person)
    ends = desk.event.ends
    context = {
        **page_context(desk, _("Programme"), is_organiser=is_organiser),
        "days": by_room(entries) if is_by_room else by_time(entries),
        "is_by_room": is_by_room,
        "is_draft": is_draft,
        "is_live": programme.is_live,
        "release": programme.release,
        "near": find_now_next(entries, now) if programme.is_live else None,
        "notices": [] if is_draft else list_notices(desk, now),
        "can_come": not is_draft and ends is not None and now < ends,
        "can_note": not is_draft and _has_begun(desk, now) and (is_organiser or _has_seat(person)),
        "is_over": not is_draft and ends is not None and ends <= now,
        "blank": BLANK,
        "words": list_words(),
        "now": now,
    }
    return render(request, "events/grid/board.html", context)


def _has_begun(desk: EventDesk, now: dt.datetime) -> bool:
    return is_live(desk, now) or (desk.event.starts is not None and desk.event.starts <= now)


def _has_seat(person: Person | None) -> bool:
    """Whether the notes of all sessions are theirs to write."""
    return person is not None and has_seat(person)


def _read_draft(desk: EventDesk) -> Programme:
    plan = Plan.objects.filter(desk=desk).first()
    return Programme(freeze_slots(plan) if plan else ())
