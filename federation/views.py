"""The endpoints peers speak to. Answers are JSON; refusals say why, in English, for their log."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST

from federation import inbox, outgoing, peers, strictjson
from federation.activitypub import addresses, strangers
from federation.activitypub.actors import publishing_bodies
from federation.comparing import serving
from federation.jobs import enqueue_pull, enqueue_push, enqueue_strangers
from federation.models import Peer
from federation.requests import TooLarge, message_of
from federation.signatures import ForbiddenPeer, Message, authenticate
from federation.transport import MAX_ENTRIES
from hub.catalogue.models import LogHead
from hub.documents import canonical
from hub.errors import OutOfOrder, RefusedMessage

logger = structlog.get_logger("federation")

MAX_SEQ = 2**53 - 1
PeerView = Callable[[HttpRequest, Peer, Message], HttpResponse]


@require_GET
def head(request: HttpRequest) -> HttpResponse:
    """The signed end of the log; for everybody."""
    response = answer_canonical(serving.signed_head())
    response["Cache-Control"] = "no-store"
    return response


def for_peers(view: PeerView) -> Callable[[HttpRequest], HttpResponse]:
    """Let only approved peers in, by their signature: 401 for a bad one, 403 for a blocked peer."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        try:
            message = message_of(request)
            peer = authenticate(message)
        except TooLarge as error:
            return _refusal(413, error)
        except ForbiddenPeer as error:
            return _refusal(403, error)
        except RefusedMessage as error:
            logger.warning("message refused", path=request.path, reason=error.reason)
            return _refusal(401, error)
        return view(request, peer, message)

    return guarded


@require_GET
@gzip_page
@for_peers
def log(request: HttpRequest, peer: Peer, message: Message) -> HttpResponse:
    """A signed page of the own log: ``?after=N&limit=…``, conditional by ETag, compressed."""
    after = read_number(request.GET.get("after", "0"), MAX_SEQ)
    limit = read_number(request.GET.get("limit", str(MAX_ENTRIES)), MAX_ENTRIES)
    if after is None or not limit:
        return JsonResponse({"error": f"after is a sequence, limit is 1 to {MAX_ENTRIES}"}, status=400)
    _greet(peer)
    page = outgoing.unsigned_page(after, limit)
    etag = f'"{hashlib.sha256(canonical(page)).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match", "").removeprefix("W/") == etag:
        response = HttpResponse(status=304)
    else:
        response = answer_canonical(outgoing.signed_page(page))
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return response


@csrf_exempt
@require_POST
def receive(request: HttpRequest, key: str = "") -> HttpResponse:
    """The inbox of the instance or of a body (``key``): peers are answered at once, strangers are queued."""
    if key and not publishing_bodies().filter(key=key).exists():
        return JsonResponse({"error": "nobody is here"}, status=404)
    return _receive_stranger(request) if strangers.is_stranger(request) else _receive_peer(request)


def _receive_stranger(request: HttpRequest) -> HttpResponse:
    """202 whatever becomes of it; 400 for overlong addresses, 403 for what strangers may not send, and 429
    when too much waits.
    """
    try:
        strangers.queue(request)
    except strangers.QueueFull as error:
        full = JsonResponse({"error": str(error)}, status=429)
        full["Retry-After"] = str(strangers.RETRY_SECONDS)
        return full
    except TooLarge as error:
        return _refusal(413, error)
    except strangers.TooLong as error:
        return _refusal(400, error)
    except RefusedMessage as error:
        logger.info("stranger refused", path=request.path, reason=error.reason)
        return _refusal(403, error)
    enqueue_strangers()
    return HttpResponse(status=202)


@for_peers
def _receive_peer(request: HttpRequest, peer: Peer, message: Message) -> HttpResponse:
    """202 with what is held now, 409 with the same after a gap, 403 for what is refused."""
    try:
        activity = strictjson.loads_object(message.body)
    except RefusedMessage as error:
        return _refusal(400, error)
    try:
        held = inbox.receive_activity(peer, activity)
    except OutOfOrder as error:
        enqueue_pull(peer.slug)
        return JsonResponse({"error": error.reason, **_position(inbox.held_head(peer))}, status=409)
    except RefusedMessage as error:
        logger.error("activity refused", peer=peer.slug, reason=error.reason)
        return _refusal(403, error)
    _greet(peer)
    return JsonResponse(_position(held), status=202)


def _greet(peer: Peer) -> None:
    """Note that the peer is there; one that was given up for a while is tried again at once."""
    peers.note_seen(peer)
    if peer.push_failures:
        enqueue_push(peer.slug)
    if peer.pull_failures:
        enqueue_pull(peer.slug)


def read_number(text: str, highest: int) -> int | None:
    """A number from 0 to ``highest`` in plain digits, or None."""
    if not text.isascii() or not text.isdecimal() or len(text) > 16:
        return None
    return int(text) if int(text) <= highest else None


def _position(held: LogHead) -> dict[str, int]:
    return {"epoch": held.epoch, "seq": held.seq}


def _refusal(status: int, error: RefusedMessage) -> JsonResponse:
    return JsonResponse({"error": error.reason}, status=status)


def answer_canonical(document: Mapping[str, Any]) -> HttpResponse:
    """The document as canonical JSON."""
    return HttpResponse(canonical(document), content_type=addresses.ACTIVITY_JSON)
