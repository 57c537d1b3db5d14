"""Handing out stored files: in parts, conditionally, with their checksum, and with nothing in them run."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from hub.files.models import StoredFile
from hub.files.names import plain_name
from hub.files.services import open_part

POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
RASTER = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif", "image/avif"})
SVG = "image/svg+xml"
AS_OURSELVES = frozenset({"application/activity+json", "application/ld+json", "application/jrd+json"})
"""In these a server speaks of its own actors, so an upload would be believed like them (CVE-2024-23832)."""
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


@dataclass(frozen=True)
class Offer:
    """A stored file as it is handed out. ``is_picture``: a text shows it; ``public``: to everybody."""

    record: StoredFile
    name: str
    media_type: str
    is_picture: bool = False
    public: bool = False


def send_file(request: HttpRequest, offer: Offer) -> HttpResponseBase:
    """The file, or what is asked for of it. Raises :class:`hub.errors.FileWithheld` if it is not here.

    Only pictures are shown in place, and drawings only where a text shows them: everything else is saved,
    since a browser would run what is in a page, a drawing or a PDF.
    """
    etag = f'"{offer.record.hex}"'
    if _is_known(request, etag):
        response: HttpResponseBase = HttpResponse(status=304)
    else:
        response = _body(request, offer.record, etag)
        media_type = plain_media_type(offer.media_type)
        in_place = media_type in RASTER or (media_type == SVG and offer.is_picture)
        response["Content-Disposition"] = _disposition(offer.name, in_place=in_place)
        response["Content-Type"] = media_type
        digest = base64.b64encode(bytes.fromhex(offer.record.hex)).decode()
        response["Repr-Digest"] = f"sha-256=:{digest}:"  # RFC 9530, section 3
        response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    return secure(response, public=offer.public)


def send_checksum(offer: Offer) -> HttpResponseBase:
    """A line as ``sha256sum --check`` reads it."""
    name = plain_name(offer.name)
    response = HttpResponse(f"{offer.record.hex}  {name}\n", content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = _disposition(f"{name}.sha256", in_place=False)
    return secure(response, public=offer.public)


def secure(response: HttpResponseBase, *, public: bool) -> HttpResponseBase:
    """The headers by which nothing in a file can act on this site."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "public, max-age=60" if public else "private, no-cache"
    return response


def plain_media_type(named: str) -> str:
    """The type that is named, or that of unknown bytes, also for types in which this site itself speaks."""
    lower = named.lower()
    is_plain = MEDIA_TYPE.fullmatch(lower) and lower not in AS_OURSELVES
    return lower if is_plain else "application/octet-stream"


def _disposition(name: str, *, in_place: bool) -> str:
    return content_disposition_header(not in_place, plain_name(name)) or "attachment"


def _is_known(request: HttpRequest, etag: str) -> bool:
    known = [item.strip().removeprefix("W/") for item in request.headers.get("If-None-Match", "").split(",")]
    return etag in known or "*" in known


def _body(request: HttpRequest, record: StoredFile, etag: str) -> HttpResponseBase:
    """The whole file, or the one range that was asked for (RFC 9110, section 14). Several are sent as all."""
    start, end = 0, record.size - 1
    wanted = _range(request, record.size, etag)
    if wanted is not None:
        start, end = wanted
        if start > end:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{record.size}"})
    length = end - start + 1
    chunks = open_part(record, start, 0 if request.method == "HEAD" else length)
    response = StreamingHttpResponse(chunks, status=200 if wanted is None else 206)
    response["Content-Length"] = str(length)
    if wanted is not None:
        response["Content-Range"] = f"bytes {start}-{end}/{record.size}"
    return response


def _range(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """First and last byte of the range asked for; None for the whole file."""
    wanted = RANGE.fullmatch(request.headers.get("Range", ""))
    if wanted is None or not any(wanted.groups()) or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = wanted.groups()
    if first and last and int(last) < int(first):
        return None
    start = int(first) if first else max(0, size - int(last))
    return start, min(int(last), size - 1) if first and last else size - 1
