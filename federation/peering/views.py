"""The two addresses that instances which are no peers yet need: who this is, and „may we?“."""

from __future__ import annotations

from allauth.core.internal.ratelimit import consume
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from federation import strictjson
from federation.identity import own_identity
from federation.jobs import enqueue_proposals
from federation.peering.identities import NoIdentity, read_address
from federation.peering.proposing import take_in
from federation.requests import TooLarge, message_of
from hub.documents import canonical
from hub.errors import RefusedMessage

LIMITS = {"proposals": "20/h/ip"}
MOST_BYTES = 2_000


@require_GET
def identity(request: HttpRequest) -> HttpResponse:
    """This instance as others approve it; for everybody."""
    response = HttpResponse(canonical(own_identity().as_json()), content_type="application/json")
    response["Cache-Control"] = "no-store"
    return response


@csrf_exempt
@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """``{"origin": …}`` from anybody: an instance would like to become a peer.

    Always 202 if it can be read, whether taken in or not, so that nobody learns who is known here. The
    sender is not believed: a worker asks the origin itself. 400 and 413 for what cannot be read.
    """
    try:
        body = message_of(request).body or b""
        if len(body) > MOST_BYTES:
            raise TooLarge(f"the body is larger than {MOST_BYTES} bytes")
        origin = strictjson.loads_object(body).get("origin")
        if not isinstance(origin, str) or read_address(origin) != origin:
            raise RefusedMessage("origin is not scheme and host alone, in lower case and ASCII")
    except TooLarge as error:
        return JsonResponse({"error": error.reason}, status=413)
    except (RefusedMessage, NoIdentity) as error:
        return JsonResponse({"error": str(error)}, status=400)
    if consume(request, app="federation", action="proposals", config=LIMITS):
        take_in(origin)
        enqueue_proposals()
    return JsonResponse({}, status=202)
