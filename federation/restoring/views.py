"""What an approved peer asks about its own log, after it was restored from a backup."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from federation.models import Peer
from federation.restoring.held import tell_held, tell_page
from federation.signatures import Message
from federation.transport import MAX_ENTRIES
from federation.views import for_peers

NUMBER = re.compile(r"[0-9]{1,15}")


@require_GET
@for_peers
def held(request: HttpRequest, peer: Peer, message: Message) -> HttpResponse:
    """``{origin, epoch, seq, headHash}`` of the asking peer's own log as held here."""
    return _fresh(JsonResponse(tell_held(peer)))


@require_GET
@gzip_page
@for_peers
def held_log(request: HttpRequest, peer: Peer, message: Message) -> HttpResponse:
    """A page of the asking peer's own entries as held here: ``?after=N&limit=…``."""
    after, limit = request.GET.get("after", "0"), request.GET.get("limit", str(MAX_ENTRIES))
    if not NUMBER.fullmatch(after) or not NUMBER.fullmatch(limit) or not 1 <= int(limit) <= MAX_ENTRIES:
        return JsonResponse({"error": f"after is a sequence, limit is 1 to {MAX_ENTRIES}"}, status=400)
    return _fresh(JsonResponse(tell_page(peer, int(after), int(limit))))


def _fresh(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response
