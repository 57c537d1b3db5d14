"""The address in the code of a badge, opened by any phone's own camera."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from events.desks import organises
from events.door.answering import say_name
from events.door.frame import keeper_of
from events.door.queries import read_registration, state_of
from events.door.scans import Scan, read_key
from events.door.services import Doorkeeper, check_in
from events.door.views import tell
from events.helping import helper_of
from events.models import EventDesk, Helper
from hub.accounts.viewer import viewer_of
from hub.catalogue.queries import find_entry


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show_badge(request: HttpRequest, badge: str) -> HttpResponse:
    """For the door: who it is, and a button that checks them in. For anybody else the event alone."""
    registration = read_registration(badge, timezone.now())
    if registration is None:
        return render(request, "events/door/badge_unknown.html", status=404)
    desk = registration.person.desk
    by = _find_keeper(request, desk)
    if by is None:
        return _show_found(request, desk)
    if request.method == "POST":
        return _check_in(request, desk, by, badge)
    state = state_of(registration)
    context = {"event": desk.event, "key": desk.event.translation_key, "name": say_name(registration.person)}
    context |= {"state": state, "scan": uuid.uuid4(), "registration": registration}
    return render(request, "events/door/badge.html", context)


def _find_keeper(request: HttpRequest, desk: EventDesk) -> Doorkeeper | None:
    helper = helper_of(request, desk, Helper.Task.DOOR, timezone.now())
    if helper or (request.user.is_authenticated and organises(request.user, desk)):
        return keeper_of(request, helper)
    return None


def _show_found(request: HttpRequest, desk: EventDesk) -> HttpResponse:
    """Nothing personal, and no event that this visitor may not read."""
    event = desk.event
    if find_entry(event.translation_key, viewer_of(request)) is None:
        return render(request, "events/door/badge_unknown.html", status=404)
    return render(request, "events/door/badge_found.html", {"event": event, "key": event.translation_key})


def _check_in(request: HttpRequest, desk: EventDesk, by: Doorkeeper, badge: str) -> HttpResponse:
    now, key = timezone.now(), read_key(request.POST.get("key")) or uuid.uuid4()
    tell(request, check_in(desk.pk, by, [Scan(str(key), key, badge, now)], now)[0])
    return redirect("events:badge", badge)
