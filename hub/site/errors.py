"""Error pages. A page that was published and is no more answers 410, not 404."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import is_gone


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, or 410 where a withdrawn item of this instance had its last address."""
    entry = CatalogueEntry.objects.filter(path=request.path, source="").exclude(path="").first()
    if entry is not None and is_gone(entry) and entry.audience == "public":
        return render(request, "410.html", status=410)
    return render(request, "404.html", {"path": request.path}, status=404)
