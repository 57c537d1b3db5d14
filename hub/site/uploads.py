"""Originals as editors uploaded them: for the editor's own pages, and for staff alone.

Readers get what a document names, by :mod:`hub.site.files`, which asks for the document's audience.
"""

from __future__ import annotations

import mimetypes

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path
from django.views.decorators.http import require_safe
from wagtail.documents.views.serve import serve as serve_document

from hub.site.files import POLICY


def _require_staff(request: HttpRequest) -> None:
    """404 for everybody else: a stranger does not learn which uploads exist."""
    if not (request.user.is_authenticated and request.user.has_perm("wagtailadmin.access_admin")):
        raise Http404


@require_safe
def upload(request: HttpRequest, name: str) -> HttpResponseBase:
    """A picture or rendition in the upload storage."""
    _require_staff(request)
    try:
        content = default_storage.open(name)
    except (FileNotFoundError, IsADirectoryError, SuspiciousFileOperation) as error:
        raise Http404 from error
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = FileResponse(content, content_type=media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY
    response["Cache-Control"] = "private, max-age=300"
    return response


@require_safe
def document(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """A file of the editor's library."""
    _require_staff(request)
    response: HttpResponseBase = serve_document(request, pk, name)
    return response


urlpatterns = [
    path("media/<path:name>", upload, name="upload"),
    path("documents/<int:pk>/<str:name>", document, name="wagtaildocs_serve"),
]
