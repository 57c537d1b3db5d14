"""What the organisers' pages have in common: for whom they are, and in which time zone they speak."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from events import desks
from events.models import EventDesk
from hub.instants import zone_of

P = ParamSpec("P")
METHODS = ("GET", "HEAD", "POST")


def for_organisers(
    view: Callable[Concatenate[HttpRequest, EventDesk, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Hands the desk to the view, for those who organise the event; times are read and shown in its zone."""

    @wraps(view)
    def inner(
        request: HttpRequest, desk: EventDesk, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        with timezone.override(zone_of(desk.event.time_zone)):
            return view(request, desk, *args, **kwargs)

    return never_cache(require_http_methods(METHODS)(desks.for_organisers(inner)))


def show(
    request: HttpRequest, desk: EventDesk, template: str, context: dict[str, Any] | None = None
) -> HttpResponse:
    """One of the organisers' pages, ``here`` being its name in the menu."""
    given = {"desk": desk, "event": desk.event, "key": desk.event.translation_key, **(context or {})}
    return render(request, f"events/office/{template}.html", given)
