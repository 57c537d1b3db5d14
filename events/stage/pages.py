"""What the pages of the stage and the wall have in common: who may see them, and their ways to each other."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from events.desks import desk_for, find_desk, works_as_organiser
from events.helping import KNOWN, helper_of
from events.models import EventDesk, Helper, Person


def find_stage_desk(request: HttpRequest, key: uuid.UUID, now: dt.datetime) -> tuple[EventDesk, bool]:
    """The desk, and whether the visitor runs stage and wall: organisers, and helpers with that task.

    Raises ``Http404`` for whoever may not read the event.
    """
    desk = find_desk(key)
    if desk is not None and runs_stage(request, desk, now):
        return desk, True
    return desk_for(request, key), False


def runs_stage(request: HttpRequest, desk: EventDesk, now: dt.datetime) -> bool:
    """Whether the visitor organises the event or is its helper for the wall."""
    if helper_of(request, desk, Helper.Task.WALL, now) is not None:
        return True
    return works_as_organiser(request, desk)


def page_context(desk: EventDesk, here: str, *, staff: bool) -> dict[str, Any]:
    """What the layout needs; ``here`` is the title of the page."""
    key = desk.event.translation_key
    return {"desk": desk, "event": desk.event, "key": key, "here": here, "staff": staff}


def keeping_context(request: HttpRequest, now: dt.datetime, person: Person | None = None) -> dict[str, Any]:
    """What a device needs to keep presses until they have arrived."""
    token = settings.CSRF_COOKIE_NAME
    return {"who": name_presser(request, person), "token_cookie": token, "made": now}


def name_presser(request: HttpRequest, person: Person | None) -> str:
    """Whose presses a device keeps: of an account (u…), of a participant (p…), of a helper's link (h…).

    Nobody else who uses the device sends them. Empty for whoever presses nothing.
    """
    if request.user.is_authenticated:
        return f"u{request.user.pk}"
    if person is not None:
        return f"p{person.pk}"
    link = request.session.get(KNOWN)
    return f"h{digest(link)}" if link else ""


def presses_for_another(request: HttpRequest, person: Person | None) -> bool:
    """Whether what is sent waited on the device for somebody other than whoever uses it now (``who``).

    Nobody's presses are for another: whoever has to sign in is told so as ever.
    """
    sent, now = request.POST.get("who", ""), name_presser(request, person)
    return bool(sent and now and sent != now)


def read_key(request: HttpRequest, name: str) -> uuid.UUID | None:
    """An id that was sent; None if it is missing or none."""
    try:
        return uuid.UUID(request.POST.get(name, ""))
    except ValueError:
        return None


def digest(*parts: object) -> str:
    """Names what a page shows: the same as long as nothing of it changed."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def shows_already(request: HttpRequest, stand: str) -> bool:
    """Whether the page that asks shows this already, so that nothing is sent."""
    return request.method in ("GET", "HEAD") and request.GET.get("stand") == stand
