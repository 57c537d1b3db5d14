"""The file and the badge of a module, local or received, under its permanent id."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from content.publiccode.badge import draw_badge
from content.publiccode.exporting import examine, is_software, to_bytes
from hub.accounts.viewer import viewer_of
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import find_entry
from hub.documents import Audience, Document, Viewer
from hub.errors import UnreadableDocument


@require_safe
def export(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """``publiccode.yml`` of a module.

    404 for what is no software or not to be read; 409 while facts are missing, with what is missing: a file
    that other catalogues would refuse does not leave the hub.
    """
    entry, document = _find_software(request, key)
    if gaps := examine(document).errors:
        lines = [_("There is no valid publiccode.yml of this building block yet. This is missing:")]
        lines += [f"- {gap.key}: {gap.message}" for gap in gaps]
        refused = HttpResponse("\n".join(lines) + "\n", "text/plain; charset=utf-8", status=409)
        return _direct(request, refused, entry)
    response = HttpResponse(to_bytes(document), "application/yaml")
    response["Content-Disposition"] = 'attachment; filename="publiccode.yml"'
    return _direct(request, response, entry)


@require_safe
def badge(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """``publiccode.svg`` of a module: whether its file is valid."""
    entry, document = _find_software(request, key)
    gaps = len(examine(document).errors)
    return _direct(request, HttpResponse(draw_badge(gaps), "image/svg+xml; charset=utf-8"), entry)


def _find_software(request: HttpRequest, key: uuid.UUID) -> tuple[CatalogueEntry, Document]:
    entry = find_entry(key, viewer_of(request))
    try:
        document = entry.document if entry is not None and entry.kind == "module" else None
    except UnreadableDocument:
        document = None
    if entry is None or document is None or not is_software(document):
        raise Http404
    return entry, document


def _direct(request: HttpRequest, response: HttpResponse, entry: CatalogueEntry) -> HttpResponse:
    """What members may read is kept by no cache between, nor what the public reads for long."""
    open_to_all = entry.audience == Audience.PUBLIC and viewer_of(request) == Viewer.anonymous()
    response["Cache-Control"] = "public, max-age=60" if open_to_all else "private, no-cache"
    patch_vary_headers(response, ("Cookie", "Accept-Language"))
    response["X-Content-Type-Options"] = "nosniff"
    return response
