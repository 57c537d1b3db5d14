"""The public programme."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from events.grid.board import build_entries, by_room, by_time
from events.grid.pages import find_readable_desk, page_context
from events.models import EventDesk, Plan, Release
from events.people import person_of
from events.planning.releases import freeze_slots, newest_release, slots_of
from hub.documents import Slot


@never_cache
@require_safe
def board(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The newest release by time, or by room (``?nach=raum``).

    Organisers see the plan as it is with ``?ansicht=entwurf``.
    """
    desk, is_organiser = find_readable_desk(request, key)
    is_draft = is_organiser and request.GET.get("ansicht") == "entwurf"
    is_by_room = request.GET.get("nach") == "raum"
    release, slots = _read(desk, is_draft=is_draft)
    entries = build_entries(desk, slots, person_of(desk, request))
    context = {
        **page_context(desk, _("Programme"), is_organiser=is_organiser),
        "days": by_room(entries) if is_by_room else by_time(entries),
        "is_by_room": is_by_room,
        "is_draft": is_draft,
        "release": release,
        "can_come": not is_draft and desk.event.ends is not None and timezone.now() < desk.event.ends,
    }
    return render(request, "events/grid/board.html", context)


def _read(desk: EventDesk, *, is_draft: bool) -> tuple[Release | None, Sequence[Slot]]:
    """What is shown; an event without a release shows what its page says of the programme."""
    plan = Plan.objects.filter(desk=desk).first()
    if is_draft:
        return None, freeze_slots(plan) if plan else ()
    release = newest_release(plan) if plan else None
    if release:
        return release, slots_of(release)
    event = desk.event.build_event(desk.event.sequence)
    return None, event.slots if event else ()
