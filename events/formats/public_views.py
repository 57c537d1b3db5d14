"""The page of all formats: when they take place next, and what is there of those that were."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from events.formats.queries import find_others, find_series, read_formats
from hub.accounts.viewer import viewer_of

PER_PAGE = 10


@require_safe
def list_formats(request: HttpRequest) -> HttpResponse:
    """Series of all hubs; on the last page recordings that belong to none."""
    viewer, now = viewer_of(request), timezone.now()
    page = Paginator(find_series(viewer, now), PER_PAGE).get_page(request.GET.get("seite"))
    context = {
        "viewer": viewer,
        "page": page,
        "formats": read_formats(page, viewer, now),
        "others": [] if page.has_next() else find_others(viewer),
    }
    return render(request, "events/formats/formats.html", context)
