"""Error pages. A page that was published and is no more answers 410, not 404."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.encoding import iri_to_uri

from hub.accounts.viewer import viewer_of
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import find_moved, is_gone


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, or 410 where a withdrawn item of this instance had its last address."""
    paths = {request.path, iri_to_uri(request.path)}  # an entry holds its path as it is written in links
    known = CatalogueEntry.objects.filter(path__in=paths, source="").exclude(path="")
    entry = known.order_by("-moved_to", "pk").first()
    if entry is not None and entry.moved_to and (moved := find_moved(known, viewer_of(request))):
        return redirect(moved.get_absolute_url(), permanent=True)
    if entry is not None and is_gone(entry) and entry.audience == "public":
        return render(request, "410.html", status=410)
    return render(request, "404.html", {"path": request.path}, status=404)
