"""Originals as editors uploaded them: for the editor's own pages, and for staff alone.

Readers get what a document names, by :mod:`hub.site.files`, which asks for the document's audience.
"""

from __future__ import annotations

import mimetypes

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import path
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.documents.models import Document
from wagtail.documents.views.serve import serve as serve_document

from hub.errors import FileWithheld
from hub.files.media_types import media_type_of
from hub.files.names import digest_of
from hub.files.queries import find_in_library
from hub.site.sending import RASTER, SVG, Offer, secure, send_file


def _require_staff(request: HttpRequest) -> None:
    """404 for everybody else: a stranger does not learn which uploads exist."""
    if not (request.user.is_authenticated and request.user.has_perm("wagtailadmin.access_admin")):
        raise Http404


@require_safe
def upload(request: HttpRequest, name: str) -> HttpResponseBase:
    """A picture or rendition in the upload storage; files of the library have their own address."""
    _require_staff(request)
    if digest_of(name):
        raise Http404
    try:
        content = default_storage.open(name)
    except (FileNotFoundError, IsADirectoryError, SuspiciousFileOperation) as error:
        raise Http404 from error
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = FileResponse(content, as_attachment=media_type not in RASTER | {SVG}, content_type=media_type)
    secure(response, public=False)
    response["Cache-Control"] = "private, max-age=300"
    return response


@require_safe
def document(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """A file of the editor's library."""
    _require_staff(request)
    file = get_object_or_404(Document, pk=pk)
    if digest_of(file.file.name) is None:
        response: HttpResponseBase = serve_document(request, pk, name)
        return secure(response, public=False)
    if file.filename != name:
        raise Http404
    for check in hooks.get_hooks("before_serve_document"):
        refusal = check(file, request)
        if isinstance(refusal, HttpResponse):
            return refusal
    record = find_in_library(file.file.name)
    if record is None:
        raise Http404
    try:
        return send_file(request, Offer(record, file.filename, media_type_of(file.filename)))
    except FileWithheld as error:
        raise Http404 from error


urlpatterns = [
    path("media/<path:name>", upload, name="upload"),
    path("documents/<int:pk>/<str:name>", document, name="wagtaildocs_serve"),
]
