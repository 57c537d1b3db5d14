"""A Django request as the message a peer signed."""

from __future__ import annotations

from django.http import HttpRequest

from federation.signatures import Message, authenticate
from hub.documents import Viewer
from hub.env import env
from hub.errors import RefusedMessage

BODY_BYTES = 1_000_000


class TooLarge(RefusedMessage):
    """The body is over the cap: send less, or let it be pulled."""


def message_of(request: HttpRequest, max_bytes: int = BODY_BYTES) -> Message:
    """The request as signed: with the path as it came over the wire and our own public origin.

    Reads the body, up to one megabyte or less. Raises :class:`TooLarge`.
    """
    target = str(request.META.get("RAW_URI") or request.META.get("REQUEST_URI") or request.get_full_path())
    if not target.startswith("/"):
        raise RefusedMessage("the request's target is not a path")
    return Message(
        str(request.method), env.origin + target, dict(request.headers), _read_body(request, max_bytes)
    )


def viewer_of_peer(request: HttpRequest) -> Viewer | None:
    """Members for a request signed by an approved peer, None for an unsigned one.

    Raises :class:`RefusedMessage` if it is signed wrongly.
    """
    if "Signature" not in request.headers and "Signature-Input" not in request.headers:
        return None
    authenticate(message_of(request))
    return Viewer.member()


def _read_body(request: HttpRequest, max_bytes: int) -> bytes:
    declared = request.META.get("CONTENT_LENGTH") or "0"
    if not (declared.isascii() and declared.isdecimal()) or int(declared) > max_bytes:
        raise TooLarge(f"the body is larger than {max_bytes} bytes")
    body = request.read(max_bytes + 1)
    if len(body) > max_bytes:
        raise TooLarge(f"the body is larger than {max_bytes} bytes")
    return bytes(body)
