"""Calendars to subscribe to."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from events.ics import build_calendar
from hub.accounts.viewer import viewer_of
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import entries, find_entry, find_gone
from hub.env import env


@require_safe
def show_event_calendar(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One event with its programme. A withdrawn one answers 410, so that readers give up."""
    entry = find_entry(key, viewer_of(request))
    if entry is not None and entry.kind == "event":
        return _answer(request, entry.title, [entry], f"{key}.ics", programme=True)
    if not find_gone(_events(key)):
        raise Http404
    gone = HttpResponse(
        _("This event has been withdrawn."), status=410, content_type="text/plain; charset=utf-8"
    )
    gone.headers["Cache-Control"] = "no-cache"
    return gone


@require_safe
def show_all_calendar(request: HttpRequest) -> HttpResponse:
    """The events of all hubs."""
    found = entries(viewer_of(request)).filter(kind="event").order_by("starts", "object_id")
    return _answer(request, _("Wissenshub: all events"), found, "alle.ics")


@require_safe
def show_source_calendar(request: HttpRequest, source: str) -> HttpResponse:
    """The events of one hub, named by its short name."""
    origin_source = "" if source == env.slug else source
    if origin_source and not CatalogueEntry.objects.filter(source=origin_source).exists():
        raise Http404
    found = (
        entries(viewer_of(request)).filter(kind="event", source=origin_source).order_by("starts", "object_id")
    )
    name = _("Wissenshub: events of %(hub)s") % {
        "hub": env.name if not origin_source else source.capitalize()
    }
    return _answer(request, name, found, f"{source}.ics")


def _events(key: uuid.UUID) -> QuerySet[CatalogueEntry]:
    """The events that have, or had, that uuid; an own entry alone decides, as in ``find_entry``."""
    known = CatalogueEntry.objects.filter(uuid=key)
    own = known.filter(source="")
    return (own if own.exists() else known).filter(kind="event")


def _answer(
    request: HttpRequest,
    name: str,
    found: Iterable[CatalogueEntry],
    filename: str,
    *,
    programme: bool = False,
) -> HttpResponse:
    body = build_calendar(name, found, programme=programme)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{filename}"'
    # Never kept without asking: what is withdrawn must leave shared caches at once, and the ETag is cheap.
    response.headers["Cache-Control"] = "private, no-cache" if _is_signed_in(request) else "no-cache"
    response.headers["ETag"] = etag
    patch_vary_headers(response, ["Cookie", "Accept-Language"])
    return get_conditional_response(request, etag=etag, response=response) or response


def _is_signed_in(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return bool(user is not None and user.is_authenticated)
