"""The endpoint that gives a peer one bucket, entry by entry."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from federation.comparing import serving
from federation.comparing.buckets import COUNT
from federation.models import Peer
from federation.signatures import Message
from federation.transport import MAX_ENTRIES
from federation.views import answer_canonical, for_peers, read_number

ID_LENGTH = 300


@require_GET
@gzip_page
def bucket(request: HttpRequest, number: int) -> HttpResponse:
    """A signed page of what this instance publishes in one bucket: ``?after=<object id>&limit=…``."""

    @for_peers
    def answer(request: HttpRequest, peer: Peer, message: Message) -> HttpResponse:
        after = request.GET.get("after", "")
        limit = read_number(request.GET.get("limit", str(MAX_ENTRIES)), MAX_ENTRIES)
        if number >= COUNT or not limit or len(after) > ID_LENGTH or "\0" in after:
            told = f"buckets are 0 to {COUNT - 1}, after is an object id, limit is 1 to {MAX_ENTRIES}"
            return JsonResponse({"error": told}, status=400)
        response = answer_canonical(serving.bucket_page(number, after, limit))
        response["Cache-Control"] = "private, no-store"
        return response

    return answer(request)
