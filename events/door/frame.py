"""What the pages at the door have in common: for whom they are."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.cache import never_cache

from events.desks import organises
from events.door.services import Doorkeeper
from events.helping import require_helper
from events.models import EventDesk, Helper
from hub.instants import zone_of

P = ParamSpec("P")


def at_the_door(
    view: Callable[Concatenate[HttpRequest, EventDesk, Doorkeeper, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Hands desk and doorkeeper to a view for helpers at the door and organisers; never kept by caches."""

    @wraps(view)
    def inner(request: HttpRequest, key: uuid.UUID, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        found = require_helper(request, key, Helper.Task.DOOR, timezone.now())
        if isinstance(found, HttpResponse):
            return found
        desk, helper = found
        with timezone.override(zone_of(desk.event.time_zone)):
            return view(request, desk, keeper_of(request, helper), *args, **kwargs)

    return never_cache(inner)


def keeper_of(request: HttpRequest, helper: Helper | None) -> Doorkeeper:
    """The helper, else the organiser who is signed in."""
    if helper or not request.user.is_authenticated:
        return Doorkeeper(helper)
    return Doorkeeper(user=request.user)


def may_seat(request: HttpRequest, desk: EventDesk) -> bool:
    """Whether this visitor may give seats: organisers may, helpers may not."""
    return request.user.is_authenticated and organises(request.user, desk)
