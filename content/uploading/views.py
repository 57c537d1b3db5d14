"""The page for large files, and the addresses its script sends them to, piece by piece."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from content.uploading import protocol
from content.uploading.models import Upload
from content.uploading.page import show_page, show_upload
from content.uploading.queries import may_upload, offset_of
from content.uploading.services import (
    FULL,
    MEGABYTE,
    PieceDamaged,
    UploadRefused,
    add_whole,
    begin,
    complete,
    full_disk,
    take,
    too_large,
)
from content.uploading.streaming import QuarantineHandler, ReceivedFile
from hub.accounts.models import User
from hub.env import env
from hub.files.partial import Overtaken

View = Callable[..., HttpResponse]
FORM_ROOM = MEGABYTE
"""What a form holds beside its file."""


def _for_uploaders(view: View) -> View:
    """Only for those who may add files somewhere in the library."""

    @wraps(view)
    def checked(request: HttpRequest, **arguments: uuid.UUID) -> HttpResponse:
        if not may_upload(cast(User, request.user)):
            raise PermissionDenied
        return view(request, **arguments)

    return checked


# The form's file must have its handler before anything reads the form, the check for forgery included.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST", "OPTIONS"])
@_for_uploaders
def upload_file(request: HttpRequest) -> HttpResponse:
    """``/admin/hochladen/``: the page; ``POST`` begins an upload, or takes a form's file as a whole."""
    if request.method == "OPTIONS":
        return protocol.capabilities()
    if request.method != "POST":
        return show_page(request)
    if "Tus-Resumable" in request.headers:
        return _begin(request)
    if int(request.META.get("CONTENT_LENGTH") or 0) > env.upload_max_mb * MEGABYTE + FORM_ROOM:
        return _too_large(request)
    handler = QuarantineHandler(request)
    request.upload_handlers = [handler]
    try:
        return _take_form(request, handler)
    except OSError as error:
        if error.errno not in FULL:
            raise
        return show_page(request, str(full_disk()), 507, with_form=False)


@require_http_methods(["GET", "HEAD", "PATCH", "POST", "DELETE"])
@_for_uploaders
def one_upload(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """``/admin/hochladen/<uuid>/``: where an own upload stands, its next bytes, its end."""
    upload = get_object_or_404(
        Upload.objects.select_related("owner", "document"), key=key, owner=request.user
    )
    if request.method == "GET":
        return show_upload(request, upload)
    if request.method == "POST":
        return _give_up(request, upload)
    try:
        protocol.check_version(request)
        return {"HEAD": _describe, "PATCH": _go_on, "DELETE": _delete}[str(request.method)](request, upload)
    except Overtaken:
        return protocol.answer(409, upload, offset_of(upload))
    except PieceDamaged as error:
        response = protocol.refuse(error)
        response["Upload-Offset"] = str(offset_of(upload))  # tells that the upload itself is still there
        return response
    except UploadRefused as error:
        return protocol.refuse(error)


@csrf_protect
def _begin(request: HttpRequest) -> HttpResponse:
    try:
        protocol.check_version(request)
        size = protocol.read_number(request, "Upload-Length")
        metadata = protocol.read_metadata(request)
        checksum = protocol.read_checksum(metadata)
        name, collection = metadata.get("filename", ""), metadata.get("collection", "")
        upload = begin(cast(User, request.user), name, size, checksum, collection)
    except UploadRefused as error:
        return protocol.refuse(error)
    response = protocol.answer(201, upload, 0)
    response["Location"] = reverse("one_upload", args=[upload.key])
    return response


@csrf_protect
def _take_form(request: HttpRequest, handler: QuarantineHandler) -> HttpResponse:
    """The way without JavaScript: the whole file at once."""
    file = request.FILES.get("file")
    if handler.is_too_large:
        return _too_large(request)
    if not isinstance(file, ReceivedFile):
        return show_page(request, _("Choose a file."), 422)
    try:
        add_whole(
            cast(User, request.user), file.incoming, file.name or "", request.POST.get("collection", "")
        )
    except UploadRefused as error:
        return show_page(request, str(error), error.status)
    messages.success(
        request, _("“%(name)s” is uploaded and can be chosen on every page.") % {"name": file.name}
    )
    return redirect("upload_file")


def _too_large(request: HttpRequest) -> HttpResponse:
    refusal = too_large(int(request.META.get("CONTENT_LENGTH") or 0))
    return show_page(request, str(refusal), refusal.status, with_form=False)


def _describe(request: HttpRequest, upload: Upload) -> HttpResponse:
    return protocol.describe(upload, _settle(upload))


def _go_on(request: HttpRequest, upload: Upload) -> HttpResponse:
    if request.content_type != protocol.CONTENT_TYPE:
        raise UploadRefused(f"Content-Type: {protocol.CONTENT_TYPE}", 415)
    at = protocol.read_number(request, "Upload-Offset")
    coming = protocol.read_number(request, "Content-Length")
    if at + coming > upload.size:
        raise UploadRefused(_("More bytes are sent than were announced."), 400)
    if at != offset_of(upload):
        raise Overtaken("another offset")
    if not upload.document_id:
        take(upload, request.read, at, protocol.read_piece_checksum(request))
    return protocol.answer(204, upload, _settle(upload))


def _settle(upload: Upload) -> int:
    """How much is here; what is whole goes into the library, even if that failed when its last byte came."""
    offset = offset_of(upload)
    if offset == upload.size and not upload.document_id:
        complete(upload)
    return offset


def _delete(request: HttpRequest, upload: Upload) -> HttpResponse:
    upload.delete()
    return protocol.answer(204)


def _give_up(request: HttpRequest, upload: Upload) -> HttpResponse:
    """The button beside an unfinished upload."""
    if upload.document_id is None:
        upload.delete()
        messages.success(request, _("What had arrived of “%(name)s” is deleted.") % {"name": upload.name})
    return redirect("upload_file")
