"""Finding the desk of an event, and who organises it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from events.models import EventDesk
from hub.accounts.second_factor import find_lack
from hub.accounts.viewer import viewer_of
from hub.catalogue.queries import find_entry

P = ParamSpec("P")


def find_desk(key: uuid.UUID) -> EventDesk | None:
    """The desk of the event whose document has that uuid, with its page; None if it is not organised here."""
    return (
        EventDesk.objects.select_related("event")
        .filter(event__translation_key=key, event__alias_of=None)
        .first()
    )


def desk_for(request: HttpRequest, key: uuid.UUID) -> EventDesk:
    """The desk of an event that this visitor may read. Raises ``Http404`` for any other."""
    desk = find_desk(key)
    entry = find_entry(key, viewer_of(request)) if desk else None
    if desk is None or entry is None or entry.source:
        raise Http404
    return desk


def organises(user: Any, desk: EventDesk) -> bool:
    """Whether this account organises the event: it may publish its page."""
    return bool(desk.event.permissions_for_user(user).can_publish())


def works_as_organiser(request: HttpRequest, desk: EventDesk) -> bool:
    """Whether the visitor organises the event, in a session with the second factor their role needs.

    For pages that are open to others too: there an organiser without it is one of these.
    """
    return request.user.is_authenticated and organises(request.user, desk) and find_lack(request) is None


def require_organiser(request: HttpRequest, key: uuid.UUID) -> EventDesk | HttpResponse:
    """The desk, for one of its organisers, drafts included; a redirect for visitors who are not signed in.

    Raises ``Http404`` where nothing is organised, ``PermissionDenied`` for everybody else.
    """
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    desk = get_object_or_404(EventDesk.objects.select_related("event"), event__translation_key=key)
    if not organises(request.user, desk):
        raise PermissionDenied
    return desk


def for_organisers(
    view: Callable[Concatenate[HttpRequest, EventDesk, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Hands the desk to a view that is for those who organise the event; see :func:`require_organiser`."""

    @wraps(view)
    def inner(request: HttpRequest, key: uuid.UUID, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        desk = require_organiser(request, key)
        return view(request, desk, *args, **kwargs) if isinstance(desk, EventDesk) else desk

    return inner
