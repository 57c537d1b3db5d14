"""Where peers post directed messages. Refusals for good carry a code that the sending hub explains."""

from __future__ import annotations

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from federation.messages import inbox
from federation.models import Peer
from federation.signatures import Message
from federation.views import for_peers
from hub.messages.refusals import Reason, RefusedLetter, TooMany

logger = structlog.get_logger("federation")

STATUSES = {Reason.UNREADABLE: 400, Reason.CONFLICT: 409, Reason.TOO_LARGE: 413}
"""All others are 422: understood, and not taken."""


@csrf_exempt
@require_POST
@for_peers
def receive(request: HttpRequest, peer: Peer, message: Message) -> HttpResponse:
    """202 for a letter that is held now, whether it was before or not.

    400, 409, 413 and 422 refuse it for good, with a code; 401 a letter without the peer's proof, and 429
    more than one body may send in a day: both may be sent again.
    """
    try:
        new = inbox.take(peer, message.body)
    except inbox.BadProof as error:
        logger.error("letter without proof", peer=peer.slug, reason=error.reason)
        return JsonResponse({"error": error.reason}, status=401)
    except RefusedLetter as error:
        logger.warning("letter refused", peer=peer.slug, code=error.reason, reason=error.detail)
        status = STATUSES.get(error.reason, 422)
        return JsonResponse({"error": error.detail, "code": error.reason.value}, status=status)
    except TooMany as error:
        logger.warning("too many letters", peer=peer.slug, reason=str(error))
        return JsonResponse({"error": str(error)}, status=429)
    return JsonResponse({"new": new}, status=202)
