"""The headers of resumable uploads (tus 1.0.0: core, creation, expiration, termination, checksum)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date
from django.utils.translation import gettext as _

from content.uploading.models import Upload
from content.uploading.services import MEGABYTE, UploadRefused, expires
from hub.env import env

VERSION = "1.0.0"
CONTENT_TYPE = "application/offset+octet-stream"
NUMBER = re.compile(r"\d{1,15}", re.ASCII)
SHA256 = re.compile(r"[0-9a-f]{64}")
SHA256_BYTES = 32
MOST_METADATA = 8192


def check_version(request: HttpRequest) -> None:
    """Raise :class:`UploadRefused` if the client speaks another version."""
    if request.headers.get("Tus-Resumable") != VERSION:
        raise UploadRefused("Tus-Resumable: 1.0.0", 412)


def read_number(request: HttpRequest, header: str) -> int:
    """The number a header holds."""
    value = request.headers.get(header, "")
    if not NUMBER.fullmatch(value):
        raise UploadRefused(_("The header %(name)s holds no number.") % {"name": header}, 400)
    return int(value)


def read_metadata(request: HttpRequest) -> Mapping[str, str]:
    """``Upload-Metadata``: names, each with a text in Base64. What is no text is refused."""
    value = request.headers.get("Upload-Metadata", "")
    metadata = {}
    try:
        if len(value) > MOST_METADATA:
            raise ValueError
        for pair in filter(None, (part.strip() for part in value.split(","))):
            name, _space, coded = pair.partition(" ")
            metadata[name] = base64.b64decode(coded, validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise UploadRefused(_("The header Upload-Metadata cannot be read."), 400) from error
    return metadata


def read_checksum(metadata: Mapping[str, str]) -> str:
    """``sha256:<hex>`` as the client names it in its metadata, empty if it does not."""
    named = metadata.get("sha256", "").lower()
    if named and not SHA256.fullmatch(named):
        raise UploadRefused(_("A checksum SHA-256 has 64 characters from 0 to 9 and a to f."), 400)
    return f"sha256:{named}" if named else ""


def read_piece_checksum(request: HttpRequest) -> bytes:
    """The SHA-256 of the piece that follows, from ``Upload-Checksum``; empty if the client names none."""
    value = request.headers.get("Upload-Checksum", "")
    if not value:
        return b""
    algorithm, _space, coded = value.partition(" ")
    try:
        found = base64.b64decode(coded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise UploadRefused("Upload-Checksum: sha256 <Base64>", 400) from error
    if algorithm != "sha256" or len(found) != SHA256_BYTES:
        raise UploadRefused("Upload-Checksum: sha256 <Base64>", 400)
    return found


def answer(status: int, upload: Upload | None = None, offset: int | None = None) -> HttpResponse:
    """An answer without a body that says where the upload stands."""
    response = HttpResponse(status=status)
    response["Tus-Resumable"] = VERSION
    response["Cache-Control"] = "no-store"
    if offset is not None:
        response["Upload-Offset"] = str(offset)
    if upload is not None:
        response["Upload-Expires"] = http_date(expires(upload).timestamp())
    return response


def describe(upload: Upload, offset: int) -> HttpResponse:
    """The answer to ``HEAD``."""
    response = answer(200, upload, offset)
    response["Upload-Length"] = str(upload.size)
    pairs = {"filename": upload.name, "sha256": upload.checksum.removeprefix("sha256:")}
    response["Upload-Metadata"] = ",".join(
        f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in pairs.items() if value
    )
    return response


def refuse(error: UploadRefused) -> HttpResponse:
    """The sentence, as plain text."""
    response = HttpResponse(str(error), status=error.status, content_type="text/plain; charset=utf-8")
    response["Tus-Resumable"] = response["Tus-Version"] = VERSION
    response["Cache-Control"] = "no-store"
    return response


def capabilities() -> HttpResponse:
    """The answer to ``OPTIONS``."""
    response = answer(204)
    response["Tus-Version"] = VERSION
    response["Tus-Extension"] = "creation,expiration,termination,checksum"
    response["Tus-Checksum-Algorithm"] = "sha256"
    response["Tus-Max-Size"] = str(env.upload_max_mb * MEGABYTE)
    return response
