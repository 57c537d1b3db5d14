"""Attachments: who may read the document may have its files, and nobody gets them by knowing a hash."""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from django.core.files.base import File
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from federation.requests import viewer_of_peer
from hub.accounts.viewer import viewer_of
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import entries, is_gone
from hub.documents import Attachment, Audience, Viewer
from hub.errors import FileWithheld, RefusedMessage, UnreadableDocument
from hub.files.models import StoredFile
from hub.files.queries import find_file
from hub.files.services import open_content

CHUNK = 64 * 1024
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
INLINE = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif", "image/svg+xml", "image/avif"})
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


@require_safe
def download(request: HttpRequest, key: uuid.UUID, hexadecimal: str, name: str) -> HttpResponseBase:
    """Send one attachment of the document with that uuid.

    410 once the document is withdrawn, 503 while the file is still being fetched from its origin.
    """
    try:
        viewer = viewer_of_peer(request) or viewer_of(request)
    except RefusedMessage as error:
        return HttpResponse(error.reason, status=401, content_type="text/plain; charset=utf-8")
    offers = list(_offers(key, f"sha256:{hexadecimal}", name, viewer))
    if not offers:
        return _not_here(request, key)
    for offer in offers:
        try:
            if offer.record is not None:
                return _answer(request, offer.record, offer, open_content(offer.record))
        except FileWithheld:
            continue
    response = render(request, "site/file_withheld.html", {"attachment": offers[0].attachment}, status=503)
    response["Retry-After"] = "60"
    return response


@dataclass(frozen=True)
class _Offer:
    """A document's attachment, and the file that the document's own origin brought, if it is known."""

    attachment: Attachment
    record: StoredFile | None
    public: bool


def _offers(key: uuid.UUID, digest: str, name: str, viewer: Viewer) -> Iterator[_Offer]:
    """What the readable documents with that uuid say of the file, own ones first."""
    known = sorted(entries(viewer).filter(uuid=key), key=lambda entry: (bool(entry.source), entry.pk))
    for entry in known:
        try:
            named = [item for item in entry.document.attachments if item.digest == digest]
        except UnreadableDocument:
            continue
        if named:
            attachment = next((item for item in named if item.name == name), named[0])
            record = find_file(digest, "" if entry.is_local else entry.origin)
            yield _Offer(attachment, record, entry.audience == Audience.PUBLIC)
    if viewer.may_read(Audience.INSTANCE):
        yield from _draft_offers(digest, name)


def _draft_offers(digest: str, name: str) -> Iterator[_Offer]:
    """Staff see the files of drafts, which no document names yet; received files are never drafts."""
    if record := find_file(digest):
        attachment = Attachment(
            url="", name=name, media_type=record.media_type, size=record.size, digest=digest
        )
        yield _Offer(attachment, record, public=False)


def _not_here(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    known = CatalogueEntry.objects.filter(uuid=key)
    if known and all(is_gone(entry) and entry.audience == Audience.PUBLIC for entry in known):
        return render(request, "410.html", status=410)
    raise Http404


def _answer(
    request: HttpRequest, record: StoredFile, offer: _Offer, content: File[bytes]
) -> HttpResponseBase:
    etag = f'"{record.hex}"'
    if etag in request.headers.get("If-None-Match", ""):
        content.close()
        response: HttpResponseBase = HttpResponse(status=304)
    else:
        response = _stream(request, record.size, content, etag)
        media_type = _media_type(offer.attachment)
        disposition = content_disposition_header(media_type not in INLINE, _plain(offer.attachment.name))
        response["Content-Disposition"] = disposition or "attachment"
        response["Content-Type"] = media_type
        digest = base64.b64encode(bytes.fromhex(record.hex)).decode()
        response["Repr-Digest"] = f"sha-256=:{digest}:"  # RFC 9530, section 3
        response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "public, max-age=60" if offer.public else "private, no-cache"
    return response


def _media_type(attachment: Attachment) -> str:
    """The type its document names, without parameters, or the one of unknown bytes."""
    named = attachment.media_type.lower()
    return named if MEDIA_TYPE.fullmatch(named) else "application/octet-stream"


def _stream(request: HttpRequest, size: int, content: File[bytes], etag: str) -> HttpResponseBase:
    """The whole file, or the one range that was asked for (RFC 9110, section 14)."""
    wanted = RANGE.fullmatch(request.headers.get("Range", ""))
    if wanted is None or not any(wanted.groups()) or request.headers.get("If-Range", etag) != etag:
        response = StreamingHttpResponse(_chunks(content, 0, size))
        response["Content-Length"] = str(size)
        return response
    first, last = wanted.groups()
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    if start > end:
        content.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    response = StreamingHttpResponse(_chunks(content, start, end - start + 1), status=206)
    response["Content-Length"] = str(end - start + 1)
    response["Content-Range"] = f"bytes {start}-{end}/{size}"
    return response


def _chunks(content: IO[bytes] | File[bytes], start: int, length: int) -> Iterator[bytes]:
    with content:
        content.seek(start)
        while length > 0 and (chunk := content.read(min(CHUNK, length))):
            length -= len(chunk)
            yield chunk


def _plain(name: str) -> str:
    """The name without folders and control characters, which browsers would interpret."""
    return re.sub(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069/\\]", "_", name)[:150] or "file"


urlpatterns = [path("dateien/<uuid:key>/<str:hexadecimal>/<path:name>", download, name="file")]
