"""Where notices are posted and read. What is posted is vouched for by its proof, whoever brings it; who
reads handovers, which name items, has to be a peer.
"""

from __future__ import annotations

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from federation.jobs import enqueue_fetching_notices, enqueue_pull
from federation.models import NoticeType, PeerState
from federation.notices import receiving
from federation.notices.documents import MAX_NUMBER, MalformedNotice, ReadNotice, read_notice
from federation.notices.queries import held_number, own_notices
from federation.requests import TooLarge, message_of
from federation.signatures import ForbiddenPeer, authenticate
from hub.documents import canonical
from hub.errors import OutOfOrder, RefusedMessage

logger = structlog.get_logger("federation")

PAGE = 20


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """Read the own notices, or hand in one."""
    return _receive(request) if request.method == "POST" else _list(request)


def _list(request: HttpRequest) -> HttpResponse:
    after = request.GET.get("after", "0")
    if not (after.isascii() and after.isdecimal()) or len(after) > 7 or int(after) > MAX_NUMBER:
        return JsonResponse({"error": f"after is a number from 0 to {MAX_NUMBER}"}, status=400)
    found = own_notices(int(after))
    if not _is_peer(request):
        found = found.exclude(type=NoticeType.HANDOVER)
    page = [notice.document for notice in found[:PAGE]]
    response = HttpResponse(canonical({"notices": page}), content_type="application/json")
    response["Cache-Control"] = "private, no-cache"
    return response


def _is_peer(request: HttpRequest) -> bool:
    """Whether an approved or paused peer signed the request.

    One whose signature does not fit is answered as anybody is: it may have new keys that are not known here
    yet, and reads this to follow those of this instance.
    """
    if "Signature-Input" not in request.headers:
        return False
    try:
        authenticate(message_of(request))
    except ForbiddenPeer as error:
        return error.state == PeerState.PAUSED
    except RefusedMessage:
        return False
    return True


def _receive(request: HttpRequest) -> HttpResponse:
    """202 with the number held now; 409 with the same after a gap, or where two notices contradict.

    400 for another form, 401 for a proof that is not by the pinned key, 403 for what cannot be followed
    here, 404 for a stranger, 413 for more than a megabyte.
    """
    try:
        notice = read_notice(message_of(request).body)
        return _taken(notice)
    except TooLarge as error:
        return _refusal(413, error)
    except MalformedNotice as error:
        return _refusal(400, error)
    except receiving.UnknownOrigin as error:
        return JsonResponse({"error": str(error)}, status=404)
    except receiving.ForgedNotice as error:
        return _refusal(401, error)
    except RefusedMessage as error:
        logger.error("notice refused", origin=notice.origin, number=notice.number, reason=error.reason)
        return _refusal(403, error)


def _taken(notice: ReadNotice) -> HttpResponse:
    try:
        peer, held = receiving.take(notice)
    except (OutOfOrder, receiving.Contradiction) as error:
        peer = receiving.find_sender(notice)
        if isinstance(error, receiving.Missed) and error.proved:
            enqueue_fetching_notices(peer.slug)
        answer = {"error": error.reason, "number": held_number(peer.origin)}
        return JsonResponse(answer, status=409)
    if peer.is_approved:
        enqueue_pull(peer.slug)
    return JsonResponse({"number": held}, status=202)


def _refusal(status: int, error: RefusedMessage) -> JsonResponse:
    return JsonResponse({"error": error.reason}, status=status)
