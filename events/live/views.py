"""What boards and projectors read on the day."""

from __future__ import annotations

import uuid
from pathlib import Path

import segno
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from events.grid.board import build_entries
from events.grid.pages import find_readable_desk
from events.live.notices import list_notices
from events.live.nownext import find_now_next
from events.live.programme import read_programme
from events.live.state import build_state, digest_state
from events.live.words import list_words
from hub.env import env
from hub.instants import localise

WORKER = Path(__file__).resolve().parent.parent / "static" / "events" / "live" / "worker.js"
LIGHTS = {"hell": "light", "dunkel": "dark"}


@never_cache
@require_safe
def live_state(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """The board as JSON (:func:`events.live.state.build_state`); 304 for whoever has it but for the time."""
    desk, _is_organiser = find_readable_desk(request, key)
    state = build_state(desk, timezone.now())
    etag = f'"{digest_state(state)}"'
    response = JsonResponse(state, headers={"ETag": etag})
    return get_conditional_response(request, etag=etag, response=response) or response


@never_cache
@require_safe
def projector(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """For the wall: what runs now and next, who is on stage, announcements. ``?licht=hell`` or ``dunkel``."""
    desk, _is_organiser = find_readable_desk(request, key)
    now = timezone.now()
    programme = read_programme(desk, now)
    board = env.origin + reverse("events:board", args=[key])
    context = {
        "desk": desk,
        "key": key,
        "now": localise(now, desk.event.time_zone),
        "near": find_now_next(build_entries(desk, programme.slots, None), now),
        "notices": list_notices(desk, now),
        "light": LIGHTS.get(request.GET.get("licht", ""), ""),
        "words": list_words(),
        "code": segno.make(board, error="m", micro=False).svg_data_uri(border=3, dark="#000", light="#fff"),
    }
    return render(request, "events/live/projector.html", context)


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker of all pages under ``/veranstaltungen/``; its scope is that of its address."""
    headers = {"Cache-Control": "no-cache"}
    return HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8", headers=headers)
