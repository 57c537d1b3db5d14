"""The plan for its editors: as it is now, and one order at a time."""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from events.desks import require_organiser
from events.models import EventDesk, Plan
from events.planning.orders import read_order
from events.planning.queries import build_stand
from events.planning.services import Blocked, Refused, carry_out
from events.planning.tagging import tag_stand

ORDER_BYTES = 10_000


@require_safe
def show_stand(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The whole plan; 304 while nothing of it changed, interest and votes included."""
    desk = require_organiser(request, key)
    if isinstance(desk, HttpResponse):
        return desk
    plan = _plan_of(desk)
    etag = f'"{tag_stand(desk, plan)}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        body = json.dumps(build_stand(desk, plan), ensure_ascii=False).encode()
        response = HttpResponse(body, content_type="application/json")
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["ETag"] = etag
    return response


@require_POST
def carry_out_order(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One order: 200 with what was done, 409 with what is in the way, 422 if it can never be.

    401 if the page was opened by another account: what waits in a browser is not sent in another's name.
    """
    desk = require_organiser(request, key)
    if isinstance(desk, HttpResponse):
        return desk
    account = str(request.user.pk)
    if request.headers.get("X-Account", account) != account:
        return HttpResponse(status=401)
    try:
        done = carry_out(_plan_of(desk).pk, read_order(_read_json(request)), request.user, timezone.now())
    except Blocked as blocked:
        blocks = [str(session) for session in blocked.blocks]
        answer = {"reason": blocked.reason, "text": blocked.text, "blocks": blocks, "stand": blocked.stand}
        return JsonResponse(answer, status=409)
    except Refused as refused:
        return JsonResponse({"reason": refused.reason, "text": refused.text}, status=422)
    return JsonResponse(asdict(done))


def _plan_of(desk: EventDesk) -> Plan:
    plan = Plan.objects.filter(desk=desk).first()
    if plan is None or desk.event.starts is None or desk.event.ends is None:
        raise Http404
    return plan


def _read_json(request: HttpRequest) -> Any:
    try:
        if int(request.headers.get("Content-Length") or 0) > ORDER_BYTES:
            raise ValueError
        return json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise Refused("malformed", _("An order is a JSON object.")) from error
